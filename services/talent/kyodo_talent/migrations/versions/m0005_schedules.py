"""The time of experts, and the assignments that take it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0005"
down_revision = "m0004"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "schedule",
        sa.Column("expert_id", sa.Text, primary_key=True),
        sa.Column("half_days_per_month", sa.Integer, nullable=False),
        sa.Column("exceptions", JSONB, nullable=False),
        sa.Column("earlier", JSONB, nullable=False),
        sa.Column("absences", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "schedule_hold",
        sa.Column("expert_id", sa.Text, primary_key=True),
        sa.Column("hold_id", sa.Text, primary_key=True),
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("half_days", sa.Integer, nullable=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("until_day", sa.Date, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
    )
    op.create_index("schedule_hold_by_month", "schedule_hold", ["month"])
    op.create_table(
        "assignment",
        sa.Column("assignment_id", sa.Text, primary_key=True),
        sa.Column("expert_id", sa.Text, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("instructed_by", sa.Text, nullable=False),
        sa.Column("instructed_by_ja", sa.Text, nullable=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("until_day", sa.Date, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("checklist_open", JSONB, nullable=False),
        sa.Column("missing", JSONB, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("freed_from", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("assignment_by_expert", "assignment", ["expert_id"])
    op.create_index("assignment_by_request", "assignment", ["request_id"])
    op.create_table(
        "assignment_line",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("assignment_id", sa.Text, primary_key=True),
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("half_days", sa.Integer, nullable=False),
        sa.Column("expert_id", sa.Text, nullable=False),
    )
    op.create_index("assignment_line_by_assignment", "assignment_line", ["assignment_id"])
    op.create_index("assignment_line_by_expert", "assignment_line", ["expert_id", "month"])
    execute(
        *read_model("schedule"),
        *read_model("schedule_hold"),
        *read_model("assignment"),
        *read_model("assignment_line", private_to="municipality", person="expert_id"),
    )
