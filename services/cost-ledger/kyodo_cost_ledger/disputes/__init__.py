"""Disputes (異議): a municipality objects to a line of one of its statements, and the secretariat decides."""
