"""Attendances from before the platform, taken over by Tokyo from their source."""
