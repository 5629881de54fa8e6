"""The usage book: what was used is borne by those that used it, at the price of the terms in force for its month.

Rating is a pure function of the project's facts and the quantity, so usage may arrive before its terms or its
participation: it waits, with the reason, and is charged when they come.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kyodo_cost_ledger.projects.model import Project
from kyodo_events.values.fiscal import Month


class Outcome(StrEnum):
    """Where a quantity used ended up; every accepted record is in exactly one of these."""

    CHARGED = "charged"
    FREE = "free"  # priced at 0 yen
    WAITING = "waiting"


class Reason(StrEnum):
    """Why usage waits."""

    UNKNOWN_PROJECT = "unknown_project"
    NO_TERMS_IN_FORCE = "no_terms_in_force"
    METER_NOT_PRICED = "meter_not_priced"
    NOT_A_PARTICIPANT = "not_a_participant"


REASONS_JA = {
    Reason.UNKNOWN_PROJECT: "事業が未登録",
    Reason.NO_TERMS_IN_FORCE: "費用負担条件が未発効",
    Reason.METER_NOT_PRICED: "計測項目の単価が未設定",
    Reason.NOT_A_PARTICIPANT: "当月の参加団体でない",
}


@dataclass(frozen=True, slots=True)
class UsageCell:
    """What a municipality used of one meter of a project in one month, over all records that arrived."""

    municipality: str
    project_id: str
    meter: str
    month: Month
    quantity: int
    records: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What a cell costs, or why that is not known yet. `amount` is whole yen, 0 while it waits."""

    outcome: Outcome
    amount: int = 0
    unit_price: int | None = None
    terms_version: int | None = None
    reason: Reason | None = None


def rate(project: Project, cell: UsageCell) -> Rating:
    """Quantity times the unit price of the terms in force for the month, if the municipality takes part in it."""
    if not project.started:
        return _waiting(Reason.UNKNOWN_PROJECT)
    version = project.terms_in_force(cell.month)
    if version is None:
        return _waiting(Reason.NO_TERMS_IN_FORCE)
    price = version.prices.get(cell.meter)
    if price is None:
        return _waiting(Reason.METER_NOT_PRICED)
    if not project.takes_part(cell.municipality, cell.month):
        return _waiting(Reason.NOT_A_PARTICIPANT)
    outcome = Outcome.CHARGED if price.unit_price else Outcome.FREE
    return Rating(outcome, cell.quantity * price.unit_price, price.unit_price, version.version)


def _waiting(reason: Reason) -> Rating:
    return Rating(Outcome.WAITING, reason=reason)
