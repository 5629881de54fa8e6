"""Courses for officials of all municipalities, from announcement to cancellation."""
