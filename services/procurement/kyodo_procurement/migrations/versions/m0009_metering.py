"""Usage records and their conflicts, closed months of meters; sums of usage by offering."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0009"
down_revision = "m0008"
downgrade = forward_only


def upgrade() -> None:
    _records()
    _months_by_offering()
    _meter_months()
    _conflicts()


def _records() -> None:
    op.create_table(
        "usage_record",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("offering_id", sa.Text, primary_key=True),
        sa.Column("record", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("meter", sa.Text, nullable=False),
        sa.Column("used_on", sa.Date, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("aggregation", sa.Text),
        sa.Column("unique_key", sa.Text),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    readings = sa.text("aggregation IS NOT NULL")
    op.create_index("usage_record_reading", "usage_record", ["offering_id", "used_on"], postgresql_where=readings)
    execute(*read_model("usage_record", private_to="municipality"))


def _months_by_offering() -> None:
    """What was recorded before there were offerings has its project's id in its streams; its records become rows."""
    op.add_column("usage_month", sa.Column("offering_id", sa.Text))
    op.execute("UPDATE usage_month SET offering_id = project_id")
    op.alter_column("usage_month", "offering_id", nullable=False)
    op.drop_constraint("usage_month_pkey", "usage_month")
    op.create_primary_key(
        "usage_month_pkey", "usage_month", ["municipality", "project_id", "offering_id", "month", "meter"]
    )
    op.execute(
        "INSERT INTO usage_record SELECT data->>'municipality', left(stream, 36), substr(stream, 38), id::text,"
        " data->>'meter', (data->>'used_on')::date, (data->>'quantity')::bigint,"
        " NULL, NULL, NULL, at, version FROM event WHERE category = 'usage'"
    )


def _meter_months() -> None:
    op.create_table(
        "meter_month",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("offering_id", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("figures", sa.Integer, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("offering_id", "month", name="meter_month_of_offering"),
    )
    execute(*read_model("meter_month"))


def _conflicts() -> None:
    op.create_table(
        "usage_conflict",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("offering_id", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("first", JSONB, nullable=False),
        sa.Column("second", JSONB, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("usage_conflict_by_id", "usage_conflict", ["id"], unique=True)
    execute(*read_model("usage_conflict", private_to="municipality"))
