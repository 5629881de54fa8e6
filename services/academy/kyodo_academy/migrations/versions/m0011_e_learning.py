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
    _e_learning()


def _questionnaires() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("own", JSONB, nullable=False),
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


def _e_learning() -> None:
    op.create_table(
        "e_learning",
        sa.Column("course_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("units", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "e_learning_version",
        sa.Column("course_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("units", JSONB, nullable=False),
        sa.Column("arranged_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "e_learning_progress",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("course_id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, primary_key=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("e_learning_progress_of_course", "e_learning_progress", ["course_id", "learner_id"])
    op.create_index("e_learning_progress_of_learner", "e_learning_progress", ["learner_id"])
    op.create_table(
        "e_learning_unit_progress",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("course_id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, primary_key=True),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
    )
    op.create_index("e_learning_unit_progress_of_learner", "e_learning_unit_progress", ["learner_id", "course_id"])
    execute(*read_model("e_learning"), *read_model("e_learning_version"))
    for table in ("e_learning_progress", "e_learning_unit_progress"):
        execute(*read_model(table, private_to="municipality", person="learner_id"))
