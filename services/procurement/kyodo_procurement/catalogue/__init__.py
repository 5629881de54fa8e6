"""The service catalogue: what shared services are offered, with their meters and plans."""
