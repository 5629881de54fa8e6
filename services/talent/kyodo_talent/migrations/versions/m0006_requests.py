"""Requests of municipalities, the consult desk, and the needs that municipalities have alike."""

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
    _consultations()
    _joint_needs()


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


def _consultations() -> None:
    op.create_table(
        "consultation",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("consultation_id", sa.Text, primary_key=True),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("question_ja", sa.Text, nullable=False),
        sa.Column("matter", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("expert_id", sa.Text, nullable=False),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.Column("satisfaction", sa.Integer),
        sa.Column("request_id", sa.Text),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_answer_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("consultation_by_id", "consultation", ["consultation_id"])
    op.create_index("consultation_by_expert", "consultation", ["expert_id"])
    op.create_table(
        "consultation_answer",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("consultation_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("expert_id", sa.Text, nullable=False),
        sa.Column("by_expert", sa.Boolean, nullable=False),
        sa.Column("answer_ja", sa.Text, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("consultation_answer_by_id", "consultation_answer", ["consultation_id", "number"])
    execute(*read_model("consultation", private_to="municipality", person="expert_id"))
    execute(*read_model("consultation_answer", private_to="municipality", person="expert_id"))


def _joint_needs() -> None:
    op.create_table(
        "joint_need",
        sa.Column("need_id", sa.Text, primary_key=True),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("purpose_ja", sa.Text, nullable=False),
        sa.Column("found_in", sa.Text, nullable=False),
        sa.Column("matter", sa.Text, nullable=False),
        sa.Column("municipalities", JSONB, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "joint_need_source",
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("need_id", sa.Text, nullable=False),
    )
    execute(*read_model("joint_need"))
    execute(*read_model("joint_need_source"))
