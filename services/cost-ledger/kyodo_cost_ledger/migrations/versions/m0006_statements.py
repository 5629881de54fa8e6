"""Statements of every kind with their lines, and what was paid."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import APP_ROLE, append_only, read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0006"
down_revision = "m0005"
downgrade = forward_only

# What version 1 of StatementIssued comes to, as its upcaster says, so that a rebuild finds the same rows.
_OF_MONTHS = """
UPDATE statement SET
    kind = 'monthly',
    fiscal_year = extract(year FROM to_date(statement_id, 'YYYY-MM') - interval '3 months'),
    period = statement_id,
    number = statement_id || '-' || municipality,
    issued_on = to_date(statement_id, 'YYYY-MM') + interval '1 month',
    due_on = to_date(statement_id, 'YYYY-MM') + interval '2 months' - interval '1 day',
    carried = 0, forecast = 0, lines = 0, salt = '', statement_hash = lines_hash, paid = 0
"""
_LINES_OF_MONTHS = """
INSERT INTO statement_line (municipality, statement_id, line, project_id, project_ja, book, item, item_ja, month,
    last_month, carried, forecast, amount)
SELECT c.party, c.period, row_number() OVER (PARTITION BY c.party, c.period ORDER BY project_id, book, item, month),
    project_id, p.name_ja, book, item, item, month, month, false, false, amount
FROM charge c JOIN statement s ON s.municipality = c.party AND s.statement_id = c.period
LEFT JOIN project p USING (project_id)
WHERE amount <> 0
"""
_FILLED = (
    "kind",
    "fiscal_year",
    "number",
    "issued_on",
    "carried",
    "forecast",
    "lines",
    "salt",
    "statement_hash",
    "paid",
)


def upgrade() -> None:
    """Statements get a kind, dates, a number and payments; lines and payments get tables of their own."""
    _lines()
    _statements()
    _payments()


def _statements() -> None:
    op.alter_column("statement", "month", new_column_name="statement_id")
    columns: list[sa.Column[Any]] = [
        *(sa.Column(name, sa.Text) for name in ("kind", "period", "number", "salt", "statement_hash")),
        *(sa.Column(name, sa.Integer) for name in ("fiscal_year", "lines")),
        *(sa.Column(name, sa.Date) for name in ("issued_on", "due_on")),
        *(sa.Column(name, sa.BigInteger) for name in ("carried", "forecast", "paid")),
        *(sa.Column(name, sa.DateTime(timezone=True)) for name in ("acknowledged_at", "settled_at")),
    ]
    for column in columns:
        op.add_column("statement", column)
    execute(_OF_MONTHS, _LINES_OF_MONTHS)
    for name in _FILLED:
        op.alter_column("statement", name, nullable=False)
    op.create_index("statement_of_period", "statement", ["period"])


def _lines() -> None:
    op.create_table(
        "statement_line",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("statement_id", sa.Text, primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("project_ja", sa.Text),
        sa.Column("book", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("item_ja", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("last_month", sa.Text, nullable=False),
        sa.Column("carried", sa.Boolean, nullable=False),
        sa.Column("reason_ja", sa.Text),
        sa.Column("quantity", sa.BigInteger),
        sa.Column("unit_ja", sa.Text),
        sa.Column("unit_price", sa.BigInteger),
        sa.Column("basis", JSONB),
        sa.Column("forecast", sa.Boolean, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
    )
    # By which a correction finds what earlier statements said of its month.
    op.create_index(
        "statement_line_of_month", "statement_line", ["municipality", "project_id", "book", "item", "month"]
    )
    execute(
        *append_only("statement_line"),
        *read_model("statement_line", private_to="municipality"),
        f"REVOKE UPDATE, DELETE ON statement_line FROM {APP_ROLE}",
    )


def _payments() -> None:
    op.create_table(
        "payment",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("statement_id", sa.Text, primary_key=True),
        sa.Column("payment", sa.Integer, primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("paid_on", sa.Date, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True)),
        sa.Column("taken_back_reason", sa.Text),
    )
    execute(*read_model("payment", private_to="municipality"))
