"""The rules of an introduction case: its stages, its ends, its follow-ups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound, Refused
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_talent.introductions.events import (
    EngagementOffered,
    ExpertDeclined,
    ExpertEngaged,
    ExpertInterviewed,
    ExpertIntroduced,
    ExpertLonglisted,
    ExpertNotReferred,
    FollowUpRecorded,
    IntroductionConsentAsked,
    IntroductionConsented,
)
from kyodo_talent.introductions.model import (
    CaseAtAnotherStage,
    DayOutOfOrder,
    FollowUpNotDue,
    Introduction,
    ReasonDoesNotFit,
    case_id,
    months_after,
)
from kyodo_talent.introductions.values import FITTING, OPEN, Outcome, Reason, Stage

REQUEST, EXPERT, OTHER = (f"0193f1a0-0000-7000-8000-00000000000{number}" for number in (1, 2, 3))
TOSHIMA, MIYAKE = "133621", "133817"
TODAY, FROM = date(2024, 4, 10), date(2024, 5, 31)
M = {"municipality": TOSHIMA}

longlisted = ExpertLonglisted(request_id=REQUEST, expert_id=EXPERT, **M)
asked = IntroductionConsentAsked(**M)
consented = IntroductionConsented(until=date(2025, 3, 31), **M)
introduced = ExpertIntroduced(expert_id=EXPERT, snapshot={}, expires_on=date(2024, 7, 9), **M)
interviewed = ExpertInterviewed(day=TODAY, notes=None, **M)
offered = EngagementOffered(from_day=FROM, **M)
engaged = ExpertEngaged(expert_id=EXPERT, from_day=FROM, **M)
WAY: list[Event] = [longlisted, asked, consented, introduced, interviewed, offered, engaged]


def case(upto: Event) -> Introduction:
    return Introduction(id=case_id(REQUEST, EXPERT)).fold(WAY[: WAY.index(upto) + 1])


def test_from_the_long_list_to_an_engagement() -> None:
    state = Introduction(id=case_id(REQUEST, EXPERT))
    steps: list[Callable[[Introduction], Events]] = [
        lambda c: c.longlist(REQUEST, TOSHIMA, EXPERT),
        lambda c: c.ask_consent(),
        lambda c: c.consent_by(EXPERT, date(2025, 3, 31)),
        lambda c: c.introduce({}, TODAY),
        lambda c: c.interview(TOSHIMA, TODAY, None, TODAY),
        lambda c: c.offer(TOSHIMA, FROM),
        lambda c: c.accept(EXPERT),
    ]
    for step, event in zip(steps, WAY, strict=True):
        found = list(step(state))
        assert found == [event]
        state = state.fold(found)
    assert state.stage is Stage.ENGAGED


def test_the_same_expert_is_longlisted_once_for_a_request() -> None:
    given(Introduction).that(longlisted).when(lambda c: c.longlist(REQUEST, TOSHIMA, EXPERT)).then()
    assert case_id(REQUEST, EXPERT) != case_id(REQUEST, OTHER) != case_id(OTHER, EXPERT)


@pytest.mark.parametrize(
    ("upto", "step"),
    [
        (longlisted, lambda c: c.introduce({}, TODAY)),
        (asked, lambda c: c.interview(TOSHIMA, TODAY, None, TODAY)),
        (consented, lambda c: c.offer(TOSHIMA, FROM)),
        (introduced, lambda c: c.accept(EXPERT)),
        (engaged, lambda c: c.interview(TOSHIMA, TODAY, None, TODAY)),
        (introduced, lambda c: c.end(Stage.NOT_REFERRED, Reason.SKILLS)),
        (asked, lambda c: c.end(Stage.NOT_SELECTED, Reason.SKILLS, municipality=TOSHIMA)),
        (engaged, lambda c: c.end(Stage.DECLINED, Reason.LOCATION, expert_id=EXPERT)),
        (longlisted, lambda c: c.follow_up(3, Outcome.GOES_WELL, None, TODAY)),
    ],
)
def test_no_step_is_skipped_and_none_is_taken_back(upto: Event, step: object) -> None:
    with pytest.raises(CaseAtAnotherStage):
        list(step(case(upto)))  # type: ignore[operator]


@pytest.mark.parametrize(
    "step",
    [
        lambda c: c.interview(MIYAKE, TODAY, None, TODAY),
        lambda c: c.offer(MIYAKE, FROM),
        lambda c: c.end(Stage.NOT_SELECTED, Reason.SKILLS, municipality=MIYAKE),
        lambda c: c.end(Stage.DECLINED, Reason.LOCATION, expert_id=OTHER),
        lambda c: c.consent_by(OTHER, FROM),
    ],
)
def test_for_everybody_else_there_is_no_such_case(step: object) -> None:
    with pytest.raises(NotFound):
        list(step(case(introduced)))  # type: ignore[operator]


def ended(before: Introduction, how: Stage, reason: Reason) -> list[Event] | type[Refused]:
    """What an end leads to, or why it is refused."""
    try:
        return list(before.end(how, reason))
    except Refused as refused:
        return type(refused)


@given_any(upto=st.sampled_from(WAY), how=st.sampled_from(sorted(FITTING)), reason=st.sampled_from(Reason))
def test_a_case_ends_once_and_for_a_reason_of_its_list(upto: Event, how: Stage, reason: Reason) -> None:
    before = case(upto)
    events = ended(before, how, reason)
    if reason not in FITTING[how]:
        assert events is ReasonDoesNotFit
    elif isinstance(events, list):
        after = before.fold(events)
        assert (after.stage, before.stage in OPEN) == (how, True)
        assert ended(after, how, reason) == []
        with pytest.raises(CaseAtAnotherStage):
            list(after.ask_consent())
    else:
        assert events is CaseAtAnotherStage


def test_an_end_says_why() -> None:
    ended = given(Introduction).that(longlisted).when(lambda c: c.end(Stage.NOT_REFERRED, Reason.NO_CONSENT))
    ended.then(ExpertNotReferred(reason=Reason.NO_CONSENT, **M))
    declined = (
        given(Introduction).that(*WAY[:6]).when(lambda c: c.end(Stage.DECLINED, Reason.CONDITIONS, expert_id=EXPERT))
    )
    declined.then(ExpertDeclined(reason=Reason.CONDITIONS, **M))


def test_an_interview_lies_in_the_past() -> None:
    with pytest.raises(DayOutOfOrder):
        list(case(introduced).interview(TOSHIMA, date(2024, 4, 11), None, TODAY))


def test_follow_ups_are_due_after_3_6_and_12_months_once_each() -> None:
    due = date(2024, 8, 31)
    with pytest.raises(FollowUpNotDue):
        list(case(engaged).follow_up(3, Outcome.GOES_WELL, None, date(2024, 8, 30)))
    (event,) = case(engaged).follow_up(3, Outcome.GOES_WELL, None, due)
    assert event == FollowUpRecorded(
        months=3, day=due, outcome=Outcome.GOES_WELL, notes=None, next_due=date(2024, 11, 30), **M
    )
    with pytest.raises(FollowUpNotDue):
        list(case(engaged).fold([event]).follow_up(3, Outcome.GOES_WELL, None, due))
    with pytest.raises(FollowUpNotDue):
        list(case(engaged).follow_up(4, Outcome.GOES_WELL, None, date(2026, 1, 1)))


def test_an_engagement_that_ended_is_not_followed_any_more() -> None:
    (event,) = case(engaged).follow_up(6, Outcome.ENDED, None, date(2024, 11, 30))
    assert isinstance(event, FollowUpRecorded)
    assert event.next_due is None


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2024, 1, 31), 6, date(2024, 7, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_later_on_the_same_day_or_the_last_one(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then
