"""Run procurement's migrations."""

from kyodo_platform.database.migrations import run

run()
