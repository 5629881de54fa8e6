"""Figures: how far the scheme is from its targets, beside what the forum reported."""
