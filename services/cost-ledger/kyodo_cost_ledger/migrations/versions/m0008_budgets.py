"""Budgets and subsidies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0008"
down_revision = "m0007"
downgrade = forward_only


def upgrade() -> None:
    _budgets()
    _subsidies()


def _budgets() -> None:
    op.create_table(
        "budget",
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "budget_line",
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True),
        sa.Column("group_ja", sa.Text, nullable=False),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("initial_amount", sa.BigInteger, nullable=False),
        sa.Column("previous_amount", sa.BigInteger, nullable=False),
        sa.Column("subsidy_ratio", sa.Text),
        sa.Column("subsidy_yearly_cap", sa.BigInteger),
        sa.Column("subsidy_new_awards", sa.Integer),
        sa.Column("project_id", sa.Text),
    )
    op.create_table(
        "budget_entry",
        sa.Column("fiscal_year", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reference", sa.Text),
        sa.Column("commitment", sa.Text),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text),
    )
    op.create_index("budget_entry_of_line", "budget_entry", ["fiscal_year", "line", "kind"])
    execute(*read_model("budget"), *read_model("budget_line"), *read_model("budget_entry"))


def _subsidies() -> None:
    op.create_table(
        "subsidy_programme",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("fiscal_year", sa.Integer, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("ratio", sa.Text, nullable=False),
        sa.Column("yearly_cap", sa.BigInteger, nullable=False),
        sa.Column("new_awards", sa.Integer, nullable=False),
        sa.Column("applications_until", sa.Date, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "subsidy_application",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("programme_id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("planned_cost", sa.BigInteger, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("actual_cost", sa.BigInteger),
    )
    op.create_table(
        "subsidy_award",
        sa.Column("programme_id", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("settled_amount", sa.BigInteger),
        sa.Column("surplus", sa.BigInteger),
    )
    execute(
        *read_model("subsidy_programme"),
        *read_model("subsidy_application", private_to="municipality"),
        *read_model("subsidy_award"),
    )
