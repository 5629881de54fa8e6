"""Runs the migrations of the sample service."""

from kyodo_platform.database.migrations import run

run()
