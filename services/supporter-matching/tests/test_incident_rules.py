"""The rules of an incident: something is always due, and it ends when nothing is open and a result is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound, Refused
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_supporter_matching.incidents.events import (
    MOST_STEPS,
    IncidentClosed,
    IncidentErased,
    IncidentIsErased,
    IncidentReopened,
    IncidentReported,
    IncidentStepDone,
    IncidentStepPlanned,
    MomentImpossible,
    StepDueInPast,
    StepsAreOpen,
    TooManySteps,
    WrongIncidentStatus,
)
from kyodo_supporter_matching.incidents.model import Incident, Report
from kyodo_supporter_matching.incidents.values import IncidentKind, IncidentStatus, Party, Severity

CODE, OTHER = "132039", "132047"
SESSION = "01941f29-7c00-7000-8000-000000000031"
HELD = date(2026, 12, 7)
NOW = datetime(2026, 12, 7, 4, tzinfo=UTC)
TODAY = date(2026, 12, 8)
SEALED = {"what_ja": "v1." + "A" * 100}

Step = Callable[[Incident], Events]


def told(severity: Severity = Severity.MINOR, happened_at: datetime = NOW) -> Report:
    return Report(IncidentKind.COMPLAINT, severity, happened_at, Party.HOST, SESSION, SEALED)


def reported(severity: Severity = Severity.MINOR, due_on: date = date(2026, 12, 21)) -> IncidentReported:
    return IncidentReported(
        municipality=CODE,
        due_on=due_on,
        session_id=SESSION,
        kind=IncidentKind.COMPLAINT,
        severity=severity,
        happened_at=NOW,
        by=Party.HOST,
        reporter_id=SESSION,
        sealed=SEALED,
    )


def planned(step: int, until: date, due_on: date | None = None) -> IncidentStepPlanned:
    return IncidentStepPlanned(
        municipality=CODE, due_on=due_on or until, step=step, by=Party.MUNICIPALITY, until=until, sealed=SEALED
    )


def done(step: int, due_on: date) -> IncidentStepDone:
    return IncidentStepDone(municipality=CODE, due_on=due_on, step=step, done_on=TODAY)


SOON, LATER = TODAY + timedelta(days=2), TODAY + timedelta(days=9)
DECIDE = TODAY + timedelta(days=7)
ENDED = IncidentClosed(municipality=CODE, due_on=DECIDE, sealed=SEALED)
ERASED = IncidentErased(municipality=CODE, due_on=DECIDE, reference=None)
REPORTED = (reported(),)
IN_FOLLOW_UP = (*REPORTED, planned(1, SOON))
DONE = (*IN_FOLLOW_UP, done(1, DECIDE))
CLOSED = (*DONE, ENDED)
GONE = (*CLOSED, ERASED)

PLAN: Step = lambda one: one.plan_step(CODE, Party.MUNICIPALITY, SOON, SEALED, TODAY)  # noqa: E731 - a row of the table
DO: Step = lambda one: one.do_step(CODE, 1, TODAY)  # noqa: E731
CLOSE: Step = lambda one: one.close(CODE, SEALED)  # noqa: E731
REOPEN: Step = lambda one: one.reopen(CODE, SEALED, TODAY)  # noqa: E731
ERASE: Step = lambda one: one.erase(CODE, None)  # noqa: E731


@pytest.mark.parametrize(("severity", "days"), [(Severity.SEVERE, 1), (Severity.MODERATE, 7), (Severity.MINOR, 14)])
def test_the_severer_the_sooner_something_is_due(severity: Severity, days: int) -> None:
    due_on = HELD + timedelta(days=days)
    given(Incident).when(lambda one: one.report(CODE, SESSION, HELD, told(severity), NOW)).then(
        reported(severity, due_on)
    )


@pytest.mark.parametrize("happened_at", [NOW + timedelta(seconds=1), NOW - timedelta(days=1)])
def test_it_happened_at_the_session_or_after_it_and_not_in_the_future(happened_at: datetime) -> None:
    given(Incident).when(lambda one: one.report(CODE, SESSION, HELD, told(happened_at=happened_at), NOW)).refuses(
        MomentImpossible(happened_at=happened_at, held_on=HELD, now=NOW)
    )


def test_from_the_report_to_the_end_and_back() -> None:
    state = given(Incident).that(*REPORTED).when(PLAN).then(planned(1, SOON))
    assert state.status is IncidentStatus.IN_FOLLOW_UP
    given(Incident).that(*IN_FOLLOW_UP).when(DO).then(done(1, DECIDE))
    closed = given(Incident).that(*DONE).when(CLOSE).then(ENDED)
    assert closed.status is IncidentStatus.CLOSED
    reopened = (
        given(Incident)
        .that(*CLOSED)
        .when(REOPEN)
        .then(IncidentReopened(municipality=CODE, due_on=DECIDE, sealed=SEALED))
    )
    assert reopened.status is IncidentStatus.IN_FOLLOW_UP
    given(Incident).that(*CLOSED).when(ERASE).then(ERASED)
    given(Incident).that(*GONE).when(ERASE).then()


def test_the_first_open_step_is_what_is_due() -> None:
    first = given(Incident).that(*REPORTED, planned(1, LATER))
    both = first.when(PLAN).then(planned(2, SOON, due_on=SOON))
    assert both.due_on == SOON
    given(Incident).that(*REPORTED, planned(1, LATER), planned(2, SOON)).when(
        lambda one: one.do_step(CODE, 2, TODAY)
    ).then(done(2, LATER))


def test_a_step_is_done_once() -> None:
    given(Incident).that(*DONE).when(DO).then()
    given(Incident).that(*DONE).when(lambda one: one.do_step(CODE, 2, TODAY)).refuses(NotFound(what="step", id=2))


def test_it_ends_when_no_step_is_open() -> None:
    given(Incident).that(*IN_FOLLOW_UP, planned(2, LATER)).when(CLOSE).refuses(StepsAreOpen(steps="1, 2"))


def test_a_step_is_due_today_or_later() -> None:
    yesterday = TODAY - timedelta(days=1)
    given(Incident).that(*REPORTED).when(lambda one: one.plan_step(CODE, Party.HOST, yesterday, SEALED, TODAY)).refuses(
        StepDueInPast(until=yesterday, today=TODAY)
    )


def test_there_is_an_end_of_steps() -> None:
    many = [planned(number, SOON) for number in range(1, MOST_STEPS + 1)]
    given(Incident).that(*REPORTED, *many).when(PLAN).refuses(TooManySteps(most=MOST_STEPS))


WRONG: list[tuple[tuple[Event, ...], Step, str, str]] = [
    (REPORTED, DO, "reported", "in_follow_up"),
    (REPORTED, CLOSE, "reported", "in_follow_up"),
    (REPORTED, REOPEN, "reported", "closed"),
    (REPORTED, ERASE, "reported", "closed"),
    (IN_FOLLOW_UP, REOPEN, "in_follow_up", "closed"),
    (IN_FOLLOW_UP, ERASE, "in_follow_up", "closed"),
    (CLOSED, PLAN, "closed", "reported or in_follow_up"),
    (CLOSED, DO, "closed", "in_follow_up"),
    (CLOSED, CLOSE, "closed", "in_follow_up"),
]


@pytest.mark.parametrize(("past", "step", "current", "needed"), WRONG)
def test_what_does_not_fit_is_refused(past: tuple[Event, ...], step: Step, current: str, needed: str) -> None:
    given(Incident).that(*past).when(step).refuses(WrongIncidentStatus(current=current, needed=needed))


@pytest.mark.parametrize("step", [PLAN, DO, CLOSE, REOPEN])
def test_nothing_is_added_to_what_was_erased(step: Step) -> None:
    given(Incident).that(*GONE).when(step).refuses(IncidentIsErased())


@pytest.mark.parametrize(
    "step",
    [
        lambda one: one.plan_step(OTHER, Party.HOST, SOON, SEALED, TODAY),
        lambda one: one.do_step(OTHER, 1, TODAY),
        lambda one: one.close(OTHER, SEALED),
        lambda one: one.reopen(OTHER, SEALED, TODAY),
        lambda one: one.erase(OTHER, None),
    ],
)
def test_another_municipalitys_is_not_there(step: Step) -> None:
    given(Incident, "one").that(*IN_FOLLOW_UP).when(step).refuses(NotFound(what="incident", id="one"))


SECOND: Step = lambda one: one.plan_step(CODE, Party.HOST, LATER, SEALED, TODAY)  # noqa: E731
DO_SECOND: Step = lambda one: one.do_step(CODE, 2, TODAY)  # noqa: E731


@given_any(st.lists(st.sampled_from([PLAN, SECOND, DO, DO_SECOND, CLOSE, REOPEN]), max_size=12))
def test_something_is_due_until_it_is_closed_and_it_is_never_closed_with_open_steps(tries: list[Step]) -> None:
    """Whatever is tried in whatever order."""
    state = Incident(id="one").fold(REPORTED)
    for step in tries:
        try:
            state = state.fold(list(step(state)))
        except Refused:
            continue
        assert state.status is not IncidentStatus.CLOSED or not state.open_steps
        assert state.due_on > HELD
        if state.open_steps:
            assert state.due_on == min(state.open_steps.values())
