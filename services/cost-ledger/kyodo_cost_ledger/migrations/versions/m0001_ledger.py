"""The kernel's tables, the facts, the journal and its balances, closed months and statements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import APP_ROLE, append_only, read_model
from kyodo_platform.database.migrations import execute, forward_only, foundation

revision = "m0001"
down_revision = None
downgrade = forward_only

# Every statement that adds lines must balance, posting by posting, so every posting always does. Checked once a
# statement, on its new lines alone: a deferred check for each row would sum a posting of 1,500 lines 1,500 times.
# That the posting exists is checked here too, set by set; as postings are never removed, that is a foreign key.
_MUST_BALANCE = """
CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong uuid;
BEGIN
    SELECT posting_id INTO wrong FROM added GROUP BY posting_id HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting % does not sum to zero', wrong USING ERRCODE = 'check_violation';
    END IF;
    SELECT posting_id INTO wrong FROM (SELECT DISTINCT posting_id FROM added) a
    WHERE NOT EXISTS (SELECT FROM posting p WHERE p.posting_id = a.posting_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is no posting %', wrong USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Create everything."""
    foundation()
    _facts()
    _usage()
    _journal()
    _statements()


def _facts() -> None:
    op.create_table(
        "project",
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("name_ja", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
    )
    op.create_table(
        "participation",
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("takes_part", sa.Boolean, nullable=False),
        sa.Column("from_month", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
    )
    op.create_table(
        "terms",
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("terms_version", sa.Integer, primary_key=True),
        sa.Column("terms_id", sa.Text, nullable=False),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("terms_hash", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "priced_meter",
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("meter", sa.Text, primary_key=True),
        sa.Column("terms_version", sa.Integer, primary_key=True),
        sa.Column("label_ja", sa.Text, nullable=False),
        sa.Column("unit_ja", sa.Text, nullable=False),
    )
    # Readable by all participants: they share the cost, so they see who takes part and by which rule.
    for table in ("project", "participation", "terms", "priced_meter"):
        execute(*read_model(table))


def _usage() -> None:
    def key() -> list[sa.Column[str]]:
        return [sa.Column(name, sa.Text, primary_key=True) for name in ("municipality", "project_id", "meter", "month")]

    op.create_table(
        "usage_record",
        *key(),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("used_on", sa.Date, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "usage_cell",
        *key(),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("records", sa.BigInteger, nullable=False),
    )
    op.create_index("usage_cell_of_project", "usage_cell", ["project_id"])
    op.create_table(
        "uncharged_usage",
        *key(),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint("outcome IN ('free', 'waiting')", name="uncharged_usage_outcome"),
        sa.CheckConstraint("(outcome = 'waiting') = (reason IS NOT NULL)", name="uncharged_usage_reason"),
    )
    for table in ("usage_record", "usage_cell", "uncharged_usage"):
        execute(*read_model(table, private_to="municipality"))


def _journal() -> None:
    op.create_table(
        "posting",
        sa.Column("posting_id", sa.Uuid, primary_key=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("book", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("cause", sa.Uuid, nullable=False),
    )
    op.create_table(
        "posting_line",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("party", "project_id", "book", "item", "month")),
        sa.Column("posting_id", sa.Uuid, primary_key=True),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name="posting_line_amount"),
        sa.CheckConstraint("period >= month", name="posting_line_period"),
    )
    op.create_table(
        "charge",
        *(
            sa.Column(name, sa.Text, primary_key=True)
            for name in ("party", "project_id", "book", "item", "month", "period")
        ),
        sa.Column("amount", sa.BigInteger, nullable=False),
    )
    op.create_index("charge_of_project", "charge", ["project_id"])
    execute(
        _MUST_BALANCE,
        *append_only("posting"),
        *append_only("posting_line"),
        "CREATE TRIGGER posting_line_must_balance AFTER INSERT ON posting_line REFERENCING NEW TABLE AS added"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_unbalanced()",
        *read_model("posting_line", private_to="party"),
        f"REVOKE UPDATE, DELETE ON posting_line FROM {APP_ROLE}",
        *read_model("charge", private_to="party"),
    )


def _statements() -> None:
    op.create_table(
        "closed_month",
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statements", sa.Integer, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "statement",
        sa.Column("municipality", sa.Text, primary_key=True),
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("base", sa.BigInteger, nullable=False),
        sa.Column("usage", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("lines_hash", sa.Text, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("closed_month"), *read_model("statement", private_to="municipality"))
