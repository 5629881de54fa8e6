"""Incidents at sessions: reported by whoever was there, followed up step by step, closed with a result."""
