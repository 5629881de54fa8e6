"""Quarantine and rating runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0009"
down_revision = "m0008"
downgrade = forward_only

# What tells usage comes by the million; a rating run reads everything else that arrived, which is little.
_RULES_ARRIVED = """
CREATE INDEX inbox_rules ON inbox (arrival) WHERE type NOT IN (
    'kyodo.academy.training-attendance-cancelled', 'kyodo.academy.training-attended',
    'kyodo.procurement.service-use-cancelled', 'kyodo.procurement.service-use-corrected',
    'kyodo.procurement.service-used', 'kyodo.supporter-matching.supporter-attendance-corrected',
    'kyodo.supporter-matching.supporter-attended', 'kyodo.talent.work-log-adjusted', 'kyodo.talent.work-log-approved')
"""


def upgrade() -> None:
    _quarantine()
    _rating()


def _quarantine() -> None:
    op.create_table(
        "usage_dismissal",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("municipality", "project_id", "meter", "month")),
        sa.Column("records", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dismissed_by", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(
        *read_model("usage_dismissal", private_to="municipality"),
        # Municipalities read letters of their own: the record key of usage is the municipality.
        *read_model("dead_letter", private_to="record_key")[1:],
    )


def _rating() -> None:
    op.create_table(
        "rating_run",
        sa.Column("run_id", sa.Text, primary_key=True),
        sa.Column("fiscal_year", sa.Integer, nullable=False),
        sa.Column("occurred_before", sa.Date, nullable=False),
        sa.Column("recorded_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrivals", sa.BigInteger, nullable=False),
        sa.Column("positions", sa.BigInteger, nullable=False),
        sa.Column("input_digest", sa.Text, nullable=False),
        sa.Column("output_digest", sa.Text, nullable=False),
        sa.Column("cells", sa.Integer, nullable=False),
        sa.Column("base", sa.BigInteger, nullable=False),
        sa.Column("usage", sa.BigInteger, nullable=False),
        sa.Column("projects", JSONB, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("rating_run"), _RULES_ARRIVED)
