"""Rounds of matching with their proposals, and runs of minutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only, long_runs

revision = "m0008"
down_revision = "m0007"
downgrade = forward_only


def upgrade() -> None:
    long_runs()
    op.create_table(
        "matching_round",
        sa.Column("round_id", sa.Text, primary_key=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("weights", JSONB, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("keeping", sa.Text),
        sa.Column("input_digest", sa.Text, nullable=False),
        sa.Column("sessions", sa.Integer, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("supporters", sa.Integer, nullable=False),
        sa.Column("value", sa.BigInteger),
        sa.Column("bound", sa.BigInteger),
        sa.Column("filled", sa.Integer),
        sa.Column("empty", JSONB),
        sa.Column("wanted", JSONB),
        sa.Column("offers", sa.Integer),
        sa.Column("left_out", sa.Integer),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("matching_round"))
    op.create_table(
        "proposal",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("round_id", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("supporter_id", sa.Text, primary_key=True),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("parts", JSONB, nullable=False),
        sa.Column("reason_ja", sa.Text),
    )
    op.create_index("proposal_of_round", "proposal", ["round_id"])
    execute(*read_model("proposal", private_to="municipality"))
