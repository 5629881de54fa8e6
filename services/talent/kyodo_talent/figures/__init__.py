"""Figures of sharing experts: the funnel, how many requests are filled, how the time is used and by whom."""
