"""Figures: how far the scheme is from its targets, who gets and gives how much help, and what is lost on the way."""
