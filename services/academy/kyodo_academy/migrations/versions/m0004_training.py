"""Learners, sessions, enrolments and attendance."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only

revision = "m0004"
down_revision = "m0003"
downgrade = forward_only


def upgrade() -> None:
    """Nothing yet."""
