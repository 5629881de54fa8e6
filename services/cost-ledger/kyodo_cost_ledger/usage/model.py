"""The usage book: what was used is borne by those that used it, at the price of the terms in force for its month.

Rating is a pure function of the project's facts and the quantity, so usage may arrive before its terms or its
participation: it waits, with the reason, and is charged when they come.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.usage.pricing import Priced, is_free, priced
from kyodo_events.values.fiscal import Month


class Outcome(StrEnum):
    """Where a quantity used ended up; every accepted record is in exactly one of these."""

    CHARGED = "charged"
    FREE = "free"  # the terms charge nothing for it
    WAITING = "waiting"
    QUARANTINED = "quarantined"


class Reason(StrEnum):
    """Why usage waits, or is quarantined: nothing the project ever agreed on knows its meter."""

    UNKNOWN_PROJECT = "unknown_project"
    NO_TERMS_IN_FORCE = "no_terms_in_force"
    METER_NOT_PRICED = "meter_not_priced"
    NOT_A_PARTICIPANT = "not_a_participant"
    UNKNOWN_METER = "unknown_meter"


REASONS_JA = {
    Reason.UNKNOWN_PROJECT: "事業が未登録",
    Reason.NO_TERMS_IN_FORCE: "費用負担条件が未発効",
    Reason.METER_NOT_PRICED: "計測項目の単価が未設定",
    Reason.NOT_A_PARTICIPANT: "当月の参加団体でない",
    Reason.UNKNOWN_METER: "どの費用負担条件にもない計測項目",
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
    """What a cell costs, or why that is not known yet. `amount` is whole yen, 0 while it waits.

    `unit_price` is that of a meter without tiers and packages, `priced` the arithmetic of every price.
    """

    outcome: Outcome
    amount: int = 0
    unit_price: int | None = None
    terms_version: int | None = None
    reason: Reason | None = None
    priced: Priced | None = field(default=None, compare=False)


def rate(project: Project, cell: UsageCell) -> Rating:
    """The quantity at the price of the terms in force for the month, if the municipality takes part in it."""
    if not project.started:
        return _without(Reason.UNKNOWN_PROJECT)
    version = project.terms_in_force(cell.month)
    if version is None:
        return _without(Reason.NO_TERMS_IN_FORCE)
    price = version.terms.price_of(cell.meter, cell.month)
    if price is None:
        return _without(Reason.METER_NOT_PRICED if cell.meter in project.meters_named else Reason.UNKNOWN_METER)
    if not project.takes_part(cell.municipality, cell.month):
        return _without(Reason.NOT_A_PARTICIPANT)
    found = priced(price, cell.quantity)
    free = is_free(price) or (cell.quantity > 0 and not found.amount)  # within what is included
    outcome = Outcome.FREE if free else Outcome.CHARGED
    unit_price = None if price.package_size else price.unit_price
    return Rating(outcome, found.amount, unit_price, version.version, priced=found)


def _without(reason: Reason) -> Rating:
    outcome = Outcome.QUARANTINED if reason is Reason.UNKNOWN_METER else Outcome.WAITING
    return Rating(outcome, reason=reason)
