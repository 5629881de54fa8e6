"""Questionnaires, e-learning and statements of learning."""

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
    _statements()


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


def _statements() -> None:
    op.create_table(
        "xapi_statement",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("statement_id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, nullable=False),
        sa.Column("verb", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("activity", sa.Text, nullable=False),
        sa.Column("score", sa.Integer),
        sa.Column("progress", sa.Integer),
        sa.Column("seconds", sa.BigInteger),
        sa.Column("success", sa.Boolean),
        sa.Column("completion", sa.Boolean),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("void", sa.Boolean, nullable=False),
    )
    op.create_index("xapi_statement_of_learner", "xapi_statement", ["learner_id", "stored_at"])
    op.create_index("xapi_statement_in_order", "xapi_statement", ["stored_at", "statement_id"])
    op.create_index("xapi_statement_by_id", "xapi_statement", ["statement_id"])
    op.create_index("xapi_statement_by_source", "xapi_statement", ["source"])
    op.create_table(
        "xapi_attender",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("enrolment_id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
    )
    for table in ("xapi_statement", "xapi_attender"):
        execute(*read_model(table, private_to="municipality", person="learner_id"))
