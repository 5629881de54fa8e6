"""Questionnaires and e-learning."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only

revision = "m0011"
down_revision = "m0010"
downgrade = forward_only


def upgrade() -> None:
    """Nothing yet."""
