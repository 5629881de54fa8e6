"""Materials, precedents, visits and meetings."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only

revision = "m0005"
down_revision = "m0004"
downgrade = forward_only


def upgrade() -> None:
    """Nothing yet."""
