"""Sealed periods, fiscal years, corrections and disputes; lines that correct others, and none where it is too late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0005"
down_revision = "m0004"
downgrade = forward_only

# The booking keeps to open periods by itself; this holds whoever else adds lines to the same. Once a statement, over
# its few different periods. Payments have no statement of their own: a closed month may still be paid in, a sealed
# period takes nothing.
_MUST_BE_OPEN = """
CREATE FUNCTION refuse_late_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late text;
BEGIN
    SELECT a.period INTO late FROM (SELECT DISTINCT period, book FROM added) a
    WHERE EXISTS (SELECT FROM sealed_period s WHERE s.period = a.period)
       OR a.book <> 'payment' AND EXISTS (SELECT FROM closed_month c WHERE c.month = a.period)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the period % takes no lines any more', late USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Add what the whole accounting calendar needs."""
    _periods()
    _corrections()
    _disputes()


def _periods() -> None:
    op.create_table(
        "sealed_period",
        sa.Column("period", sa.Text, primary_key=True),
        sa.Column("previous_seal", sa.Text),
        sa.Column("statements", JSONB, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "fiscal_year",
        sa.Column("fiscal_year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("municipalities", sa.BigInteger, nullable=False),
        sa.Column("tokyo", sa.BigInteger, nullable=False),
        sa.Column("calculated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settling_since", sa.DateTime(timezone=True)),
        sa.Column("sealed_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.add_column("posting_line", sa.Column("corrects", sa.Uuid))
    execute(
        *read_model("sealed_period"),
        *read_model("fiscal_year"),
        _MUST_BE_OPEN,
        "CREATE TRIGGER posting_line_must_be_open AFTER INSERT ON posting_line REFERENCING NEW TABLE AS added"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_lines()",
    )


def _line() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in ("project_id", "book", "item", "month")]


def _corrections() -> None:
    op.create_table(
        "correction",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("correction_id", sa.Text, primary_key=True),
        *_line(),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("counterpart", sa.Text),
        sa.Column("mirrored", sa.Boolean, nullable=False),
        sa.Column("reason_ja", sa.Text, nullable=False),
        sa.Column("dispute_id", sa.Text),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True)),
        sa.Column("reversal_reason_ja", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("correction_of_project", "correction", ["project_id"])
    execute(*read_model("correction", private_to="municipality"))


def _disputes() -> None:
    op.create_table(
        "dispute",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("dispute_id", sa.Text, primary_key=True),
        *_line(),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("grounds_ja", sa.Text, nullable=False),
        sa.Column("evidence", JSONB, nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_ja", sa.Text),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ending_reason_ja", sa.Text),
        sa.Column("correction_id", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index(
        "dispute_open", "dispute", ["project_id"], postgresql_where=sa.text("status IN ('raised', 'answered')")
    )
    execute(*read_model("dispute", private_to="municipality"))
