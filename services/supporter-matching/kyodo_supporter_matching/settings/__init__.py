"""What the secretariat sets for all rounds to come."""
