"""E-learning: the units of a course in order, and how far each learner has come."""
