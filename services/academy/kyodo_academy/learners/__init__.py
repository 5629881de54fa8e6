"""Learners: officials who are trained, under pseudonyms."""
