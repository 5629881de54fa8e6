"""Quizzes, completions, certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import APP_ROLE, read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0008"
down_revision = "m0007"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "quiz",
        sa.Column("quiz_id", sa.Text, primary_key=True),
        sa.Column("course_id", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("bank", sa.Integer, nullable=False),
        sa.Column("drawn", sa.Integer, nullable=False),
        sa.Column("pass_percent", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("quiz_of_course", "quiz", ["course_id", "quiz_id"])
    execute(*read_model("quiz"))
    op.create_table(
        "quiz_result",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("attempt_id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, nullable=False),
        sa.Column("quiz_id", sa.Text, nullable=False),
        sa.Column("course_id", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("percent", sa.Integer),
        sa.Column("passed", sa.Boolean),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("quiz_result_of_learner", "quiz_result", ["learner_id", "quiz_id", "attempt"])
    execute(*read_model("quiz_result", private_to="municipality", person="learner_id"))
    _completions()


def _completions() -> None:
    op.create_table(
        "completion_rule",
        sa.Column("course_id", sa.Text, primary_key=True),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("attendance_percent", sa.Integer, nullable=False),
        sa.Column("sessions", sa.Integer),
        sa.Column("quiz_id", sa.Text),
        sa.Column("report", sa.Boolean, nullable=False),
        sa.Column("valid_months", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("completion_rule"))
    op.create_table(
        "course_report",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("report_id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, nullable=False),
        sa.Column("course_id", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("course_report_of_learner", "course_report", ["learner_id", "course_id"])
    op.create_index("course_report_of_course", "course_report", ["course_id", "standing"])
    execute(*read_model("course_report", private_to="municipality", person="learner_id"))
    op.create_table(
        "certificate",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("certificate_id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, nullable=False),
        sa.Column("course_id", sa.Text, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date),
        sa.Column("attendance_percent", sa.Integer, nullable=False),
        sa.Column("skills", JSONB, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("reason_ja", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("certificate_of_learner", "certificate", ["learner_id", "course_id", "round"], unique=True)
    execute(*read_model("certificate", private_to="municipality", person="learner_id"))
    op.create_table(
        "certificate_check",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("certificate_id", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("status_index", sa.BigInteger, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    )
    op.create_index("certificate_check_by_status", "certificate_check", ["status_index"], unique=True)
    execute(*read_model("certificate_check"))
    execute(
        "CREATE SEQUENCE certificate_status MINVALUE 0 START 0",
        f"GRANT USAGE ON SEQUENCE certificate_status TO {APP_ROLE}",
    )
