"""Assignments: a supporter in a seat, from the offer to what was done there."""
