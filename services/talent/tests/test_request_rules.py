"""Requests: what each side may do, in every status, and what a municipality's words become."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_events.values.fiscal import Month
from kyodo_talent.reference.personas import Persona
from kyodo_talent.requests.events import (
    RequestApproved,
    RequestClosed,
    RequestDrafted,
    RequestMatchingStarted,
    RequestOffered,
    RequestReturned,
    RequestRevised,
    RequestSubmitted,
    RequestTriaged,
    RequestWithdrawn,
)
from kyodo_talent.requests.model import OPEN, Request, RequestStatus
from kyodo_talent.requests.refusals import (
    ApprovalMissing,
    ImpossibleWindow,
    NothingOffered,
    NothingToApprove,
    OtherAmount,
    OutcomeReasonMissing,
    WindowOver,
)
from kyodo_talent.requests.values import (
    MAX_MONTHS,
    Offer,
    OfferKind,
    Outcome,
    OutcomeReason,
    RequestKind,
    RequestMode,
    Urgency,
    Wanted,
)

AOGASHIMA, CHIYODA = "134023", "131016"
TODAY = date(2025, 6, 10)
WANTED = Wanted(
    kind=RequestKind.HANDS_ON,
    title_ja="電子申請",
    need_ja="進め方が分からない",
    urgency=Urgency.NORMAL,
    half_days_per_month=2,
    from_month=Month("2025-07"),
    until_month=Month("2025-09"),
    mode=RequestMode.EITHER,
)
PAID = WANTED.model_copy(update={"budget_yen": 180_000})
OFFER = Offer(kind=OfferKind.ASSIGNMENT, id="01941f29-7c00-7000-8000-000000000007")

drafted = RequestDrafted(municipality=AOGASHIMA, wanted=WANTED, consultation_id=None)
drafted_paid = RequestDrafted(municipality=AOGASHIMA, wanted=PAID, consultation_id=None)
submitted = RequestSubmitted(municipality=AOGASHIMA)
triaged = RequestTriaged(
    municipality=AOGASHIMA,
    kind=RequestKind.SHARED_USE,
    persona=Persona.SERVICE_DESIGNER,
    urgency=Urgency.HIGH,
    matter="online_forms",
    note_ja="",
)
matching = RequestMatchingStarted(municipality=AOGASHIMA)
offered = RequestOffered(municipality=AOGASHIMA, offers=(OFFER,))
withdrawn = RequestWithdrawn(municipality=AOGASHIMA, reason_ja="不要")


def closed(outcome: Outcome) -> Event:
    reason = None if outcome is Outcome.FULFILLED else OutcomeReason.NO_CAPACITY
    return RequestClosed(municipality=AOGASHIMA, outcome=outcome, reason=reason)


PAST: dict[RequestStatus, list[Event]] = {
    RequestStatus.DRAFTED: [drafted],
    RequestStatus.SUBMITTED: [drafted, submitted],
    RequestStatus.TRIAGED: [drafted, submitted, triaged],
    RequestStatus.MATCHING: [drafted, submitted, triaged, matching],
    RequestStatus.OFFERED: [drafted, submitted, triaged, matching, offered],
    RequestStatus.FULFILLED: [drafted, submitted, triaged, matching, offered, closed(Outcome.FULFILLED)],
    RequestStatus.PARTLY: [drafted, submitted, triaged, matching, offered, closed(Outcome.PARTLY)],
    RequestStatus.UNFILLED: [drafted, submitted, triaged, closed(Outcome.UNFILLED)],
    RequestStatus.WITHDRAWN: [drafted, withdrawn],
}
DECISIONS: dict[str, Callable[[Request], Events]] = {
    "revise": lambda request: request.revise(AOGASHIMA, PAID),
    "submit": lambda request: request.submit(AOGASHIMA, TODAY),
    "withdraw": lambda request: request.withdraw(AOGASHIMA, "不要"),
    "send back": lambda request: request.send_back("いくつ？"),
    "triage": lambda request: request.triage(RequestKind.HANDS_ON, Persona.ENGINEER, Urgency.LOW),
    "match": lambda request: request.start_matching(),
    "offer": lambda request: request.offer(Offer(kind=OfferKind.INTRODUCTION, id=OFFER.id)),
    "close": lambda request: request.close(Outcome.UNFILLED, OutcomeReason.BUDGET),
}
ALLOWED = {
    RequestStatus.DRAFTED: {"revise", "submit", "withdraw"},
    RequestStatus.SUBMITTED: {"send back", "triage", "withdraw"},
    RequestStatus.TRIAGED: {"match", "close", "withdraw"},
    RequestStatus.MATCHING: {"offer", "close", "withdraw"},
    RequestStatus.OFFERED: {"match", "offer", "close", "withdraw"},
}


def request(*past: Event) -> Given[Request]:
    return given(Request).that(*past)


@pytest.mark.parametrize("status", RequestStatus)
def test_in_each_status_exactly_this_may_happen(status: RequestStatus) -> None:
    before = request(*PAST[status])
    assert before.state.status is status
    assert before.state.is_open is (status in OPEN)
    outcomes = {name: before.when(decide) for name, decide in DECISIONS.items()}
    assert {name for name, outcome in outcomes.items() if outcome.events} == ALLOWED.get(status, set())
    assert all(outcome.refusal for name, outcome in outcomes.items() if not outcome.events and name != "match")


def test_what_the_secretariat_settles_takes_the_place_of_what_was_asked() -> None:
    state = request(*PAST[RequestStatus.TRIAGED]).state
    assert (state.kind, state.persona, state.urgency) == (
        RequestKind.SHARED_USE,
        Persona.SERVICE_DESIGNER,
        Urgency.HIGH,
    )
    assert (state.title_ja, state.months) == ("電子申請", ("2025-07", "2025-08", "2025-09"))


def test_repeating_what_stands_is_no_change() -> None:
    request(drafted).when(lambda r: r.revise(AOGASHIMA, WANTED)).then()
    request(drafted_paid, RequestApproved(municipality=AOGASHIMA, amount=180_000)).when(
        lambda r: r.approve(AOGASHIMA, 180_000)
    ).then()
    request(*PAST[RequestStatus.OFFERED]).when(lambda r: r.offer(OFFER)).then()
    request(*PAST[RequestStatus.MATCHING]).when(lambda r: r.start_matching()).then()


def test_an_approval_is_of_the_amount_that_is_asked_for() -> None:
    request(drafted).when(lambda r: r.approve(AOGASHIMA, 0)).refuses(NothingToApprove())
    request(drafted_paid).when(lambda r: r.approve(AOGASHIMA, 1)).refuses(OtherAmount(approved=1, budget=180_000))
    request(drafted_paid).when(lambda r: r.submit(AOGASHIMA, TODAY)).refuses(ApprovalMissing(budget=180_000))
    approved = RequestApproved(municipality=AOGASHIMA, amount=180_000)
    request(drafted_paid, approved).when(lambda r: r.submit(AOGASHIMA, TODAY)).then(submitted)
    dearer = RequestRevised(municipality=AOGASHIMA, wanted=PAID.model_copy(update={"budget_yen": 180_001}))
    after = request(drafted_paid, approved, dearer).when(lambda r: r.submit(AOGASHIMA, TODAY))
    after.refuses(ApprovalMissing(budget=180_001))


def test_an_approval_stands_when_the_secretariat_asks_something_first() -> None:
    approved = RequestApproved(municipality=AOGASHIMA, amount=180_000)
    asked = RequestReturned(municipality=AOGASHIMA, question_ja="いくつ？")
    request(drafted_paid, approved, submitted, asked).when(lambda r: r.submit(AOGASHIMA, TODAY)).then(submitted)


@given_any(first=st.integers(1, 60), length=st.integers(-3, 40))
def test_a_window_is_one_to_24_months(first: int, length: int) -> None:
    months = list(Month.range(Month("2025-01"), Month("2034-12")))
    wanted = WANTED.model_copy(update={"from_month": months[first], "until_month": months[max(0, first + length - 1)]})
    outcome = given(Request).when(lambda r: r.draft(AOGASHIMA, wanted))
    n = len(list(Month.range(wanted.from_month, wanted.until_month)))
    if 1 <= n <= MAX_MONTHS:
        outcome.then(RequestDrafted(municipality=AOGASHIMA, wanted=wanted, consultation_id=None))
    else:
        outcome.refuses(ImpossibleWindow(from_month=wanted.from_month, until_month=wanted.until_month))


def test_a_request_may_be_submitted_to_the_end_of_its_last_month() -> None:
    request(drafted).when(lambda r: r.submit(AOGASHIMA, date(2025, 9, 30))).then(submitted)
    over = WindowOver(until_month="2025-09", this_month="2025-10")
    request(drafted).when(lambda r: r.submit(AOGASHIMA, date(2025, 10, 1))).refuses(over)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [(Outcome.FULFILLED, OutcomeReason.BUDGET), (Outcome.PARTLY, None), (Outcome.UNFILLED, None)],
)
def test_an_outcome_has_a_reason_unless_the_need_was_met(outcome: Outcome, reason: OutcomeReason | None) -> None:
    before = request(*PAST[RequestStatus.OFFERED])
    before.when(lambda r: r.close(Outcome.FULFILLED, None)).then(closed(Outcome.FULFILLED))
    refusal = OutcomeReasonMissing(outcome=outcome, reason=reason or "missing")
    before.when(lambda r: r.close(outcome, reason)).refuses(refusal)


@pytest.mark.parametrize("outcome", [Outcome.FULFILLED, Outcome.PARTLY])
def test_nothing_is_met_by_no_offer(outcome: Outcome) -> None:
    reason = None if outcome is Outcome.FULFILLED else OutcomeReason.BUDGET
    before = request(*PAST[RequestStatus.MATCHING])
    before.when(lambda r: r.close(outcome, reason)).refuses(NothingOffered(outcome=outcome))


@pytest.mark.parametrize("status", RequestStatus)
def test_another_municipality_is_told_that_there_is_no_such_request(status: RequestStatus) -> None:
    before, nothing = request(*PAST[status]), NotFound(what="request", id="test")
    before.when(lambda r: r.revise(CHIYODA, PAID)).refuses(nothing)
    before.when(lambda r: r.approve(CHIYODA, 1)).refuses(nothing)
    before.when(lambda r: r.submit(CHIYODA, TODAY)).refuses(nothing)
    before.when(lambda r: r.withdraw(CHIYODA, "不要")).refuses(nothing)
