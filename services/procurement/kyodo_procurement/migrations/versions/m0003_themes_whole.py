"""The whole survey of demand, selection and proposals."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.schema import read_model
from kyodo_platform.database.migrations import execute, forward_only

revision = "m0003"
down_revision = "m0002"
downgrade = forward_only


def upgrade() -> None:
    _themes()
    _answers()
    _proposals()


def _themes() -> None:
    for column in (
        sa.Column("drafted_by", sa.Text, nullable=False, server_default="tokyo"),
        sa.Column("selected_for", JSONB, nullable=False, server_default="[]"),
        sa.Column("flagged", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("merged_from", JSONB, nullable=False, server_default="[]"),
    ):
        _add_filled("theme", column)
    op.add_column("theme", sa.Column("proposal_id", sa.Text))
    op.add_column("theme", sa.Column("interests", sa.Integer))
    op.add_column("theme", sa.Column("answered", sa.Integer))
    op.add_column("theme", sa.Column("merged_into", sa.Text))
    # As a rebuild would fill them: interests and answers were not counted where there were any.
    execute(
        "UPDATE theme SET interests = 0, answered = 0 WHERE NOT EXISTS (SELECT FROM event"
        " WHERE category = 'theme' AND stream = theme.id AND type = 'kyodo.procurement.demand-registered')",
        "UPDATE theme SET selected_for = event.data->'needed_by' FROM event"
        " WHERE category = 'theme' AND stream = theme.id AND type = 'kyodo.procurement.theme-selected'",
    )
    # What was cited as text becomes a decision without a meeting on record, as the event's upcaster has it.
    cited = "jsonb_build_object('meeting_id', NULL, 'confirmation', NULL, 'text_ja', decision)"
    op.alter_column(
        "theme",
        "decision",
        type_=JSONB,
        postgresql_using=f"CASE WHEN decision IS NULL THEN NULL ELSE {cited} END",
    )


def _answers() -> None:
    op.add_column("demand", sa.Column("optional_quantity", sa.BigInteger))
    op.add_column("demand", sa.Column("current_contract_ends", sa.Date))
    op.add_column("demand", sa.Column("budget_year", sa.Integer))
    op.add_column("demand", sa.Column("wanted_stage", sa.Text))
    op.add_column("demand", sa.Column("id", sa.Text))
    # The id ends with the version of the event that the row was filled from; the latest one wins there as here.
    execute(
        "UPDATE demand SET id = theme_id || ':' || given.version FROM ("
        " SELECT stream, data->>'municipality' AS municipality, max(version) AS version FROM event"
        " WHERE category = 'theme' AND type = 'kyodo.procurement.demand-registered' GROUP BY 1, 2"
        ") given WHERE given.stream = demand.theme_id AND given.municipality = demand.municipality"
    )
    op.alter_column("demand", "id", nullable=False)


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("lead", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("purpose_ja", sa.Text, nullable=False),
        sa.Column("group", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("endorsed_by", JSONB, nullable=False),
        sa.Column("to_be_confirmed_by", JSONB, nullable=False),
        sa.Column("endorsements", sa.Integer, nullable=False),
        sa.Column("merge_request", JSONB),
        sa.Column("merged_from", JSONB, nullable=False),
        sa.Column("merged_into", sa.Text),
        sa.Column("theme_id", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    execute(*read_model("proposal"))


def _add_filled(table: str, column: sa.Column[Any]) -> None:
    """Add a column that rows of before get a value of, and no further rows."""
    name = column.name
    op.add_column(table, column)
    op.alter_column(table, name, server_default=None)
