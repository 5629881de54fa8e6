"""Quizzes, completions, certificates."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only

revision = "m0008"
down_revision = "m0007"
downgrade = forward_only


def upgrade() -> None:
    """Nothing yet."""
