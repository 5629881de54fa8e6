"""Where each event of other services stood in Kafka, and the gaps found there."""

from __future__ import annotations

from kyodo_platform.database.migrations import forward_only, places_in_kafka

revision = "m0002"
down_revision = "m0001"
downgrade = forward_only


def upgrade() -> None:
    places_in_kafka()
