"""Courses: the dates on which units of a training programme are taught, and who takes part."""
