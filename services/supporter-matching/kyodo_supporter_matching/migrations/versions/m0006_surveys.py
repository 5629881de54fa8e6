"""The yearly survey of participation; guidelines, consultations and projects by region."""

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
    _surveys()
    _regional_projects()


def _surveys() -> None:
    op.create_table(
        "participation_survey",
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("deadline", sa.Date, nullable=False),
        sa.Column("answered", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("participation_survey"))
    op.create_table(
        "participation_reminder",
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("reminder", sa.Integer, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("unanswered", JSONB, nullable=False),
    )
    execute(*read_model("participation_reminder"))
    op.create_table(
        "participation_answer",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("programmes", JSONB, nullable=False),
        sa.Column("supporters_in_own_classes", sa.Boolean, nullable=False),
        sa.Column("section_ja", sa.Text, nullable=False),
        sa.Column("section_phone", sa.Text, nullable=False),
        sa.Column("remarks_ja", sa.Text, nullable=False),
        sa.Column("planned", JSONB, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    )
    execute(*read_model("participation_answer", private_to="municipality"))
    op.create_table(
        "planned_sessions",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("sessions", sa.Integer, nullable=False),
    )
    execute(*read_model("planned_sessions", private_to="municipality"))


def _regional_projects() -> None:
    op.create_table(
        "guideline",
        sa.Column("guideline_id", sa.Text, primary_key=True),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("published_on", sa.Date, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("guideline"))
    op.create_table(
        "regional_consultation",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("consultation_id", sa.Text, primary_key=True),
        sa.Column("subject_ja", sa.Text, nullable=False),
        sa.Column("question_ja", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("outcome_ja", sa.Text),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("regional_consultation", private_to="municipality"))
    op.create_table(
        "regional_consultation_answer",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("consultation_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("answer_ja", sa.Text, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    )
    execute(*read_model("regional_consultation_answer", private_to="municipality"))
    op.create_table(
        "regional_project",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("goal_ja", sa.Text, nullable=False),
        sa.Column("target_group_ja", sa.Text, nullable=False),
        sa.Column("measures", JSONB, nullable=False),
        sa.Column("planned_sessions", sa.Integer, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason_ja", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("regional_project", private_to="municipality"))
    op.create_table(
        "regional_project_result",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("half", sa.Integer, primary_key=True),
        sa.Column("sessions", sa.Integer, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("what_worked_ja", sa.Text, nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
    )
    execute(*read_model("regional_project_result", private_to="municipality"))
