"""The academy's figures: its search."""
