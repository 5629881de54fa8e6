"""Completions: decided from facts by a pure rule, issued on request and by itself; the learner's record."""
