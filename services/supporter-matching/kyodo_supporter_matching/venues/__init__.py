"""Venues (会場): where smartphone classes take place, for everybody to find."""
