"""Burden terms that are only proposed, for what they would cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0002"
down_revision = "m0001"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "proposed_terms",
        sa.Column("terms_id", sa.Text, primary_key=True),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("terms_version", sa.Integer, nullable=False),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("terms_hash", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
    )
    execute(*read_model("proposed_terms"))
