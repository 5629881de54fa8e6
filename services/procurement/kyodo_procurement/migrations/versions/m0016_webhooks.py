"""Webhooks: where published events are brought, how far, and what came of it."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only, webhooks

revision = "m0016"
down_revision = "m0015"
downgrade = forward_only


def upgrade() -> None:
    webhooks()
