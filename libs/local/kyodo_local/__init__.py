"""The embedded default and the kyodo command line."""
