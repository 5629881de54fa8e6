"""Themes and the survey of demand: who needs what, and what is taken up."""
