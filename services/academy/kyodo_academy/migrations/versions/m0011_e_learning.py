"""Questionnaires and e-learning."""

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
    _questionnaires()


def _questionnaires() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("own", JSONB, nullable=False),
        sa.Column("lecturer_ids", JSONB, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("results", JSONB),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("questionnaire_by_day", "questionnaire", ["status", "until"])
    op.create_table(
        "questionnaire_score",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
    )
    op.create_table(
        "questionnaire_answer",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("answer_id", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("sealed", JSONB, nullable=False),
        sa.Column("erased", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("questionnaire_answer_of_session", "questionnaire_answer", ["session_id", "answer_id"])
    execute(*read_model("questionnaire"), *read_model("questionnaire_score"))
    execute(*read_model("questionnaire_answer", private_to="municipality"))
