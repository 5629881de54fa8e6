"""Subscriptions: what may happen between a municipality and a shared service, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.procurement.projects import ParticipantLeft
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_events.values.fiscal import Month
from kyodo_procurement.catalogue.model import (
    Offering,
    OfferingNotPublished,
    OfferingStatus,
)
from kyodo_procurement.projects.model import Project
from kyodo_procurement.subscriptions.model import (
    ActivePeriod,
    Subscription,
    SubscriptionStatus,
)
from kyodo_procurement.subscriptions.refusals import (
    AlreadySubscribed,
    DayTooEarly,
    NoSuchRequest,
    NotInTheProject,
    SubscriptionNotActive,
    SubscriptionNotLive,
    SubscriptionNotSuspended,
    UnknownPlan,
)
from kyodo_procurement.subscriptions.views import Coverage
from tests.support.procurement.sample_subscriptions import (
    ACTIVE,
    APRIL,
    CHIYODA,
    ENDED,
    JULY,
    JUNE,
    MAY,
    MUSASHINO,
    OFFERED,
    OFFERING,
    PROJECT,
    PROJECT_ID,
    REQUESTED,
    STATES,
    SUSPENDED,
    Decide,
    activate,
    activated,
    basic,
    change_plan,
    drafted,
    end,
    ended,
    given_up,
    moved,
    published,
    request,
    requested,
    resume,
    suspend,
    suspended,
    withdraw,
    withdrawn,
)


def test_a_subscription_has_one_id_for_each_offering_and_municipality() -> None:
    assert Subscription.id_of(OFFERED, CHIYODA) == Subscription.id_of(OFFERED, CHIYODA)
    assert Subscription.id_of(OFFERED, CHIYODA) != Subscription.id_of(OFFERED, MUSASHINO)
    assert Subscription.id_of(PROJECT_ID, CHIYODA) != Subscription.id_of(OFFERED, CHIYODA)


def test_a_municipality_requests_a_plan() -> None:
    subscription = given(Subscription).when(request()).then(requested())
    assert (subscription.status, subscription.plan) == (SubscriptionStatus.REQUESTED, "basic")
    assert not subscription.is_active_on(APRIL)


def test_a_request_that_waits_is_revised_and_not_repeated() -> None:
    given(Subscription).that(requested()).when(request()).then()
    given(Subscription).that(requested()).when(request(MAY, "premium")).then(requested(MAY, "premium"))


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_there_is_one_live_subscription(status: str) -> None:
    given(Subscription).that(*STATES[status]).when(request(JULY)).refuses(
        AlreadySubscribed(status=SubscriptionStatus(status))
    )


@pytest.mark.parametrize(("code", "day"), [("basic", date(2024, 3, 31)), ("premium", APRIL), ("gold", APRIL)])
def test_a_plan_is_requested_from_a_day_on_which_it_holds(code: str, day: date) -> None:
    given(Subscription).when(request(day, code)).refuses(UnknownPlan(plan=code, day=day))


def test_requests_are_taken_while_the_offering_is_open() -> None:
    gone = Offering(id=OFFERED).fold([drafted, basic, published, withdrawn])
    given(Subscription).when(request(offering=gone, today=withdrawn.last_day)).then(requested())
    given(Subscription).when(request(offering=gone, today=withdrawn.last_day + timedelta(days=1))).refuses(
        OfferingNotPublished(status=OfferingStatus.WITHDRAWN)
    )
    draft = Offering(id=OFFERED).fold([drafted, basic])
    given(Subscription).when(request(offering=draft)).refuses(OfferingNotPublished(status=OfferingStatus.DRAFTED))


def test_a_request_is_taken_back() -> None:
    subscription = given(Subscription).that(*REQUESTED).when(withdraw).then(given_up)
    assert subscription.status is SubscriptionStatus.ENDED
    given(Subscription).that(*REQUESTED, given_up).when(request(MAY)).then(requested(MAY))


@pytest.mark.parametrize("status", ["active", "suspended", "ended"])
def test_only_a_request_that_waits_is_taken_back_or_activated(status: str) -> None:
    refusal = NoSuchRequest(status=SubscriptionStatus(status))
    given(Subscription).that(*STATES[status]).when(withdraw).refuses(refusal)
    given(Subscription).that(*STATES[status]).when(activate(JULY)).refuses(refusal)


def test_the_operator_activates_from_the_wanted_day_or_later() -> None:
    for day in (APRIL, MAY):
        subscription = given(Subscription).that(*REQUESTED).when(activate(day)).then(activated(day))
        assert subscription.status is SubscriptionStatus.ACTIVE
        assert not subscription.is_active_on(day - timedelta(days=1))
        assert subscription.is_active_on(day)
    given(Subscription).that(requested(MAY)).when(activate(APRIL)).refuses(DayTooEarly(day=APRIL, earliest=MAY))
    given(Subscription).that(*ACTIVE).when(activate(APRIL)).then()


@pytest.mark.parametrize("decide", [activate, resume])
def test_only_those_who_take_part_in_that_month_use_the_service(decide: Callable[[date, Project], Decide]) -> None:
    past = REQUESTED if decide is activate else SUSPENDED
    left = PROJECT.fold([ParticipantLeft(municipality=CHIYODA, last_month=Month("2024-06"))])
    given(Subscription).that(*past).when(decide(date(2024, 6, 30), left)).then(activated(date(2024, 6, 30)))
    given(Subscription).that(*past).when(decide(JULY, left)).refuses(
        NotInTheProject(municipality=CHIYODA, month=Month("2024-07"))
    )
    given(Subscription).that(*past).when(decide(JUNE, Project(id="project"))).refuses(
        NotInTheProject(municipality=CHIYODA, month=Month("2024-06"))
    )


def test_a_suspension_ends_the_period_the_day_before() -> None:
    subscription = given(Subscription).that(*ACTIVE).when(suspend(JUNE)).then(suspended(JUNE))
    assert subscription.periods == (ActivePeriod(APRIL, date(2024, 5, 31)),)
    assert (subscription.status, subscription.reason) == (SubscriptionStatus.SUSPENDED, "点検")


def test_a_suspension_leaves_at_least_one_day() -> None:
    given(Subscription).that(*ACTIVE).when(suspend(APRIL)).refuses(DayTooEarly(day=APRIL, earliest=date(2024, 4, 2)))


@pytest.mark.parametrize("status", ["requested", "suspended", "ended"])
def test_only_an_active_subscription_is_suspended(status: str) -> None:
    given(Subscription).that(*STATES[status]).when(suspend(JULY)).refuses(
        SubscriptionNotActive(status=SubscriptionStatus(status))
    )


def test_a_suspended_subscription_is_resumed() -> None:
    subscription = given(Subscription).that(*SUSPENDED).when(resume(JULY)).then(activated(JULY))
    assert subscription.periods == (ActivePeriod(APRIL, date(2024, 5, 31)), ActivePeriod(JULY))
    assert (subscription.status, subscription.reason) == (SubscriptionStatus.ACTIVE, None)
    given(Subscription).that(*SUSPENDED).when(resume(date(2024, 5, 31))).refuses(
        DayTooEarly(day=date(2024, 5, 31), earliest=JUNE)
    )


@pytest.mark.parametrize("status", ["requested", "active", "ended"])
def test_only_a_suspended_subscription_is_resumed(status: str) -> None:
    given(Subscription).that(*STATES[status]).when(resume(JULY)).refuses(
        SubscriptionNotSuspended(status=SubscriptionStatus(status))
    )


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_the_plan_changes_from_a_day_on(status: str) -> None:
    past = given(Subscription).that(*STATES[status])
    subscription = past.when(change_plan(JUNE)).then(moved(JUNE))
    assert subscription.plans == ((APRIL, "basic"), (JUNE, "premium"))
    past.when(change_plan(JUNE, "basic")).then()
    past.when(change_plan(APRIL)).refuses(DayTooEarly(day=APRIL, earliest=date(2024, 4, 2)))
    past.when(change_plan(date(2024, 4, 30))).refuses(UnknownPlan(plan="premium", day=date(2024, 4, 30)))


@pytest.mark.parametrize("status", ["requested", "ended"])
def test_only_a_live_subscription_changes_its_plan_or_ends(status: str) -> None:
    refusal = SubscriptionNotLive(status=SubscriptionStatus(status))
    given(Subscription).that(*STATES[status]).when(change_plan(JULY)).refuses(refusal)
    given(Subscription).that(*STATES[status]).when(end(JULY)).refuses(refusal)


def test_a_resumption_before_a_settled_change_of_plan_is_under_the_earlier_plan() -> None:
    subscription = (
        given(Subscription).that(*ACTIVE, moved(JULY), suspended(MAY)).when(resume(JUNE)).then(activated(JUNE, "basic"))
    )
    assert subscription.plans == ((APRIL, "basic"), (JUNE, "basic"), (JULY, "premium"))


def test_an_active_subscription_ends_with_a_day() -> None:
    subscription = given(Subscription).that(*ACTIVE, moved(JULY)).when(end(MAY)).then(ended(MAY))
    assert (subscription.status, subscription.last_day) == (SubscriptionStatus.ENDED, MAY)
    assert subscription.periods == (ActivePeriod(APRIL, MAY),)
    assert subscription.plans == ((APRIL, "basic"),), "a change that was to come later is gone"
    given(Subscription).that(*ACTIVE).when(end(date(2024, 3, 31))).refuses(
        DayTooEarly(day=date(2024, 3, 31), earliest=APRIL)
    )
    given(Subscription).that(*ACTIVE, ended(MAY)).when(end(MAY)).then()


def test_a_suspended_subscription_ends_without_a_further_day_of_use() -> None:
    subscription = given(Subscription).that(*SUSPENDED).when(end(JULY)).then(ended(JULY, None))
    assert subscription.periods == (ActivePeriod(APRIL, date(2024, 5, 31)),)
    given(Subscription).that(*SUSPENDED).when(end(MAY)).refuses(DayTooEarly(day=MAY, earliest=date(2024, 5, 31)))


def test_after_the_end_the_municipality_may_subscribe_again() -> None:
    given(Subscription).that(*ENDED).when(request(date(2024, 5, 31))).refuses(
        DayTooEarly(day=date(2024, 5, 31), earliest=JUNE)
    )
    given(Subscription).that(*ENDED).when(request(JUNE, "premium")).then(requested(JUNE, "premium"))
    again = given(Subscription).that(*ENDED, requested(JUNE, "premium"))
    subscription = again.when(activate(JULY)).then(activated(JULY, "premium"))
    assert subscription.periods == (ActivePeriod(APRIL, date(2024, 5, 31)), ActivePeriod(JULY))
    assert subscription.last_day is None


DAYS = st.dates(date(2024, 3, 25), date(2024, 6, 10))
MOVES: dict[str, Callable[[date], Decide]] = {
    "request": request,
    "withdraw": lambda _day: withdraw,
    "activate": activate,
    "suspend": suspend,
    "resume": resume,
    "change": lambda day: (
        lambda subscription: subscription.change_plan(
            OFFERING, "premium" if subscription.plan == "basic" else "basic", day
        )
    ),
    "end": end,
}


@given_any(st.lists(st.tuples(st.sampled_from(sorted(MOVES)), DAYS), max_size=25))
def test_periods_never_overlap_and_what_was_used_is_never_taken_back(steps: list[tuple[str, date]]) -> None:
    """Whatever is tried: periods stay in order and apart, and a period that has ended never changes."""
    subscription = Subscription(id=Subscription.id_of(OFFERED, CHIYODA))
    for move, day in steps:
        before = subscription
        try:
            events: list[Event] = list(MOVES[move](day)(subscription))
        except Refused:
            continue
        subscription = subscription.fold(events)
        settled = [period for period in before.periods if period.active_to is not None]
        assert subscription.periods[: len(settled)] == tuple(settled)
        periods, live = subscription.periods, subscription.status is SubscriptionStatus.ACTIVE
        assert sum(period.active_to is None for period in periods) == (1 if live else 0)
        for one, next_ in pairwise(periods):
            assert one.active_to is not None
            assert one.active_from <= one.active_to < next_.active_from
        assert list(subscription.plans) == sorted(set(subscription.plans))


def test_coverage_is_asked_for_a_whole_batch() -> None:
    rows = [
        {"municipality": CHIYODA, "active_from": APRIL, "active_to": date(2024, 4, 30)},
        {"municipality": CHIYODA, "active_from": JUNE, "active_to": None},
    ]
    coverage = Coverage.of(rows)
    covered = [day for day in (date(2024, 3, 31), APRIL, date(2024, 4, 30), MAY, JUNE) if coverage.covers(CHIYODA, day)]
    assert covered == [APRIL, date(2024, 4, 30), JUNE]
    assert not coverage.covers(MUSASHINO, APRIL)
