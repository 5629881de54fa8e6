"""Introduction cases, with the moment of each step, and their follow-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0009"
down_revision = "m0008"
downgrade = forward_only

STEPS = ("consent_asked_at", "consented_at", "introduced_at", "interviewed_at", "offered_at", "engaged_at", "ended_at")


def upgrade() -> None:
    op.create_table(
        "introduction",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("expert_id", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("snapshot", JSONB, nullable=False),
        sa.Column("snapshot_until", sa.Date),
        sa.Column("interview_notes", sa.Text),
        sa.Column("from_day", sa.Date),
        sa.Column("longlisted_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True)) for name in STEPS),
        sa.Column("next_follow_up_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("introduction_by_id", "introduction", ["case_id"])
    op.create_index("introduction_expert", "introduction", ["expert_id"])
    execute(*read_model("introduction", private_to="municipality", person="expert_id"))
    op.create_table(
        "follow_up",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("months", sa.Integer, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("notes", sa.Text),
    )
    execute(*read_model("follow_up", private_to="municipality"))
