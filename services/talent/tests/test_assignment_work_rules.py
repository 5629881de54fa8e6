"""Assignments at work: begun, paused, ended, and every move in every status."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kyodo_events.contracts.talent_assignments import Ending
from kyodo_events.testing import Given
from kyodo_talent.assignments.events import AssignmentStarted, DeclineReason, TerminationReason
from kyodo_talent.assignments.refusals import AssignmentNotThere, NotBegun
from kyodo_talent.assignments.state import AssignmentStatus
from kyodo_talent.schedules.events import MonthIsOver
from tests.support.talent.sample_assignments import (
    AGREEMENTS,
    CHIYODA,
    DECEMBER,
    FEBRUARY,
    FIRST,
    ITEMS,
    JANUARY,
    LAST,
    MUSASHINO,
    NOW,
    PAST,
    PAUSED,
    STARTED,
    UNTIL,
    Decide,
    ended,
    in_status,
)


def test_work_begins_rests_and_goes_on() -> None:
    confirmed = in_status(AssignmentStatus.CONFIRMED)
    before = FIRST - timedelta(days=1)
    confirmed.when(lambda assignment: assignment.start(before)).refuses(NotBegun(first=FIRST))
    confirmed.when(lambda assignment: assignment.start(FIRST)).then(STARTED)
    paused = in_status(AssignmentStatus.PAUSED)
    again = AssignmentStarted(day=date(2027, 1, 5))
    resumed = paused.when(lambda assignment: assignment.start(again.day)).then(again)
    worked = [
        resumed.covers(day) for day in (before, FIRST, date(2026, 12, 19), PAUSED.day, date(2027, 1, 4), again.day)
    ]
    assert worked == [False, True, True, False, False, True]
    assert not resumed.covers(LAST + timedelta(days=1))
    assert not confirmed.state.covers(FIRST), "nothing was begun"


def test_completion_frees_the_months_to_come_and_keeps_this_one() -> None:
    today = date(2026, 12, 28)
    completed = ended(Ending.COMPLETED, JANUARY)
    after = in_status(AssignmentStatus.ACTIVE).when(lambda assignment: assignment.complete(today)).then(completed)
    assert [after.planned(MUSASHINO, month) for month in (DECEMBER, JANUARY)] == [2, 0]
    assert after.municipalities == (CHIYODA, MUSASHINO)
    assert after.covers(date(2026, 12, 31))
    assert not after.covers(date(2027, 1, 1))


def test_termination_frees_from_a_month_on_that_is_not_over() -> None:
    today, reason = date(2027, 1, 8), TerminationReason.GOAL_MET
    running = in_status(AssignmentStatus.PAUSED)
    over = running.when(lambda assignment: assignment.terminate(reason, DECEMBER, today))
    over.refuses(MonthIsOver(month=DECEMBER, first=JANUARY))
    terminated = ended(Ending.TERMINATED, JANUARY, "goal_met")
    after = running.when(lambda assignment: assignment.terminate(reason, JANUARY, today)).then(terminated)
    assert (after.status, after.reason) == (AssignmentStatus.TERMINATED, "goal_met")
    Given(after).when(lambda assignment: assignment.terminate(reason, JANUARY, today)).then()


MOVES: dict[str, tuple[Decide, set[str]]] = {
    "tick": (lambda a: a.tick(ITEMS[:1]), {"proposed", "held"}),
    "hold": (lambda a: a.hold(UNTIL, NOW), {"proposed", "held"}),
    "withdraw": (lambda a: a.withdraw(DeclineReason.OTHER), {"proposed", "held", "declined"}),
    "start": (lambda a: a.start(LAST), {"confirmed", "paused", "active"}),
    "pause": (lambda a: a.pause(LAST), {"active", "paused"}),
    "complete": (lambda a: a.complete(LAST), {"active", "paused", "completed"}),
    "terminate": (
        lambda a: a.terminate(TerminationReason.OTHER, FEBRUARY, LAST),
        {"confirmed", "active", "paused"},
    ),
    "agree": (AGREEMENTS["expert"](NOW), {"held", "confirmed", "active", "paused"}),
}


@pytest.mark.parametrize("status", PAST)
@pytest.mark.parametrize("move", MOVES)
def test_each_move_is_made_where_it_may_be_and_refused_elsewhere(move: str, status: AssignmentStatus) -> None:
    decide, allowed = MOVES[move]
    refusal = in_status(status).when(decide).refusal
    assert isinstance(refusal, AssignmentNotThere) == (status.value not in allowed)
    assert refusal is None or isinstance(refusal, AssignmentNotThere)
