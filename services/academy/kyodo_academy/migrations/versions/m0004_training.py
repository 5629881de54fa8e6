"""Learners, sessions, enrolments and attendance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0004"
down_revision = "m0003"
downgrade = forward_only


def upgrade() -> None:
    op.create_table(
        "learner",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, primary_key=True),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.Column("erased", sa.Boolean, nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("learner_by_id", "learner", ["learner_id"])
    execute(*read_model("learner", private_to="municipality", person="learner_id"))
    op.create_table(
        "training_session",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("course_id", sa.Text, nullable=False),
        sa.Column("series_id", sa.Text),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("place_ja", sa.Text, nullable=False),
        sa.Column("online", sa.Boolean, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("apply_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("project_id", sa.Text),
        sa.Column("quotas", JSONB, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("training_session_by_time", "training_session", ["starts_at", "session_id"])
    op.create_index("training_session_of_course", "training_session", ["course_id"])
    op.create_index("training_session_of_series", "training_session", ["series_id"])
    execute(*read_model("training_session"))
    op.create_table(
        "enrolment",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("enrolment_id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("answer_until", sa.DateTime(timezone=True)),
        sa.Column("percent", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("enrolment_of_session", "enrolment", ["session_id"])
    op.create_index("enrolment_of_learner", "enrolment", ["learner_id"])
    execute(*read_model("enrolment", private_to="municipality", person="learner_id"))
