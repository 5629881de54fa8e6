"""Framework contracts: what may be drawn of an awarded lot, in which period and at which prices."""
