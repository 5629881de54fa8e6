"""How a pool of yen is shared among those who bear it, to the yen."""
