"""Joint calls: what municipalities buy together, how much of it, and what the next price break would bring."""
