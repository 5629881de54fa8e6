"""What every Kyodo service process shares."""
