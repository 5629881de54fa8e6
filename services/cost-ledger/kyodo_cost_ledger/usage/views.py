"""What was used: each record, the sum of a cell, and how the cell was rated."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table

from kyodo_cost_ledger.projects.views import meter_labels, project
from kyodo_cost_ledger.tables import metadata
from kyodo_cost_ledger.usage.facts import FILL, MAKE_ROOM, READS, CellKey
from kyodo_cost_ledger.usage.model import Outcome, Rating, Reason, UsageCell
from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import Month
from kyodo_events.views import View, upsert

# Partitioned by month. No key: a record is there once because its event is in the inbox once, and each further unique
# index would cost as much as the row. One index finds the records of a cell.
usage_record = Table(
    "usage_record",
    metadata,
    Column("municipality", sa.Text, nullable=False),
    Column("project_id", sa.Text, nullable=False),
    Column("meter", sa.Text, nullable=False),
    Column("month", sa.Text, nullable=False),
    Column("event_id", sa.Uuid, nullable=False),
    Column("used_on", sa.Date, nullable=False),
    Column("quantity", sa.BigInteger, nullable=False),
    Column("record", sa.Text, nullable=False, comment="the source's own identification"),
    Column("source", sa.Text, nullable=False, comment="the service that published it"),
    info={"private_to": "municipality"},
)

usage_cell = Table(
    "usage_cell",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("project_id", sa.Text, primary_key=True),
    Column("meter", sa.Text, primary_key=True),
    Column("month", sa.Text, primary_key=True),
    Column("quantity", sa.BigInteger, nullable=False),
    Column("records", sa.BigInteger, nullable=False),
    info={"private_to": "municipality"},
)

# What has no charge, and why. Not a view: the reaction writes it, because it depends on several streams. What is
# charged needs no row here, so that the ordinary case costs nothing.
uncharged_usage = Table(
    "uncharged_usage",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("project_id", sa.Text, primary_key=True),
    Column("meter", sa.Text, primary_key=True),
    Column("month", sa.Text, primary_key=True),
    Column("outcome", sa.Text, nullable=False),
    Column("reason", sa.Text),
    info={"private_to": "municipality"},
)

# How many records came from which service: counted as they come, so that it is known at any size.
usage_intake = Table(
    "usage_intake",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("project_id", sa.Text, primary_key=True),
    Column("meter", sa.Text, primary_key=True),
    Column("month", sa.Text, primary_key=True),
    Column("source", sa.Text, primary_key=True),
    Column("records", sa.BigInteger, nullable=False),
    info={"private_to": "municipality"},
)

usage = View("usage", usage_record, usage_cell, usage_intake)
usage.from_arrivals(READS, MAKE_ROOM, FILL)


_CELL = """
SELECT c.municipality, c.project_id, c.meter, c.month, c.quantity, c.records,
       (SELECT sum(h.amount) FROM charge h WHERE h.party = c.municipality AND h.project_id = c.project_id
           AND h.book = 'usage' AND h.item = c.meter AND h.month = c.month)::bigint AS posted,
       EXISTS (SELECT FROM uncharged_usage u WHERE u.municipality = c.municipality
           AND u.project_id = c.project_id AND u.meter = c.meter AND u.month = c.month) AS uncharged
"""
_CELLS_OF_PROJECTS = f"{_CELL} FROM usage_cell c WHERE c.project_id = ANY($1::text[])"
_CELLS_TOUCHED = f"""{_CELL}
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS touched (municipality, project_id, meter, month)
JOIN usage_cell c USING (municipality, project_id, meter, month)
"""
_CHARGED_NOW = """
DELETE FROM uncharged_usage USING unnest($1::text[], $2::text[], $3::text[], $4::text[])
    AS charged (municipality, project_id, meter, month)
WHERE uncharged_usage.municipality = charged.municipality AND uncharged_usage.project_id = charged.project_id
  AND uncharged_usage.meter = charged.meter AND uncharged_usage.month = charged.month
"""


@dataclass(frozen=True, slots=True)
class Booked:
    """A usage cell as the books have it: yen posted for it, and whether it is noted as without a charge."""

    cell: UsageCell
    posted: int
    uncharged: bool


async def cells_of_projects(tx: Transaction, projects: Collection[str]) -> list[Booked]:
    """All usage of these projects."""
    return await _cells(tx, _CELLS_OF_PROJECTS, list(projects)) if projects else []


async def cells_touched(tx: Transaction, keys: Collection[CellKey]) -> list[Booked]:
    """The usage cells of these keys."""
    return await _cells(tx, _CELLS_TOUCHED, *zip(*keys, strict=True)) if keys else []


async def note_uncharged(tx: Transaction, rated: Sequence[tuple[Booked, Rating]]) -> None:
    """Note which cells have no charge, and why; forget it of those that now have one."""
    without = [
        _row(_key(b.cell), outcome=rating.outcome.value, reason=rating.reason.value if rating.reason else None)
        for b, rating in rated
        if rating.outcome is not Outcome.CHARGED
    ]
    await upsert(uncharged_usage, without).run(tx)
    charged_now = [_key(b.cell) for b, rating in rated if b.uncharged and rating.outcome is Outcome.CHARGED]
    if charged_now:
        await tx.run(_CHARGED_NOW, *zip(*charged_now, strict=True))


def waiting_usage(reason: Reason | None = None) -> Select[Any]:
    """The usage that waits, and why; or that waits for this reason."""
    label, cell, without = meter_labels(), usage_cell.c, uncharged_usage.c
    query = (
        sa.select(*_keys(cell), project.c.name_ja.label("project_ja"), label.c.label_ja.label("meter_ja"))
        .add_columns(cell.quantity, cell.records, without.reason)
        .join(uncharged_usage, _same_cell())
        .outerjoin(project, project.c.project_id == cell.project_id)
        .outerjoin(label, sa.and_(label.c.project_id == cell.project_id, label.c.meter == cell.meter))
        .where(without.outcome == Outcome.WAITING.value)
    )
    return query if reason is None else query.where(without.reason == reason.value)


def _same_cell() -> sa.ColumnElement[bool]:
    return sa.and_(*(mine == other for mine, other in zip(_keys(usage_cell.c), _keys(uncharged_usage.c), strict=True)))


def _keys(columns: Any) -> list[sa.Column[Any]]:
    return [columns[name] for name in ("municipality", "project_id", "meter", "month")]


async def _cells(tx: Transaction, sql: str, *args: Any) -> list[Booked]:
    return [
        Booked(UsageCell(municipality, project_id, meter, Month(month), *amounts), posted or 0, uncharged)
        for municipality, project_id, meter, month, *amounts, posted, uncharged in await tx.rows(sql, *args)
    ]


def _key(cell: UsageCell) -> CellKey:
    return cell.municipality, cell.project_id, cell.meter, cell.month


def _row(key: CellKey, **values: Any) -> dict[str, Any]:
    municipality, project_id, meter, month = key
    return {"municipality": municipality, "project_id": project_id, "meter": meter, "month": month, **values}
