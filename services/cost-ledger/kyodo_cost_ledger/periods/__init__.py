"""Accounting periods: months of the books, open or closed (月次締め)."""
