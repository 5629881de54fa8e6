"""To whom an expert consented to show the profile, for which purpose and until when."""
