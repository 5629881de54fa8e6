"""Questionnaires: anything the secretariat asks municipalities, apart from the survey of a theme."""
