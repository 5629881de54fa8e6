"""Incidents, feedback and follow-ups."""

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
    _incidents()
    _feedback()
    _follow_ups()


def _incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("incident_id", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reporter_id", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("account", JSONB, nullable=False),
        sa.Column("result", JSONB, nullable=False),
        sa.Column("erased", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("incident_by_id", "incident", ["incident_id"])
    op.create_index("incident_due", "incident", ["closed", "due_on", "incident_id"])
    op.create_index("incident_of_reporter", "incident", ["reporter_id"])
    op.create_table(
        "incident_step",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("incident_id", sa.Text, primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("done_on", sa.Date),
        sa.Column("sealed", JSONB, nullable=False),
    )
    execute(
        *read_model("incident", private_to="municipality", person="reporter_id"),
        *read_model("incident_step", private_to="municipality"),
    )


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("assignment_id", sa.Text, primary_key=True),
        sa.Column("supporter_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("session_score", sa.Integer),
        sa.Column("venue_score", sa.Integer),
        sa.Column("host_score", sa.Integer),
        sa.Column("session_tags", JSONB),
        sa.Column("session_sealed", JSONB),
        sa.Column("session_said_at", sa.DateTime(timezone=True)),
        sa.Column("supporter_score", sa.Integer),
        sa.Column("supporter_tags", JSONB),
        sa.Column("supporter_sealed", JSONB),
        sa.Column("supporter_said_at", sa.DateTime(timezone=True)),
        sa.Column("rated_by", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("feedback_of_supporter", "feedback", ["supporter_id", "assignment_id"])
    op.create_index("feedback_of_session", "feedback", ["session_id"])
    execute(*read_model("feedback", private_to="municipality", person="supporter_id"))


def _follow_ups() -> None:
    op.create_table(
        "follow_up_link",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("follow_up_link_by_digest", "follow_up_link", ["digest"], unique=True)
    op.create_table(
        "follow_up",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("daily", sa.Integer, nullable=False),
        sa.Column("sometimes", sa.Integer, nullable=False),
        sa.Column("helped_again", sa.Integer, nullable=False),
        sa.Column("stopped", sa.Integer, nullable=False),
    )
    execute(*read_model("follow_up_link"), *read_model("follow_up", private_to="municipality"))
