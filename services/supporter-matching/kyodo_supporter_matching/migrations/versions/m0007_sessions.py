"""Supporters in full; hosts, sessions, assignments and applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0007"
down_revision = "m0006"
downgrade = forward_only


def upgrade() -> None:
    _supporters()
    _hosts()
    _sessions()
    _assignments()
    _applications()


def _supporters() -> None:
    """Those of before have said nothing but languages and a limit; they activate anew, with insurance."""
    for name, kind, default in (
        ("minor", sa.Boolean, "false"),
        ("grade", sa.Text, "newcomer"),
        ("erased", sa.Boolean, "false"),
    ):
        op.add_column("supporter", sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column("supporter", sa.Column("kind", sa.Text))
    op.add_column("supporter", sa.Column("conditions", JSONB))
    op.add_column("supporter", sa.Column("insured_until", sa.Date))
    execute(
        "UPDATE supporter SET status = 'registered' WHERE status = 'active'",
        "DROP POLICY supporter_of_its_municipality ON supporter",
        *read_model("supporter", private_to="home_municipality", person="id"),
    )


def _hosts() -> None:
    op.create_table(
        "host",
        sa.Column("host_id", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("released", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("host_of_municipality", "host", ["municipality", "host_id"])
    execute(*read_model("host"))


def _sessions() -> None:
    op.create_table(
        "session",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("venue_id", sa.Text, nullable=False),
        sa.Column("host_id", sa.Text),
        sa.Column("project_id", sa.Text),
        sa.Column("series_id", sa.Text),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latitude", sa.Double, nullable=False),
        sa.Column("longitude", sa.Double, nullable=False),
        sa.Column("needs", JSONB, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("taken", JSONB, nullable=False),
        sa.Column("seats_taken", sa.Integer, nullable=False),
        sa.Column("expected_visitors", sa.Integer, nullable=False),
        sa.Column("visitors", sa.Integer),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("applications_until", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("session_by_time", "session", ["starts_at", "session_id"])
    op.create_index("session_of_municipality", "session", ["municipality", "starts_at", "session_id"])
    op.create_index("session_of_series", "session", ["series_id"])
    execute(*read_model("session"))


def _assignments() -> None:
    op.create_table(
        "assignment",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("assignment_id", sa.Text, primary_key=True),
        sa.Column("supporter_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("cancelled_by", sa.Text),
        sa.Column("hours_before", sa.Integer),
        sa.Column("minutes", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("assignment_of_supporter", "assignment", ["supporter_id", "starts_at"])
    op.create_index("assignment_of_session", "assignment", ["session_id"])
    execute(*read_model("assignment", private_to="municipality", person="supporter_id"))


def _applications() -> None:
    op.create_table(
        "application",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("supporter_id", sa.Text, primary_key=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("application_of_supporter", "application", ["supporter_id"])
    op.create_index("application_of_session", "application", ["session_id"])
    execute(*read_model("application", private_to="municipality", person="supporter_id"))
    op.create_table(
        "session_interest",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("applications", sa.Integer, nullable=False),
    )
    execute(*read_model("session_interest"))
