"""The kernel's tables and the list of supporters."""

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
        "supporter",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("home_municipality", sa.Text, nullable=False),
        sa.Column("pseudonym", sa.Text, nullable=False, unique=True),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("sessions_per_month", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    # Row-level security asks by municipality, pages go on by id.
    op.create_index("supporter_of_municipality", "supporter", ["home_municipality", "id"])
    execute(*read_model("supporter", private_to="home_municipality"))
