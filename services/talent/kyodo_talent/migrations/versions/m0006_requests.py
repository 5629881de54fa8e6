"""Requests of municipalities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0006"
down_revision = "m0005"
downgrade = forward_only


def upgrade() -> None:
    _requests()


def _requests() -> None:
    op.create_table(
        "request",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("request_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("persona", sa.Text),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("need_ja", sa.Text, nullable=False),
        sa.Column("reason_ja", sa.Text, nullable=False),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("half_days_per_month", sa.Integer, nullable=False),
        sa.Column("from_month", sa.Text, nullable=False),
        sa.Column("until_month", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("budget_yen", sa.BigInteger, nullable=False),
        sa.Column("matter", sa.Text),
        sa.Column("consultation_id", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("approved_yen", sa.BigInteger),
        sa.Column("question_ja", sa.Text),
        sa.Column("note_ja", sa.Text),
        sa.Column("offers", JSONB, nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("triaged_at", sa.DateTime(timezone=True)),
        sa.Column("first_offer_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("outcome_reason", sa.Text),
        sa.Column("withdrawal_reason_ja", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("request_by_id", "request", ["request_id"])
    execute(*read_model("request", private_to="municipality"))
