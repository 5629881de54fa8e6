"""Sealed quotations, their opening, the evaluation, the award and the contracts."""

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
    _openings()
    _quotations()
    _evaluations()


def _openings() -> None:
    op.create_table(
        "opening",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("openers", JSONB, nullable=False),
        sa.Column("quotations", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "quotation_receipt",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    )
    execute(*read_model("opening"))
    execute(*read_model("quotation_receipt"))


def _quotations() -> None:
    op.create_table(
        "quotation",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("supplier", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_hash", sa.Text, nullable=False),
        sa.Column("name_ja", sa.Text),
        sa.Column("corporate_number", sa.Text),
        sa.Column("bid", JSONB),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("quotation_by_call", "quotation", ["call_id", "status"])
    execute(*read_model("quotation"))


def _evaluations() -> None:
    op.create_table(
        "evaluation",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("criteria", JSONB, nullable=False),
        sa.Column("standstill_days", sa.Integer, nullable=False),
        sa.Column("tenders", JSONB, nullable=False),
        sa.Column("scorers", JSONB, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "evaluation_lot",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("lot", sa.Integer, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("quotation_id", sa.Text),
        sa.Column("supplier_ja", sa.Text),
        sa.Column("corporate_number", sa.Text),
        sa.Column("total", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("standstill_until", sa.Date),
        sa.Column("awarded_on", sa.Date),
        sa.Column("amount", sa.BigInteger),
    )
    op.create_table(
        "evaluation_conflict",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("scorer", sa.Text, primary_key=True),
        sa.Column("suppliers", JSONB, nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "evaluation_score",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("quotation_id", sa.Text, primary_key=True),
        sa.Column("scorer", sa.Text, primary_key=True),
        sa.Column("criterion", sa.Text, primary_key=True),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "evaluation_objection",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("lot", sa.Integer, nullable=False),
        sa.Column("supplier", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("upheld", sa.Boolean),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "municipal_contract",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("lot", sa.Integer, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("supplier_ja", sa.Text, nullable=False),
        sa.Column("corporate_number", sa.Text, nullable=False),
        sa.Column("quotation_id", sa.Text, nullable=False),
        sa.Column("firm", sa.BigInteger, nullable=False),
        sa.Column("optional", sa.BigInteger, nullable=False),
        sa.Column("firm_amount", sa.BigInteger, nullable=False),
        sa.Column("optional_unit_price", sa.BigInteger, nullable=False),
        sa.Column("awarded_on", sa.Date, nullable=False),
    )
    op.create_index("municipal_contract_by_call", "municipal_contract", ["call_id", "lot"])
    execute(*read_model("evaluation"))
    execute(*read_model("evaluation_lot"))
    execute(*read_model("evaluation_conflict"))
    execute(*read_model("evaluation_score"))
    execute(*read_model("evaluation_objection"))
    execute(*read_model("municipal_contract"))
