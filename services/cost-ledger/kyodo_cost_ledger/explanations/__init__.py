"""Explanations: any charge, down to its arithmetic and the events behind it."""
