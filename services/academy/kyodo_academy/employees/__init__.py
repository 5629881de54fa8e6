"""How many people a municipality employs, by fiscal year, each with its source."""
