"""Budgets (予算): a fiscal year's programme budget lines, what is spent and committed on them, and the forecast."""
