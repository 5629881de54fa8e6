"""Alembic's entry: the platform runs the ledger's migrations."""

from kyodo_platform.database.migrations import run

run()
