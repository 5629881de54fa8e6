"""Metered use of shared services, as their operators report it."""
