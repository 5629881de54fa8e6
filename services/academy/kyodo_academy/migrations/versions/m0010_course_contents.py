"""Versions of courses, interest in them, training on request, reminders."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only

revision = "m0010"
down_revision = "m0009"
downgrade = forward_only


def upgrade() -> None:
    """Nothing yet."""
