"""Matching: who could help where, the best plan over all, its bound, and why in words."""
