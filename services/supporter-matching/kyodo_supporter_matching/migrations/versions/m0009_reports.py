"""Activity reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0009"
down_revision = "m0008"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "activity_report",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("visitors", JSONB, nullable=False),
        sa.Column("questions", JSONB, nullable=False),
        sa.Column("visitors_in_all", sa.Integer, nullable=False),
        sa.Column("people_supported", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer),
        sa.Column("problems_ja", sa.Text, nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("activity_report", private_to="municipality"))
