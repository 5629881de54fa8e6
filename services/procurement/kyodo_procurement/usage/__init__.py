"""Metered use of shared services, record by record, as their operators report and correct it."""
