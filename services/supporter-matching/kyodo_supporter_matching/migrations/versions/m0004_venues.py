"""Venues, and devices for lending with what is reserved of them."""

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
        "venue",
        sa.Column("venue_id", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("address_ja", sa.Text, nullable=False),
        sa.Column("latitude", sa.Double, nullable=False),
        sa.Column("longitude", sa.Double, nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("accessibility", JSONB, nullable=False),
        sa.Column("equipment", JSONB, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("closing_reason_ja", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("venue_municipality", "venue", ["municipality", "venue_id"])
    execute(*read_model("venue"))
    op.create_table(
        "device",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("device_id", sa.Text, primary_key=True),
        sa.Column("asset_tag", sa.Text, nullable=False),
        sa.Column("family", sa.Text, nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reservation_id", sa.Text),
        sa.Column("due_day", sa.Date),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("device_by_id", "device", ["device_id"])
    op.create_index("device_state", "device", ["municipality", "family", "state"])
    execute(*read_model("device", private_to="municipality"))
    op.create_table(
        "device_reservation",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("reservation_id", sa.Text, primary_key=True),
        sa.Column("family", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("lent", sa.Integer, nullable=False),
        sa.Column("ended", sa.Integer, nullable=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("until_day", sa.Date, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text),
        sa.Column("borrower_id", sa.Text),
        sa.Column("consented_on", sa.Date),
        sa.Column("consent_reference", sa.Text),
        sa.Column("borrower", JSONB),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("device_reservation_by_id", "device_reservation", ["reservation_id"])
    op.create_index("device_reservation_session", "device_reservation", ["session_id"])
    op.create_index("device_reservation_days", "device_reservation", ["municipality", "family", "until_day"])
    execute(*read_model("device_reservation", private_to="municipality"))
