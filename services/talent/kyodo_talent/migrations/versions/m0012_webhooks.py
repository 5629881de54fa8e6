"""Webhooks: where published events are brought, how far, and what came of it."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only, webhooks

revision = "m0012"
down_revision = "m0011"
downgrade = forward_only


def upgrade() -> None:
    webhooks()
