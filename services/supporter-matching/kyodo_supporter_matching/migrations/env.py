"""Run supporter matching's migrations."""

from kyodo_platform.database.migrations import run

run()
