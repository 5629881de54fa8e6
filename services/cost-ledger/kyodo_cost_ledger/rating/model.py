"""A rating run: the year's charges as a pure function of the facts up to two cutoffs, told as canonical bytes.

*Occurred before* bounds the days of the usage and the months of the base cost, *recorded before* what the ledger knew.
Whoever has the same facts gets the same bytes, in whichever order the facts came: so a digest of what went in and one
of what came out prove years later that a charge follows from its facts, or show where it does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Final, Self

from pydantic import BaseModel, JsonValue

from kyodo_cost_ledger.base.model import base_charges
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.usage.model import UsageCell, rate
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.canonical import canonical_json
from kyodo_events.contracts.cost_ledger.rating import ProjectRated, RatingRunRecorded
from kyodo_events.errors import Refused, require
from kyodo_events.values.fiscal import FiscalYear

Row = dict[str, JsonValue]

COLUMNS: Final = (
    *("project_id", "book", "item", "month", "party", "amount"),
    *("outcome", "reason", "quantity", "records"),
)


class RecordedInFuture(Refused):
    status, type = 409, "recorded-in-future"
    title = "What will be recorded is not known yet"
    detail = "{recorded_before} lies after now, {now}."
    remedy = "Name a moment that has passed, or none for now."


class OccurredOutsideYear(Refused):
    status, type = 409, "occurred-outside-year"
    title = "The day does not lie in the fiscal year"
    detail = "{occurred_before} is not a day after {first} and up to {last}, the day after the year's last one."
    remedy = "Name such a day, or none for the whole year."


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Which facts count.

    `arrivals` and `positions` are the last numbers, of what arrived and of the ledger's own events, that existed
    when the run was made: a clock may be set back, these cannot.
    """

    fiscal_year: FiscalYear
    occurred_before: date
    recorded_before: datetime
    arrivals: int
    positions: int


@dataclass(frozen=True, slots=True)
class Used:
    """A cell of usage up to the cutoffs, and the digest of the ids of its records."""

    cell: UsageCell
    records_digest: str


@dataclass(frozen=True, slots=True)
class Part:
    """One project's part of a run: what went in and what came out, both as canonical JSON too."""

    rated: ProjectRated
    rows: tuple[Row, ...]
    given: bytes
    text: bytes


@dataclass(frozen=True, slots=True)
class Difference:
    """A project of which a repetition says something else than the run; None is a project missing on that side."""

    project_id: str
    recorded: ProjectRated | None
    repeated: ProjectRated | None


def day_after(year: FiscalYear) -> date:
    """The day after the year's last one: everything of the year occurred before it."""
    return year.last_day + timedelta(days=1)


def occurred_in(year: FiscalYear, occurred_before: date | None) -> date:
    """The cutoff by day, the whole year where none is named. Raises OccurredOutsideYear."""
    if occurred_before is None:
        return day_after(year)
    first, last = year.first_day, day_after(year)
    within = first < occurred_before <= last
    require(within, OccurredOutsideYear(occurred_before=occurred_before, first=first, last=last))
    return occurred_before


def rate_project(project: Project, used: Sequence[Used], cutoffs: Cutoffs) -> Part | None:
    """One project's charges of the year; None for a project of which nothing was known."""
    if not (project.started or project.participation or project.terms or used):
        return None
    given = canonical_json(
        {"project": plain(in_order(project)), "usage": sorted(map(_given, used), key=canonical_json)}
    )
    rows = sorted([*_base(project, cutoffs), *_usage(project, used)], key=_place)
    sums = {book: sum(int(str(row["amount"])) for row in rows if row["book"] == book.value) for book in Book}
    text = canonical_json(list(rows))
    rated = ProjectRated(
        project_id=project.id,
        cells=len(rows),
        base=sums[Book.BASE],
        usage=sums[Book.USAGE],
        input_digest=_sha256(given),
        output_digest=_sha256(text),
    )
    return Part(rated, tuple(rows), given, text)


