"""Assignments: what is proposed, held and agreed to, and every agreement that is not allowed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kyodo_events.contracts.talent_assignments import AssignmentConfirmed, EngagementForm
from kyodo_events.errors import NotFound
from kyodo_events.testing import Given, given
from kyodo_events.values.fiscal import Month
from kyodo_talent.assignments.events import AssignmentChecklistTicked, AssignmentDeclined, AssignmentHeld, DeclineReason
from kyodo_talent.assignments.forms import Engagement, Instructor
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.assignments.refusals import (
    AssignmentNotThere,
    ChecklistIncomplete,
    HoldDayImpossible,
    InstructionsNotAllowed,
    LineOutsideWindow,
    LineTwice,
    UnknownChecklistItem,
    WindowImpossible,
)
from kyodo_talent.assignments.state import AssignmentStatus, end_of
from kyodo_talent.schedules.events import HoldGone
from tests.support.talent.sample_assignments import (
    AGREEMENTS,
    ALL_AGREED,
    CHIYODA,
    CHIYODA_AGREED,
    CONFIRMED,
    DECEMBER,
    DECLINED,
    EXPERT,
    EXPERT_AGREED,
    EXPIRED,
    FIRST,
    HELD,
    HOME_AGREED,
    ID,
    ITEMS,
    JANUARY,
    LAST,
    MUSASHINO,
    NOW,
    OKUTAMA,
    PROJECT,
    PROPOSED,
    TICKED,
    TODAY,
    UNTIL,
    in_status,
    line,
    propose,
)


def test_a_proposal_waits_for_everybody_and_for_its_checklist() -> None:
    proposed = given(Assignment, ID).when(propose()).then(PROPOSED)
    assert proposed.missing == ("expert", "home", CHIYODA, MUSASHINO)
    assert proposed.checklist_open == ITEMS
    assert proposed.municipalities == (CHIYODA, MUSASHINO)
    assert proposed.planned(MUSASHINO, DECEMBER) == 2
    assert proposed.planned(CHIYODA, JANUARY) == 0


@pytest.mark.parametrize("form", EngagementForm)
@pytest.mark.parametrize("instructor", Instructor)
def test_instructions_come_from_whom_the_form_allows(form: EngagementForm, instructor: Instructor) -> None:
    engagement = Engagement(form=form, instructed_by=instructor, instructed_by_ja="情報政策課長")
    outcome = given(Assignment, ID).when(propose(engagement=engagement))
    employed = form in {EngagementForm.CONCURRENT_POST, EngagementForm.DISPATCH, EngagementForm.FIXED_TERM}
    if employed == (instructor is Instructor.MUNICIPALITY):
        assert len(outcome.events) == 1
    else:
        allowed = "municipality" if employed else "home_organisation, nobody"
        outcome.refuses(InstructionsNotAllowed(form=form.value, allowed=allowed))


def test_days_and_lines_that_cannot_be_are_refused() -> None:
    new = given(Assignment, ID)
    backwards = WindowImpossible(from_day=LAST, until_day=FIRST)
    new.when(propose(from_day=LAST, until_day=FIRST)).refuses(backwards)
    too_late = FIRST + timedelta(days=731)
    new.when(propose(until_day=too_late)).refuses(WindowImpossible(from_day=FIRST, until_day=too_late))
    outside = LineOutsideWindow(month="2026-11", from_day=FIRST, until_day=LAST)
    new.when(propose(lines=[line(CHIYODA, Month("2026-11"), 1)])).refuses(outside)
    twice = [line(CHIYODA, DECEMBER, 1), line(CHIYODA, DECEMBER, 2)]
    new.when(propose(lines=twice)).refuses(LineTwice(municipality=CHIYODA, month=DECEMBER))


def test_the_checklist_is_ticked_item_by_item_and_never_unticked() -> None:
    proposed = in_status(AssignmentStatus.PROPOSED)
    some = AssignmentChecklistTicked(items=ITEMS[1:3], open=(ITEMS[0], *ITEMS[3:]))
    proposed.when(lambda assignment: assignment.tick([ITEMS[2], ITEMS[1]])).then(some)
    proposed.that(some).when(lambda assignment: assignment.tick(ITEMS[1:3])).then()
    unknown = UnknownChecklistItem(item="appointment_order", known=", ".join(ITEMS))
    proposed.when(lambda assignment: assignment.tick(["appointment_order"])).refuses(unknown)


def test_time_is_held_to_the_end_of_a_day_in_tokyo() -> None:
    held = in_status(AssignmentStatus.PROPOSED).when(lambda assignment: assignment.hold(UNTIL, NOW)).then(HELD)
    assert held.expires_at == end_of(UNTIL) == EXPIRED
    assert held.status_at(EXPIRED - timedelta(seconds=1)) is AssignmentStatus.HELD
    assert held.status_at(EXPIRED) is AssignmentStatus.LAPSED
    Given(held).when(lambda assignment: assignment.hold(UNTIL, NOW)).then()


@pytest.mark.parametrize("day", [date(2026, 11, 9), date(2027, 1, 10)])
def test_a_hold_is_no_longer_than_sixty_days(day: date) -> None:
    refused = in_status(AssignmentStatus.PROPOSED).when(lambda assignment: assignment.hold(day, NOW))
    refused.refuses(HoldDayImpossible(day=day, first=TODAY, last=date(2027, 1, 9)))


def test_who_agreed_stays_agreed_while_the_hold_lasts_and_is_asked_anew_once_it_has_expired() -> None:
    longer = UNTIL + timedelta(days=5)
    agreed = given(Assignment, ID).that(PROPOSED, TICKED, HELD, EXPERT_AGREED)
    extended = AssignmentHeld(held_until=longer, missing=EXPERT_AGREED.missing)
    agreed.when(lambda assignment: assignment.hold(longer, NOW)).then(extended)
    anew = AssignmentHeld(held_until=longer, missing=HELD.missing)
    agreed.when(lambda assignment: assignment.hold(longer, EXPIRED)).then(anew)


def test_the_last_agreement_confirms_and_whoever_agreed_may_say_so_again() -> None:
    state = given(Assignment, ID).that(PROPOSED, TICKED, HELD)
    for party, expected in zip(AGREEMENTS, (EXPERT_AGREED, HOME_AGREED, CHIYODA_AGREED), strict=False):
        state = Given(state.when(AGREEMENTS[party](NOW)).then(expected))
        state.when(AGREEMENTS[party](NOW)).then()
    confirmed = Given(state.when(AGREEMENTS[MUSASHINO](NOW)).then(ALL_AGREED, CONFIRMED))
    assert confirmed.state.status is AssignmentStatus.CONFIRMED
    for agree in AGREEMENTS.values():
        confirmed.when(agree(EXPIRED)).then()


@pytest.mark.parametrize("party", AGREEMENTS)
def test_in_any_order_nothing_is_confirmed_while_somebody_is_missing(party: str) -> None:
    state = given(Assignment, ID).that(PROPOSED, TICKED, HELD)
    for other in AGREEMENTS:
        if other != party:
            outcome = state.when(AGREEMENTS[other](NOW))
            state = Given(outcome.before.fold(outcome.events))
            assert state.state.status is AssignmentStatus.HELD
    assert state.state.missing == (party,)
    assert AssignmentConfirmed in map(type, state.when(AGREEMENTS[party](NOW)).events)


@pytest.mark.parametrize("party", AGREEMENTS)
def test_nobody_agrees_once_the_hold_has_expired_or_before_there_is_one(party: str) -> None:
    held = given(Assignment, ID).that(PROPOSED, TICKED, HELD)
    held.when(AGREEMENTS[party](EXPIRED)).refuses(HoldGone(hold_id=ID))
    proposed = given(Assignment, ID).that(PROPOSED, TICKED)
    proposed.when(AGREEMENTS[party](NOW)).refuses(AssignmentNotThere(status="proposed", needed="held"))


def test_a_municipality_agrees_only_once_everything_is_settled() -> None:
    held = in_status(AssignmentStatus.HELD)
    held.when(AGREEMENTS[CHIYODA](NOW)).refuses(ChecklistIncomplete(open=", ".join(ITEMS)))
    held.when(AGREEMENTS["expert"](NOW)).then(EXPERT_AGREED)


def test_strangers_find_no_assignment() -> None:
    held = given(Assignment, ID).that(PROPOSED, TICKED, HELD)
    hidden = NotFound(what="assignment", id=ID)
    held.when(lambda assignment: assignment.agree_as(OKUTAMA, NOW)).refuses(hidden)
    held.when(lambda assignment: assignment.decline_as(OKUTAMA, DeclineReason.OTHER)).refuses(hidden)
    held.when(lambda assignment: assignment.agree_as_expert(PROJECT, NOW)).refuses(hidden)
    held.when(lambda assignment: assignment.decline_as_expert(PROJECT, DeclineReason.OTHER)).refuses(hidden)


def test_anybody_whose_agreement_it_needs_may_decline() -> None:
    held = given(Assignment, ID).that(PROPOSED, TICKED, HELD, EXPERT_AGREED)
    reason = DeclineReason.NO_TIME
    held.when(lambda assignment: assignment.decline_as_expert(EXPERT, reason)).then(DECLINED)
    held.when(lambda assignment: assignment.withdraw(reason)).then(DECLINED)
    by_chiyoda = AssignmentDeclined(municipality=CHIYODA, reason=reason)
    after = held.when(lambda assignment: assignment.decline_as(CHIYODA, reason)).then(by_chiyoda)
    assert (after.status, after.expires_at) == (AssignmentStatus.DECLINED, None)
    Given(after).when(lambda assignment: assignment.withdraw(reason)).then()
