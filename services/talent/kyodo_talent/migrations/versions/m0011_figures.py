"""When experts reached the steps of the funnel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0011"
down_revision = "m0010"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "expert_step",
        sa.Column("expert_id", sa.Text, primary_key=True),
        sa.Column("step", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    execute(*read_model("expert_step"))
