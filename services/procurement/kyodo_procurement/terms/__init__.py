"""Burden terms: how a project's cost is shared, proposed by Tokyo and consented to by every participant."""
