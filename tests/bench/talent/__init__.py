"""Talent's benchmark: how fast a round is planned, and how close to the best possible."""
