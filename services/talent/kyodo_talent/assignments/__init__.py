"""Assignments: who works for which municipalities, in which form, how many half-days a month."""
