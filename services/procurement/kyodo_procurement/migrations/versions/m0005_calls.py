"""Joint calls and what municipalities commit to."""

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
    _calls()
    _items()
    _questions()
    _commitments()


def _calls() -> None:
    op.create_table(
        "joint_call",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("lots", JSONB, nullable=False),
        sa.Column("criteria", JSONB, nullable=False),
        sa.Column("commitments_until", sa.Date, nullable=False),
        sa.Column("top_up_until", sa.Date, nullable=False),
        sa.Column("questions_until", sa.Date, nullable=False),
        sa.Column("quotations_until", sa.Date, nullable=False),
        sa.Column("standstill_days", sa.Integer, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("cancelled_because", sa.Text),
        sa.Column("buyers", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("joint_call_by_project", "joint_call", ["project_id"])
    op.create_table(
        "call_amendment",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("questions_until", sa.Date, nullable=False),
        sa.Column("quotations_until", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    execute(*read_model("joint_call"))
    execute(*read_model("call_amendment"))


def _items() -> None:
    op.create_table(
        "call_item",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("lot", sa.Integer, nullable=False),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("unit_ja", sa.Text, nullable=False),
        sa.Column("tiers", JSONB, nullable=False),
        sa.Column("firm", sa.BigInteger, nullable=False),
        sa.Column("optional", sa.BigInteger, nullable=False),
    )
    execute(*read_model("call_item"))


def _questions() -> None:
    op.create_table(
        "call_question",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
    )
    execute(*read_model("call_question"))


def _commitments() -> None:
    op.create_table(
        "commitment",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("firm", sa.BigInteger, nullable=False),
        sa.Column("optional", sa.BigInteger, nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("commitment_by_call", "commitment", ["call_id", "municipality"])
    execute(*read_model("commitment", private_to="municipality"))
