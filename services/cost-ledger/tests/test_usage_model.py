"""What usage costs, and why it waits."""

from __future__ import annotations

from uuid import UUID

import pytest

from kyodo_cost_ledger.projects.model import ParticipationChange, Project, TermsVersion
from kyodo_cost_ledger.testing import terms
from kyodo_cost_ledger.usage.model import Outcome, Rating, Reason, UsageCell, rate
from kyodo_events.contracts.meter_prices import MeterPrice
from kyodo_events.values.fiscal import Month

A, B = "131016", "131024"
MEMBER = (ParticipationChange(1, A, True, Month("2024-05")),)
TERMS = (
    TermsVersion(1, terms(prices={"applications": 30, "logins": 0}), "t", "0" * 64, UUID(int=1)),
    TermsVersion(2, terms(prices={"seats": 400}, year=2025), "t2", "0" * 64, UUID(int=2)),
)
PROJECT = Project("p", True, MEMBER, TERMS)


def used(municipality: str = A, meter: str = "applications", month: str = "2024-05", quantity: int = 7) -> UsageCell:
    return UsageCell(municipality, "p", meter, Month(month), quantity, 1)


def test_quantity_times_price() -> None:
    assert rate(PROJECT, used()) == Rating(Outcome.CHARGED, 210, 30, 1)


def test_a_price_of_nothing_is_free_not_waiting() -> None:
    assert rate(PROJECT, used(meter="logins")) == Rating(Outcome.FREE, 0, 0, 1)


@pytest.mark.parametrize(
    ("project", "cell", "reason"),
    [
        (Project.unknown("p"), used(), Reason.UNKNOWN_PROJECT),
        (Project("p", True, MEMBER), used(), Reason.NO_TERMS_IN_FORCE),
        (PROJECT, used(month="2026-05"), Reason.NO_TERMS_IN_FORCE),
        (PROJECT, used(meter="seats"), Reason.METER_NOT_PRICED),
        (PROJECT, used(B), Reason.NOT_A_PARTICIPANT),
        (PROJECT, used(month="2024-04"), Reason.NOT_A_PARTICIPANT),
    ],
)
def test_usage_waits_with_its_reason(project: Project, cell: UsageCell, reason: Reason) -> None:
    assert rate(project, cell) == Rating(Outcome.WAITING, reason=reason)


def test_a_meter_that_no_terms_ever_named_is_quarantined() -> None:
    assert rate(PROJECT, used(meter="faxes")) == Rating(Outcome.QUARANTINED, reason=Reason.UNKNOWN_METER)


def test_use_within_what_is_included_is_free() -> None:
    price = MeterPrice(meter="applications", label_ja="申請", unit_ja="件", unit_price=30, included=7)
    version = TermsVersion(1, TERMS[0].terms.model_copy(update={"usage": (price,)}), "t", "0" * 64, UUID(int=1))
    project = Project("p", True, MEMBER, (version,))
    assert rate(project, used(quantity=7)).outcome is Outcome.FREE
    assert rate(project, used(quantity=8)) == Rating(Outcome.CHARGED, 30, 30, 1)
