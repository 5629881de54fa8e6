"""Procurement: needs, projects, burden terms and metered use of shared services."""
