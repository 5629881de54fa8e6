"""The kernel's tables, and those of themes, projects, burden terms and usage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only, foundation

revision = "m0001"
down_revision = None
downgrade = forward_only


def upgrade() -> None:
    foundation()
    _themes()
    _projects()
    _burden_terms()
    _usage()


def _themes() -> None:
    op.create_table(
        "theme",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("group", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("deadline", sa.Date),
        sa.Column("needs", sa.Integer, nullable=False),
        sa.Column("decision", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "demand",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("theme_id", sa.Text, primary_key=True),
        sa.Column("need", sa.Text, nullable=False),
        sa.Column("firm_quantity", sa.BigInteger),
        sa.Column("current_unit_price", sa.BigInteger),
        sa.Column("remarks", sa.Text, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("demand_by_theme", "demand", ["theme_id", "municipality"])
    execute(*read_model("theme"))
    execute(*read_model("demand", private_to="municipality"))


def _projects() -> None:
    op.create_table(
        "project",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("theme_id", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "participation",
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("from_month", sa.Text, primary_key=True),
        sa.Column("last_month", sa.Text),
    )
    execute(*read_model("project"))
    execute(*read_model("participation"))


def _burden_terms() -> None:
    op.create_table(
        "burden_terms",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("terms_version", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("terms", JSONB, nullable=False),
        sa.Column("terms_hash", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("project_id", "terms_version", name="burden_terms_number"),
    )
    op.create_table(
        "burden_terms_consent",
        sa.Column("terms_id", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("consented_at", sa.DateTime(timezone=True)),
    )
    execute(*read_model("burden_terms"))
    execute(*read_model("burden_terms_consent"))


def _usage() -> None:
    op.create_table(
        "usage_month",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("meter", sa.Text, primary_key=True),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("records", sa.BigInteger, nullable=False),
    )
    op.create_index("usage_month_by_project", "usage_month", ["project_id", "month"])
    execute(*read_model("usage_month", private_to="municipality"))
