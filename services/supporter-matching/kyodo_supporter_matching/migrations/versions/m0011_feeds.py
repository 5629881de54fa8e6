"""Calendar feeds, certificates of hours, and looks at names."""

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
    _feeds()
    _certificates()
    _names()


def _feeds() -> None:
    op.create_table(
        "feed",
        sa.Column("supporter_id", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("feed_by_digest", "feed", ["digest"], unique=True)
    execute(*read_model("feed"))


def _certificates() -> None:
    op.create_table(
        "hours_certificate",
        sa.Column("certificate_id", sa.Text, primary_key=True),
        sa.Column("supporter_id", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("until_day", sa.Date, nullable=False),
        sa.Column("sessions", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("lines", JSONB, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("reason_ja", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("hours_certificate_by_number", "hours_certificate", ["number"], unique=True)
    op.create_index("hours_certificate_of_supporter", "hours_certificate", ["supporter_id", "certificate_id"])
    execute(*read_model("hours_certificate"))


def _names() -> None:
    op.create_table(
        "name_view",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("view_id", sa.Text, primary_key=True),
        sa.Column("supporter_id", sa.Text, nullable=False),
        sa.Column("assignment_id", sa.Text, nullable=False),
        sa.Column("host_id", sa.Text),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("name_view_of_supporter", "name_view", ["supporter_id", "view_id"])
    op.create_index("name_view_of_assignment", "name_view", ["assignment_id"])
    execute(*read_model("name_view", private_to="municipality", person="supporter_id"))
