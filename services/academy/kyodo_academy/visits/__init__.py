"""Visits abroad (海外調査): where Tokyo looked, whom it met, and what was found."""
