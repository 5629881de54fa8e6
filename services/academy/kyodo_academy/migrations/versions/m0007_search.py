"""What is searched."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only

revision = "m0007"
down_revision = "m0006"
downgrade = forward_only


def upgrade() -> None:
    """Nothing yet."""
