"""What figures and settings need."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only

revision = "m0012"
down_revision = "m0011"
downgrade = forward_only


def upgrade() -> None:
    """Nothing yet."""
