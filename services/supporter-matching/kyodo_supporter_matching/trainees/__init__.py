"""Training records of supporters."""
