"""The tables of schedules. Nothing in them says for whom time is held, so everybody who is signed in may read them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_talent.tables import metadata

schedule = sa.Table(
    "schedule",
    metadata,
    sa.Column("expert_id", sa.Text, primary_key=True),
    sa.Column("half_days_per_month", sa.Integer, nullable=False),
    sa.Column("exceptions", JSONB, nullable=False),  # months that differ: [{"month": …, "half_days": …}]
    sa.Column("earlier", JSONB, nullable=False),  # numbers that held before, with their last months, in order of time
    sa.Column("absences", JSONB, nullable=False),  # [{"number": …, "from_day": …, "until_day": …}]
    sa.Column("version", sa.Integer, nullable=False),
)

hold = sa.Table(
    "schedule_hold",
    metadata,
    sa.Column("expert_id", sa.Text, primary_key=True),
    sa.Column("hold_id", sa.Text, primary_key=True),  # of the assignment of the same id
    sa.Column("month", sa.Text, primary_key=True),
    sa.Column("half_days", sa.Integer, nullable=False),
    sa.Column("from_day", sa.Date, nullable=False),
    sa.Column("until_day", sa.Date, nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True)),  # null: confirmed
    sa.Index("schedule_hold_by_month", "month"),
)
