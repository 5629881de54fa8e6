"""Plans of hands-on support (伴走型支援): goals, visits with findings, and what both sides agreed to do."""
