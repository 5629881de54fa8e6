"""Questionnaires and their answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0010"
down_revision = "m0009"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("meeting_id", sa.Text),
        sa.Column("audience", JSONB, nullable=False),
        sa.Column("form", JSONB, nullable=False),
        sa.Column("form_version", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("deadline", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "questionnaire_answer",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("questionnaire_id", sa.Text, primary_key=True),
        sa.Column("form_version", sa.Integer, nullable=False),
        sa.Column("replies", JSONB, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "questionnaire_answer_by_questionnaire", "questionnaire_answer", ["questionnaire_id", "municipality"]
    )
    execute(*read_model("questionnaire"))
    execute(*read_model("questionnaire_answer", private_to="municipality"))
