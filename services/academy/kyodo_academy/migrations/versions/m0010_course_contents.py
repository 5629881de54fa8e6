"""Contents of courses in versions, courses without a date, interest in them, training on request, reminders."""

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
    _courses()
    _interests()
    _training_requests()
    _reminders()


def _courses() -> None:
    op.alter_column("course", "starts_on", nullable=True)
    op.alter_column("course", "seats", nullable=True)
    op.add_column("course", sa.Column("skills", JSONB, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("course", sa.Column("contents_version", sa.Integer, nullable=False, server_default="0"))
    op.add_column("course", sa.Column("proposed_at", sa.DateTime(timezone=True)))
    op.add_column("course", sa.Column("announced_at", sa.DateTime(timezone=True)))
    execute(
        "UPDATE course SET announced_at = event.at FROM event"
        " WHERE event.category = 'course' AND event.stream = course.id"
        " AND event.type = 'kyodo.academy.course-announced'"
    )
    op.create_table(
        "course_contents",
        sa.Column("course_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("contents", JSONB, nullable=False),
        sa.Column("changed_ja", sa.Text),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    )
    execute(*read_model("course_contents"))
    op.add_column("training_session", sa.Column("contents_version", sa.Integer, nullable=False, server_default="0"))
    op.add_column("training_session", sa.Column("released", sa.Boolean, nullable=False, server_default=sa.false()))


def _interests() -> None:
    op.create_table(
        "course_interest",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("course_id", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, primary_key=True),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("course_interest_in", "course_interest", ["course_id"])
    op.create_index("course_interest_of", "course_interest", ["holder"])
    execute(*read_model("course_interest", private_to="municipality", person="holder"))
    op.create_table(
        "course_interest_total",
        sa.Column("course_id", sa.Text, primary_key=True),
        sa.Column("learners", sa.Integer, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
    )
    execute(*read_model("course_interest_total"))


def _training_requests() -> None:
    op.create_table(
        "training_request",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("request_id", sa.Text, primary_key=True),
        sa.Column("wishes", JSONB, nullable=False),
        sa.Column("plan", JSONB),
        sa.Column("session_ids", JSONB, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason_ja", sa.Text),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("training_request_by_time", "training_request", ["asked_at", "request_id"])
    op.create_index(
        "training_request_of_session",
        "training_request",
        ["session_ids"],
        postgresql_using="gin",
        postgresql_ops={"session_ids": "jsonb_path_ops"},
    )
    execute(*read_model("training_request", private_to="municipality"))


def _reminders() -> None:
    op.create_table(
        "session_reminder",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.DateTime(timezone=True)),
        sa.Column("reason_ja", sa.Text),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("session_reminder_of", "session_reminder", ["session_id"])
    execute(*read_model("session_reminder"))
