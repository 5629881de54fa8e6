"""What is in quarantine: usage of unknown meters and dead letters, in one list; and what was dismissed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, ColumnElement, Select, Subquery, Table

from kyodo_cost_ledger.quarantine.letters import dead_letter, municipality_of, source_of
from kyodo_cost_ledger.quarantine.model import CellKey, State, UsageDismissed
from kyodo_cost_ledger.tables import metadata
from kyodo_cost_ledger.usage.model import Outcome
from kyodo_cost_ledger.usage.views import uncharged_usage, usage_cell, usage_intake
from kyodo_events.event import Batch
from kyodo_events.gaps import offset_gap
from kyodo_events.views import AnyWrite, View, upsert

KEY = ("municipality", "project_id", "meter", "month")
LETTER_STATES = {"parked": State.OPEN.value, "dismissed": State.DISMISSED.value, "replayed": State.RELEASED.value}

usage_dismissal = Table(
    "usage_dismissal",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("project_id", sa.Text, primary_key=True),
    Column("meter", sa.Text, primary_key=True),
    Column("month", sa.Text, primary_key=True),
    Column("records", BigInteger, nullable=False, comment="how many records the dismissal covers"),
    Column("reason", sa.Text, nullable=False),
    Column("dismissed_at", sa.DateTime(timezone=True), nullable=False),
    Column("dismissed_by", sa.Text, nullable=False),
    Column("version", sa.Integer, nullable=False),
    info={"private_to": "municipality"},
)

LAST_RECORD = """
SELECT event_id FROM usage_record WHERE municipality = $1 AND project_id = $2 AND meter = $3 AND month = $4
ORDER BY event_id DESC LIMIT 1
"""

dismissals = View("dismissals", usage_dismissal)


@dismissals.on(UsageDismissed)
def _(rows: Batch[UsageDismissed]) -> AnyWrite:
    return upsert(
        usage_dismissal,
        [
            {
                **r.event.model_dump(include={*KEY, "records", "reason"}),
                "dismissed_at": r.at,
                "dismissed_by": r.audit.actor,
                "version": r.version,
            }
            for r in rows
        ],
    )


def is_dismissed() -> ColumnElement[bool]:
    """Whether a cell's dismissal covers all its records: the next one opens it again."""
    return sa.func.coalesce(usage_dismissal.c.records == usage_cell.c.records, sa.false())


def same_cell(table: Any, other: Any) -> ColumnElement[bool]:
    """That two tables speak of the same cell of usage."""
    return sa.and_(*(table.c[name] == other.c[name] for name in KEY))


def quarantined() -> Subquery:
    """Everything in quarantine, of both kinds, one row each."""
    return sa.union_all(_usage(), _letters()).subquery("item")


def only(item: Subquery, wanted: Mapping[str, str | None]) -> Select[Any]:
    """The rows with these values; None leaves a column open."""
    return sa.select(item).where(*(item.c[name] == value for name, value in wanted.items() if value is not None))


def cell(key: CellKey) -> Select[Any]:
    """One cell of usage, how it was rated, and its dismissal."""
    outcome = sa.func.coalesce(uncharged_usage.c.outcome, Outcome.CHARGED.value)
    state = sa.case(
        (outcome != Outcome.QUARANTINED.value, State.RELEASED.value),
        (is_dismissed(), State.DISMISSED.value),
        else_=State.OPEN.value,
    )
    return (
        sa.select(usage_cell, outcome.label("outcome"), uncharged_usage.c.reason, state.label("state"))
        .add_columns(
            usage_dismissal.c.reason.label("dismissed_because"),
            usage_dismissal.c.dismissed_at,
            usage_dismissal.c.dismissed_by,
            sa.func.coalesce(usage_dismissal.c.version, 0).label("version"),
        )
        .outerjoin(uncharged_usage, same_cell(usage_cell, uncharged_usage))
        .outerjoin(usage_dismissal, same_cell(usage_cell, usage_dismissal))
        .where(*(usage_cell.c[name] == getattr(key, name) for name in KEY))
    )


def letter(letter_id: UUID) -> Select[Any]:
    """One dead letter with its content."""
    return sa.select(
        dead_letter,
        municipality_of().label("municipality"),
        source_of().label("source"),
        sa.case(LETTER_STATES, value=dead_letter.c.state).label("quarantine"),
    ).where(dead_letter.c.id == letter_id)


def gaps() -> Select[Any]:
    """Offsets that the consumer never saw."""
    return sa.select(offset_gap)


def _usage() -> Select[Any]:
    """Of each publishing service a row: who counts by source finds each record once."""
    cell = usage_cell.c
    key = sa.func.concat_ws("/", *(cell[name] for name in KEY))
    state = sa.case((is_dismissed(), State.DISMISSED.value), else_=State.OPEN.value)
    return (
        sa.select(
            sa.literal("usage").label("kind"),
            key.label("id"),
            state.label("state"),
            usage_intake.c.source,
            *(cell[name] for name in KEY),
            usage_intake.c.records,
            uncharged_usage.c.reason,
            *(sa.null().cast(column.type).label(name) for name, column in _LETTER.items()),
        )
        .join(usage_intake, same_cell(usage_cell, usage_intake))
        .join(uncharged_usage, same_cell(usage_cell, uncharged_usage))
        .outerjoin(usage_dismissal, same_cell(usage_cell, usage_dismissal))
        .where(uncharged_usage.c.outcome == Outcome.QUARANTINED.value)
    )


def _letters() -> Select[Any]:
    return sa.select(
        sa.literal("letter").label("kind"),
        sa.cast(dead_letter.c.id, sa.Text).label("id"),
        sa.case(LETTER_STATES, value=dead_letter.c.state).label("state"),
        source_of().label("source"),
        municipality_of().label("municipality"),
        *(sa.null().cast(sa.Text).label(name) for name in KEY[1:]),
        sa.literal(1, BigInteger).label("records"),
        dead_letter.c.reason,
        *(column.label(name) for name, column in _LETTER.items()),
    )


_LETTER = {
    "record_key": dead_letter.c.record_key,
    "event_id": dead_letter.c.event_id,
    "type": dead_letter.c.type,
    "topic": dead_letter.c.topic,
    "partition": dead_letter.c.partition,
    "offset": dead_letter.c.record_offset,
    "parked_at": dead_letter.c.parked_at,
    "attempts": dead_letter.c.attempts,
}
