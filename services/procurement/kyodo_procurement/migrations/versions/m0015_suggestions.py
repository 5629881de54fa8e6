"""Suggestions: needs that talent found in several municipalities, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0015"
down_revision = "m0014"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("purpose_ja", sa.Text, nullable=False),
        sa.Column("found_in", sa.Text, nullable=False),
        sa.Column("municipalities", JSONB, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "suggestion_municipality",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("suggestion_id", sa.Text, primary_key=True),
    )
    op.create_table(
        "suggestion_decision",
        sa.Column("suggestion_id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("theme_id", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("suggestion"))
    execute(*read_model("suggestion_municipality", private_to="municipality"))
    execute(*read_model("suggestion_decision"))
