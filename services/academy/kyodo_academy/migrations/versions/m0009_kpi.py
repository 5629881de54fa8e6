"""Frozen months of the figure that counts."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only

revision = "m0009"
down_revision = "m0008"
downgrade = forward_only


def upgrade() -> None:
    """Nothing yet."""
