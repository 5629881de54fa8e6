"""Participation agreements: which municipality takes part in a project, from when, until when, and in which way."""
