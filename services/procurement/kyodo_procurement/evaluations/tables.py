"""The tables of evaluations: what is compared, points, lots, objections, contracts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_procurement.tables import metadata

evaluation = sa.Table(
    "evaluation",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("criteria", JSONB, nullable=False),
    sa.Column("standstill_days", sa.Integer, nullable=False),
    sa.Column("tenders", JSONB, nullable=False),
    sa.Column("scorers", JSONB, nullable=False),
    sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

lot = sa.Table(  # supplier, total and days are null until there is a proposal
    "evaluation_lot",
    metadata,
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
    sa.Column("amount", sa.BigInteger),  # yen for all firm quantities, once awarded
)

conflict = sa.Table(
    "evaluation_conflict",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("scorer", sa.Text, primary_key=True),
    sa.Column("suppliers", JSONB, nullable=False),
    sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
)

score = sa.Table(  # points that count
    "evaluation_score",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("quotation_id", sa.Text, primary_key=True),
    sa.Column("scorer", sa.Text, primary_key=True),
    sa.Column("criterion", sa.Text, primary_key=True),
    sa.Column("score", sa.Integer, nullable=False),
    sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
)

objection = sa.Table(
    "evaluation_objection",
    metadata,
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

contract = sa.Table(  # public: one row for each item of each municipality's contract
    "municipal_contract",
    metadata,
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
    sa.Index("municipal_contract_by_call", "call_id", "lot"),
)
