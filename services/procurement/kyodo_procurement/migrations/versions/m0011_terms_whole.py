"""Objections to burden terms, accession and succession."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0011"
down_revision = "m0010"
downgrade = forward_only


def upgrade() -> None:
    op.add_column("burden_terms", sa.Column("effective_from", sa.Text))
    op.add_column("burden_terms", sa.Column("reaches_back", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("burden_terms", sa.Column("superseded_from", sa.Text))
    execute("UPDATE burden_terms SET effective_from = terms->>'effective_from'")
    op.alter_column("burden_terms", "effective_from", nullable=False)
    op.alter_column("burden_terms", "reaches_back", server_default=None)
    op.create_table(
        "burden_terms_objection",
        sa.Column("terms_id", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("counter_proposal", JSONB),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
    )
    execute(*read_model("burden_terms_objection"))
