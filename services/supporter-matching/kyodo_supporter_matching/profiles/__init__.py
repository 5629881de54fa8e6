"""Personal data of supporters, sealed with a key for each person, and their erasure."""
