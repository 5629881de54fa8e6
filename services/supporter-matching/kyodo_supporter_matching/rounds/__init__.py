"""Rounds: proposals over all open seats, changed and confirmed by people, published together."""
