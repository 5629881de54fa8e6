"""Rounds of matching with their matches, and runs of minutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only, long_runs

revision = "m0007"
down_revision = "m0006"
downgrade = forward_only


def upgrade() -> None:
    long_runs()
    op.create_table(
        "matching_round",
        sa.Column("round_id", sa.Text, primary_key=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("input_digest", sa.Text, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("experts", sa.Integer, nullable=False),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("served", sa.Integer, nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("bound", sa.Integer, nullable=False),
        sa.Column("optimal", sa.Boolean, nullable=False),
        sa.Column("improved_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("matching_round"))
    op.create_table(
        "matching_match",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("round_id", sa.Text, primary_key=True),
        sa.Column("request_id", sa.Text, primary_key=True),
        sa.Column("expert_id", sa.Text, primary_key=True),
        sa.Column("half_days", JSONB, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("assignment_id", sa.Text),
        sa.Column("reason_ja", sa.Text),
    )
    op.create_index("matching_match_round", "matching_match", ["round_id", "request_id", "expert_id"])
    execute(*read_model("matching_match", private_to="municipality"))
