"""Talent: sharing digital experts."""
