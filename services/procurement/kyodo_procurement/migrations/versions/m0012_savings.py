"""Savings, and their sums by call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0012"
down_revision = "m0011"
downgrade = forward_only


def upgrade() -> None:
    _savings()
    _sums()


def _savings() -> None:
    op.create_table(
        "saving",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("lot", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("forecast", sa.BigInteger),
        sa.Column("claimed", sa.BigInteger),
        sa.Column("confirmed", sa.BigInteger),
        sa.Column("adjusted", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("saving_by_call", "saving", ["municipality", "call_id"])
    execute(*read_model("saving", private_to="municipality"))


def _sums() -> None:
    op.create_table(
        "saving_sum",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "saving_party",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("lots", sa.Integer, nullable=False),
    )
    execute(*read_model("saving_sum"))
    execute(*read_model("saving_party"))
