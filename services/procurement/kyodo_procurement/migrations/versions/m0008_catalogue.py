"""The service catalogue, subscriptions and the platform's roadmap."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0008"
down_revision = "m0007"
downgrade = forward_only


def upgrade() -> None:
    _catalogue()
    _subscriptions()
    _roadmap()


def _catalogue() -> None:
    op.create_table(
        "offering",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("description_ja", sa.Text, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("operator_ja", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("last_day", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "offering_meter",
        sa.Column("offering_id", sa.Text, primary_key=True),
        sa.Column("meter", sa.Text, primary_key=True),
        sa.Column("label_ja", sa.Text, nullable=False),
        sa.Column("unit_ja", sa.Text, nullable=False),
        sa.Column("aggregation", sa.Text, nullable=False),
    )
    op.create_table(
        "offering_plan_version",
        sa.Column("offering_id", sa.Text, primary_key=True),
        sa.Column("plan", sa.Text, primary_key=True),
        sa.Column("from_day", sa.Date, primary_key=True),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("included_ja", sa.Text, nullable=False),
        sa.Column("prices", JSONB, nullable=False),
    )
    execute(*read_model("offering"))
    execute(*read_model("offering_meter"))
    execute(*read_model("offering_plan_version"))


def _subscriptions() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("offering_id", sa.Text, nullable=False),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("wanted_from", sa.Date, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("last_day", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("offering_id", "municipality", name="subscription_of_municipality"),
    )
    op.create_table(
        "subscription_period",
        sa.Column("offering_id", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("active_from", sa.Date, primary_key=True),
        sa.Column("active_to", sa.Date),
    )
    op.create_table(
        "subscription_plan",
        sa.Column("offering_id", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("from_day", sa.Date, primary_key=True),
        sa.Column("plan", sa.Text, nullable=False),
    )
    execute(*read_model("subscription"))
    execute(*read_model("subscription_period"))
    execute(*read_model("subscription_plan"))


def _roadmap() -> None:
    op.create_table(
        "roadmap_item",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "roadmap_step",
        sa.Column("item_id", sa.Text, primary_key=True),
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("text_ja", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("before_ja", sa.Text),
    )
    op.create_table(
        "roadmap_follower",
        sa.Column("item_id", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=False),
    )
    execute(*read_model("roadmap_item"))
    execute(*read_model("roadmap_step"))
    execute(*read_model("roadmap_follower"))
