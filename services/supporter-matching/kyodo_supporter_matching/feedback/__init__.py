"""Feedback both ways after an attended assignment. It changes no matching: nothing of it is read there."""
