"""Work logs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0008"
down_revision = "m0007"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "work_log",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("log_id", sa.Text, primary_key=True),
        sa.Column("assignment_id", sa.Text, nullable=False),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("expert_id", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("planned", sa.Integer, nullable=False),
        sa.Column("half_days", sa.Integer, nullable=False),
        sa.Column("entries", JSONB, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("return_reason_ja", sa.Text),
        sa.Column("proposed_by", sa.Text),
        sa.Column("proposed_half_days", sa.Integer),
        sa.Column("proposed_reason_ja", sa.Text),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("work_log_by_id", "work_log", ["log_id"])
    op.create_index("work_log_expert", "work_log", ["expert_id", "month"])
    op.create_index("work_log_month", "work_log", ["municipality", "month"])
    execute(*read_model("work_log", private_to="municipality", person="expert_id"))
