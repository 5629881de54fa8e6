"""Threads and the directory of officials."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only

revision = "m0006"
down_revision = "m0005"
downgrade = forward_only


def upgrade() -> None:
    """Nothing yet."""
