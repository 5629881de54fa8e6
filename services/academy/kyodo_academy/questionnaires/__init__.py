"""Questionnaires after sessions: answered without a name, told in sums, free text to those who held the session."""
