"""Quizzes of courses: a bank of questions, from which each attempt is asked some, and is judged by them alone."""
