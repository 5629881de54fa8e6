"""The kernel's tables and the list of experts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only, foundation

revision = "m0001"
down_revision = None
downgrade = forward_only


def upgrade() -> None:
    foundation()
    op.create_table(
        "expert",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("pseudonym", sa.Text, nullable=False, unique=True),
        sa.Column("personas", JSONB, nullable=False),
        sa.Column("half_days_per_month", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("expert_personas", "expert", ["personas"], postgresql_using="gin")
    execute(*read_model("expert"))
