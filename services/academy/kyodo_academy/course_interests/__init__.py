"""Who would come to a course that has no date yet."""
