"""The notice cycle: when each notice is due, and on what it rests. Pure."""

from __future__ import annotations

from datetime import date

from kyodo_events.contracts.cost_ledger.statements import StatementKind
from kyodo_events.errors import Refused
from kyodo_events.values.fiscal import FiscalYear, Month


class BasisMissing(Refused):
    status, type = 409, "notice-basis-missing"
    title = "What the notice rests on does not exist yet"
    detail = "{notice} rests on {basis}."
    remedy = "Issue the notice once that is there."


class NoticesIssuedBefore(Refused):
    status, type = 409, "notices-issued-before"
    title = "These notices were issued before"
    detail = "{notice} was issued to {municipalities} municipalities."
    remedy = "Read them at /v1/statements; what has changed since stands on the next notice."


def due_by(kind: StatementKind, year: FiscalYear) -> date | None:
    """The day by which a notice about the year is due; None for what is no mere notice."""
    return {
        StatementKind.ESTIMATE: date(year, 2, 10),
        StatementKind.INTERIM: date(year, 11, 5),
        StatementKind.FINAL: date(year + 1, 2, 15),
    }.get(kind)


def is_late(kind: StatementKind, year: FiscalYear, issued_on: date) -> bool:
    """Whether a notice came after the day by which it is due."""
    due = due_by(kind, year)
    return due is not None and issued_on > due


def booked_through(kind: StatementKind, year: FiscalYear) -> Month:
    """The last month that an interim or final notice takes from the books; what follows it is forecast."""
    return year.month({StatementKind.INTERIM: 6, StatementKind.FINAL: 10}[kind])


def known_through(year: FiscalYear, today: date) -> Month:
    """The last month before a year that is over: all that an estimate of the year knows of usage."""
    return min(Month.containing(today).previous(), year.month(1).previous())
