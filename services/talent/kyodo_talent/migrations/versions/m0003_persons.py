"""Placeholder of persons."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only

revision = "m0003"
down_revision = "m0002"
downgrade = forward_only


def upgrade() -> None:
    """Nothing yet."""
