"""Sessions of courses: when, where, for how many, and who has or waits for a seat."""
