"""The tables of joint calls."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_procurement.tables import metadata

joint_call = sa.Table(
    "joint_call",
    metadata,
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
    sa.Index("joint_call_by_project", "project_id"),
)

amendment = sa.Table(
    "call_amendment",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("questions_until", sa.Date, nullable=False),
    sa.Column("quotations_until", sa.Date, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

call_item = sa.Table(  # with what all municipalities together commit to, which is public
    "call_item",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("lot", sa.Integer, nullable=False),
    sa.Column("name_ja", sa.Text, nullable=False),
    sa.Column("unit_ja", sa.Text, nullable=False),
    sa.Column("tiers", JSONB, nullable=False),
    sa.Column("firm", sa.BigInteger, nullable=False),
    sa.Column("optional", sa.BigInteger, nullable=False),
)

question = sa.Table(  # without who asked: that stands in the event alone
    "call_question",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("answered_at", sa.DateTime(timezone=True)),
)

commitment = sa.Table(  # private: a municipality sees its own rows
    "commitment",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("firm", sa.BigInteger, nullable=False),
    sa.Column("optional", sa.BigInteger, nullable=False),
    sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("commitment_by_call", "call_id", "municipality"),
    info={"private_to": "municipality"},
)
