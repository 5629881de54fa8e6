"""Enrolments: applied for, nominated, with a seat or waiting for one, attended."""
