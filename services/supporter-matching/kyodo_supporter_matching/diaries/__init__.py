"""Diaries: the one place where it is decided what of a supporter's time is promised."""
