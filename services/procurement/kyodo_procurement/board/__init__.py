"""The forum's board: which themes and projects stand at which stage."""
