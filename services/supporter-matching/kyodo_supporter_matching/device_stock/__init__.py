"""What a municipality has of a family of devices, and how much of it is promised on which days."""