class Digests:
    """The digests of a whole run, project by project, so that no more than one stands in memory."""

    def __init__(self, cutoffs: Cutoffs) -> None:
        head: JsonValue = {
            "fiscal_year": int(cutoffs.fiscal_year),
            "occurred_before": cutoffs.occurred_before.isoformat(),
        }
        self._given, self._rows = hashlib.sha256(b"[" + canonical_json(head)), hashlib.sha256(b"[")
        self._cutoffs, self._any = cutoffs, False
        self.projects: list[ProjectRated] = []

    def add(self, part: Part) -> None:
        """Take the next project, in the order of their ids."""
        self.projects.append(part.rated)
        self._given.update(b"," + part.given)
        if part.rows:
            self._rows.update((b"," if self._any else b"") + part.text[1:-1])
            self._any = True

    def recorded(self) -> RatingRunRecorded:
        """The whole run."""
        given, rows = self._given.copy(), self._rows.copy()
        given.update(b"]")
        rows.update(b"]")
        return RatingRunRecorded(
            fiscal_year=self._cutoffs.fiscal_year,
            occurred_before=self._cutoffs.occurred_before,
            recorded_before=self._cutoffs.recorded_before,
            arrivals=self._cutoffs.arrivals,
            positions=self._cutoffs.positions,
            input_digest=given.hexdigest(),
            output_digest=rows.hexdigest(),
            cells=sum(project.cells for project in self.projects),
            base=sum(project.base for project in self.projects),
            usage=sum(project.usage for project in self.projects),
            projects=tuple(self.projects),
        )


def differences(recorded: Iterable[ProjectRated], repeated: Iterable[ProjectRated]) -> list[Difference]:
    """The projects of which a repetition says something else, in the order of their ids."""
    before = {project.project_id: project for project in recorded}
    now = {project.project_id: project for project in repeated}
    ids = sorted(before.keys() | now.keys())
    return [Difference(id_, before.get(id_), now.get(id_)) for id_ in ids if before.get(id_) != now.get(id_)]


@dataclass(frozen=True)
class RatingRun(Aggregate, category="rating-run"):
    """A run, once recorded for good."""

    recorded: RatingRunRecorded | None = None

    def record(self, run: RatingRunRecorded) -> Events:
        """Keep what a run came to."""
        yield run

    @evolve
    def run_recorded(self, event: RatingRunRecorded) -> Self:
        return replace(self, recorded=event)


def in_order(project: Project) -> Project:
    """The project with its facts in an order of their own, not in that of their arrival."""
    return replace(
        project,
        participation=tuple(sorted(project.participation, key=lambda change: change.version)),
        terms=tuple(sorted(project.terms, key=lambda version: version.version)),
    )


def plain(value: Any) -> JsonValue:
    """Facts as JSON: each field of each of them, so that a digest covers all that the calculation is given."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return sorted(([plain(key), plain(item)] for key, item in value.items()), key=canonical_json)
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value), key=canonical_json)
    return value if value is None or isinstance(value, bool | int) else str(value)


def _base(project: Project, cutoffs: Cutoffs) -> Iterator[Row]:
    for (party, item, month), amount in base_charges(project).items():
        if month.fiscal_year == cutoffs.fiscal_year and month.first_day < cutoffs.occurred_before:
            yield _row(project.id, Book.BASE, item, month, party, amount)


def _usage(project: Project, used: Iterable[Used]) -> Iterator[Row]:
    for found in used:
        cell, rating = found.cell, rate(project, found.cell)
        row = _row(project.id, Book.USAGE, cell.meter, cell.month, cell.municipality, rating.amount)
        reason = rating.reason.value if rating.reason else None
        yield row | {
            "outcome": rating.outcome.value,
            "reason": reason,
            "quantity": cell.quantity,
            "records": cell.records,
        }


def _row(project_id: str, book: Book, item: str, month: str, party: str, amount: int) -> Row:
    return {
        "project_id": project_id,
        "book": book.value,
        "item": str(item),
        "month": str(month),
        "party": party,
        "amount": amount,
    }


def _place(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in COLUMNS[:5])


def _given(used: Used) -> JsonValue:
    cell = used.cell
    return [cell.municipality, cell.meter, str(cell.month), cell.quantity, cell.records, used.records_digest]


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
