"""Hosts of community classes: organisations to which a municipality leaves classes, and which see to their own."""
