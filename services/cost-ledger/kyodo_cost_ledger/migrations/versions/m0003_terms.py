"""Burden terms in full, and the published figures that weight them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0003"
down_revision = "m0002"
downgrade = forward_only


def upgrade() -> None:
    op.add_column("participation", sa.Column("from_day", sa.Date))
    op.create_table(
        "base_component",
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("terms_version", sa.Integer, primary_key=True),
        sa.Column("label_ja", sa.Text, nullable=False),
    )
    op.create_table(
        "driver_figures",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("driver", "reference", "scope")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("label_ja", "unit_ja", "source_ja")),
        sa.Column("figures", JSONB, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.drop_constraint("uncharged_usage_outcome", "uncharged_usage")
    op.drop_constraint("uncharged_usage_reason", "uncharged_usage")
    op.create_check_constraint(
        "uncharged_usage_outcome", "uncharged_usage", "outcome IN ('free', 'waiting', 'quarantined')"
    )
    op.create_check_constraint("uncharged_usage_reason", "uncharged_usage", "(outcome = 'free') = (reason IS NULL)")
    # Readable by all participants: they share the cost, so they see by which figures.
    execute(*read_model("base_component"), *read_model("driver_figures"))
