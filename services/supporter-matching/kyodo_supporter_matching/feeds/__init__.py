"""A supporter's own calendar: as rows, and as a feed that calendar programs subscribe to by a secret address."""
