"""Experts whom the municipalities share, by what they can do and how much time they have."""
