"""The rules of meetings with precedent municipalities: given, when, then."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given as every
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_academy.precedent_meetings.events import (
    PrecedentMeetingCancelled,
    PrecedentMeetingChanged,
    PrecedentMeetingMinutesRecorded,
    PrecedentMeetingOfficialRegistered,
    PrecedentMeetingPlanned,
    PrecedentMeetingQuestionAnswered,
    PrecedentMeetingQuestionAsked,
    PrecedentMeetingRegistrationWithdrawn,
)
from kyodo_academy.precedent_meetings.model import (
    MeetingIsCancelled,
    MeetingNotPlanned,
    NoSeatLeft,
    NotHeldYet,
    PrecedentMeeting,
    RegistrationClosed,
    SeatsBelowRegistered,
)
from kyodo_academy.precedent_meetings.values import MeetingContent, MeetingStatus
from kyodo_academy.visibility import Visibility
from kyodo_events.errors import NotFound, Refused
from kyodo_events.testing import Given, given
from kyodo_events.values.municipalities import TOKYO
from tests.support.library_desk import CHIYODA, MEETING, MUSASHINO

PLAN = MeetingContent.model_validate(MEETING)
BEFORE, LAST, AFTER = date(2099, 5, 1), date(2099, 6, 3), date(2099, 6, 4)
SEALED = {"name_ja": "v1." + "a" * 86}
IDS = [f"0193f1a0-0000-7000-8000-{n:012}" for n in range(20)]
cancelled = PrecedentMeetingCancelled(reason_ja="先方の都合")
minutes = PrecedentMeetingMinutesRecorded(title_ja=PLAN.title_ja, visibility=Visibility.OFFICIALS, minutes_ja="議事")


def planned(**changes: Any) -> Given[PrecedentMeeting]:
    content = MeetingContent.model_validate(MEETING | changes)
    return given(PrecedentMeeting).that(PrecedentMeetingPlanned(content=content))


def registered(n: int, municipality: str = CHIYODA) -> PrecedentMeetingOfficialRegistered:
    return PrecedentMeetingOfficialRegistered(
        municipality=municipality, registration_id=IDS[n], sealed=SEALED, registered=n + 1
    )


def test_a_meeting_is_planned_changed_and_held() -> None:
    given(PrecedentMeeting).when(lambda one: one.plan(PLAN)).then(PrecedentMeetingPlanned(content=PLAN))
    other = PLAN.model_copy(update={"seats": 30})
    meeting = planned()
    meeting.when(lambda one: one.change(PLAN)).then()
    meeting.when(lambda one: one.change(other)).then(PrecedentMeetingChanged(content=other))
    early, begun = PLAN.starts_at.replace(hour=13), PLAN.starts_at
    refused = NotHeldYet(starts_at=PLAN.starts_at.isoformat())
    meeting.when(lambda one: one.record_minutes("議事", early)).refuses(refused)
    held = meeting.when(lambda one: one.record_minutes("議事", begun)).then(minutes)
    assert held.status is MeetingStatus.HELD
    after = meeting.that(minutes)
    after.when(lambda one: one.record_minutes("議事", begun)).then()
    after.when(lambda one: one.change(other)).refuses(MeetingNotPlanned(current="held"))
    after.when(lambda one: one.cancel("理由")).refuses(MeetingNotPlanned(current="held"))
    refused_registration = MeetingNotPlanned(current="held")
    after.when(lambda one: one.register(CHIYODA, IDS[0], SEALED, BEFORE)).refuses(refused_registration)


@pytest.mark.parametrize(("visibility", "told_to"), [("public", "officials"), ("tokyo", "tokyo"), ("draft", "draft")])
def test_minutes_are_for_officials(visibility: str, told_to: str) -> None:
    told = minutes.model_copy(update={"visibility": Visibility(told_to)})
    planned(visibility=visibility).when(lambda one: one.record_minutes("議事", PLAN.ends_at)).then(told)


def test_a_cancelled_meeting_takes_nobody_and_nothing() -> None:
    planned().when(lambda one: one.cancel("先方の都合")).then(cancelled)
    off = planned().that(registered(0), cancelled)
    off.when(lambda one: one.cancel("再")).then()
    off.when(lambda one: one.register(CHIYODA, IDS[1], SEALED, BEFORE)).refuses(MeetingNotPlanned(current="cancelled"))
    off.when(lambda one: one.ask(CHIYODA, "費用は。")).refuses(MeetingIsCancelled())
    off.when(lambda one: one.record_minutes("議事", PLAN.ends_at)).refuses(MeetingIsCancelled())
    gone = PrecedentMeetingRegistrationWithdrawn(municipality=CHIYODA, registration_id=IDS[0], registered=0)
    off.when(lambda one: one.withdraw(CHIYODA, IDS[0])).then(gone)


def test_registration_is_open_until_the_end_of_its_day() -> None:
    planned().when(lambda one: one.register(CHIYODA, IDS[0], SEALED, LAST)).then(registered(0))
    refused = RegistrationClosed(until=LAST)
    planned().when(lambda one: one.register(CHIYODA, IDS[0], SEALED, AFTER)).refuses(refused)


def test_seats_are_not_oversold_and_not_taken_away() -> None:
    full = planned(seats=2).that(registered(0), registered(1, MUSASHINO))
    full.when(lambda one: one.register(CHIYODA, IDS[2], SEALED, BEFORE)).refuses(NoSeatLeft(seats=2, registered=2))
    fewer = PLAN.model_copy(update={"seats": 1})
    full.when(lambda one: one.change(fewer)).refuses(SeatsBelowRegistered(registered=2, seats=1))
    gone = PrecedentMeetingRegistrationWithdrawn(municipality=CHIYODA, registration_id=IDS[0], registered=1)
    free = full.when(lambda one: one.withdraw(CHIYODA, IDS[0])).then(gone)
    assert list(free.registrations.values()) == [MUSASHINO]


@every(st.integers(1, 4), st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=25))
def test_never_more_than_seats_whatever_comes(seats: int, steps: list[tuple[bool, int]]) -> None:
    meeting = planned(seats=seats).state
    for comes, n in steps:
        try:
            if comes and IDS[n] not in meeting.registrations:
                meeting = meeting.fold(list(meeting.register(CHIYODA, IDS[n], SEALED, BEFORE)))
            else:
                meeting = meeting.fold(list(meeting.withdraw(CHIYODA, IDS[n])))
        except Refused as refusal:
            full = isinstance(refusal, NoSeatLeft) and len(meeting.registrations) == seats
            absent = isinstance(refusal, NotFound) and IDS[n] not in meeting.registrations
            assert full or absent
        assert len(meeting.registrations) <= seats


@pytest.mark.parametrize("other", [MUSASHINO, TOKYO])
def test_nobody_withdraws_another_governments_official(other: str) -> None:
    refused = NotFound(what="registration", id=IDS[0])
    planned().that(registered(0)).when(lambda one: one.withdraw(other, IDS[0])).refuses(refused)
    planned().when(lambda one: one.withdraw(CHIYODA, IDS[0])).refuses(refused)


@pytest.mark.parametrize(
    ("visibility", "takes"), [("public", True), ("officials", True), ("tokyo", False), ("draft", False)]
)
def test_governments_take_part_in_what_they_see(visibility: str, takes: bool) -> None:
    meeting = planned(visibility=visibility)
    joins = meeting.when(lambda one: one.register(CHIYODA, IDS[0], SEALED, BEFORE))
    asks = meeting.when(lambda one: one.ask(CHIYODA, "費用は。"))
    if takes:
        joins.then(registered(0))
        asks.then(PrecedentMeetingQuestionAsked(municipality=CHIYODA, number=1, question_ja="費用は。"))
    else:
        joins.refuses(NotFound(what="meeting", id="test"))
        asks.refuses(NotFound(what="meeting", id="test"))
    meeting.when(lambda one: one.register(TOKYO, IDS[0], SEALED, BEFORE)).then(registered(0, TOKYO))


def test_questions_are_answered_by_number() -> None:
    asked = PrecedentMeetingQuestionAsked(municipality=CHIYODA, number=1, question_ja="費用は。")
    meeting = planned().that(asked)
    meeting.when(lambda one: one.ask(MUSASHINO, "期間は。")).then(
        PrecedentMeetingQuestionAsked(municipality=MUSASHINO, number=2, question_ja="期間は。")
    )
    answered = PrecedentMeetingQuestionAnswered(
        title_ja=MEETING["title_ja"],
        visibility=Visibility.OFFICIALS,
        number=1,
        question_ja="費用は。",
        answer_ja="年百万円。",
    )
    meeting.when(lambda one: one.answer(1, "年百万円。")).then(answered)
    meeting.that(answered).when(lambda one: one.answer(1, "年百万円。")).then()
    meeting.when(lambda one: one.answer(0, "？")).refuses(NotFound(what="question", id="0"))
    meeting.when(lambda one: one.answer(2, "？")).refuses(NotFound(what="question", id="2"))


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": MEETING["starts_at"]},
        {"register_until": "2099-06-11"},
        {"programme": [{"title_ja": "長い話", "minutes": 91}]},
        {"visibility": "municipality"},
        {"starts_at": datetime(2099, 6, 10)},  # noqa: DTZ001 - a moment without a zone is what is refused
    ],
)
def test_what_contradicts_itself_is_no_plan(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MeetingContent.model_validate(MEETING | changes)
