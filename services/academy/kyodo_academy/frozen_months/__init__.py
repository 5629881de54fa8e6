"""Months of attendances, frozen one after the other, and restated with a reason."""
