"""Seminars of Tokyo and of municipalities: announced to an audience, without enrolment."""
