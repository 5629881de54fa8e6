"""Plans of hands-on support, their visits and their actions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0010"
down_revision = "m0009"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "support_plan",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("assignment_id", sa.Text, nullable=False),
        sa.Column("expert_id", sa.Text, nullable=False),
        sa.Column("goals", JSONB, nullable=False),
        sa.Column("proposed_by", sa.Text),
        sa.Column("proposed_goals", JSONB),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("support_plan_assignment", "support_plan", ["assignment_id"])
    op.create_index("support_plan_expert", "support_plan", ["expert_id"])
    op.create_table(
        "support_visit",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("expert_id", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("findings", JSONB, nullable=False),
    )
    op.create_table(
        "support_action",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("expert_id", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("action_ja", sa.Text, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason_ja", sa.Text),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )
    op.create_index("support_action_due", "support_action", ["state", "due"])
    for table in ("support_plan", "support_visit", "support_action"):
        execute(*read_model(table, private_to="municipality", person="expert_id"))
