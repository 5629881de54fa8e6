"""Supporter matching: supporters for smartphone classes."""
