"""Meetings of the forum: what may be recorded, and what may be cited."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.procurement.themes import Decision, DecisionReference
from kyodo_events.errors import NotFound
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_procurement.meetings.events import (
    AgendaSet,
    Assembly,
    ConfirmationEntered,
    ConfirmationRecorded,
    ConfirmationSuperseded,
    MaterialAdded,
    MaterialWithdrawn,
    MeetingConvened,
    MinutesCorrected,
    MinutesRecorded,
)
from kyodo_procurement.meetings.model import (
    AlreadyRecorded,
    AlreadySuperseded,
    CorrectionNeedsReason,
    Meeting,
    MeetingNotHeld,
    NotARecordingDay,
    NotConfirmed,
    NotLater,
)

FEBRUARY, MARCH, TODAY = date(2023, 2, 14), date(2023, 3, 1), date(2023, 4, 1)
TITLE, TEXT = "第4回CIOフォーラム", "2団体以上のニーズがあるテーマを選ぶ。"
HASH, LINK = "ab" * 32, "https://www.example.jp/1.pdf"
OTHER_ID = "0193f1a0-0000-7000-8000-000000000002"

convened = MeetingConvened(title_ja=TITLE, held_on=FEBRUARY, place=None)
first = ConfirmationEntered(confirmation=1, text_ja="4つの類型で協働する。")
second = ConfirmationEntered(confirmation=2, text_ja=TEXT)
added = MaterialAdded(material=1, title_ja="資料", sha256=HASH, link=LINK)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def later_meeting(*past: Event, held_on: date = MARCH) -> Meeting:
    return Meeting(id=OTHER_ID).fold(
        [MeetingConvened(title_ja="第5回CIOフォーラム", held_on=held_on, place=None), *past]
    )


def superseded(by_meeting: str, by: int, by_ja: str) -> ConfirmationSuperseded:
    """Confirmation 1 of the meeting under test, superseded."""
    reference = DecisionReference(meeting_id=by_meeting, confirmation=by)
    return ConfirmationSuperseded(confirmation=1, by=reference, by_ja=by_ja, reason="見直し")


def test_a_meeting_is_convened() -> None:
    given(Meeting).when(lambda meeting: meeting.convene(TITLE, FEBRUARY, None)).then(convened)


def test_an_agenda_replaces_the_one_before_and_is_not_set_twice() -> None:
    meeting = given(Meeting).that(convened, AgendaSet(items=("一", "二")))
    meeting.when(lambda meeting: meeting.set_agenda(["二", "一"])).then(AgendaSet(items=("二", "一")))
    meeting.when(lambda meeting: meeting.set_agenda(["一", "二"])).then()


def test_materials_are_numbered_and_a_withdrawn_number_is_not_given_again() -> None:
    withdrawn = MaterialWithdrawn(material=1, reason="差替え")
    meeting = given(Meeting).that(convened, added)
    meeting.when(lambda meeting: meeting.add_material("資料", HASH, LINK)).then()
    meeting.when(lambda meeting: meeting.withdraw_material(1, "差替え")).then(withdrawn)
    meeting.that(withdrawn).when(lambda meeting: meeting.withdraw_material(1, "再度")).then()
    meeting.that(withdrawn).when(lambda meeting: meeting.add_material("資料", HASH, LINK)).then(
        added.model_copy(update={"material": 2})
    )
    meeting.when(lambda meeting: meeting.withdraw_material(2, "差替え")).refuses(NotFound(what="material", id=2))


def test_minutes_carry_the_hash_of_their_text() -> None:
    recorded = MinutesRecorded(text="要旨", sha256=sha256("要旨"))
    given(Meeting).that(convened).when(lambda meeting: meeting.record_minutes("要旨", None, TODAY)).then(recorded)


def test_minutes_are_corrected_with_a_reason() -> None:
    meeting = given(Meeting).that(convened, MinutesRecorded(text="要旨", sha256=sha256("要旨")))
    meeting.when(lambda meeting: meeting.record_minutes("要旨", None, TODAY)).then()
    meeting.when(lambda meeting: meeting.record_minutes("要旨2", None, TODAY)).refuses(CorrectionNeedsReason())
    corrected = MinutesCorrected(text="要旨2", sha256=sha256("要旨2"), reason="誤記")
    after = meeting.when(lambda meeting: meeting.record_minutes("要旨2", "誤記", TODAY)).then(corrected)
    assert after.minutes_sha256 == sha256("要旨2")


def test_nothing_comes_of_a_meeting_before_its_day() -> None:
    meeting, day_before = given(Meeting).that(convened), date(2023, 2, 13)
    refusal = MeetingNotHeld(held_on=FEBRUARY)
    meeting.when(lambda meeting: meeting.record_minutes("要旨", None, day_before)).refuses(refusal)
    meeting.when(lambda meeting: meeting.confirm(TEXT, day_before)).refuses(refusal)
    meeting.when(lambda meeting: meeting.confirm(first.text_ja, FEBRUARY)).then(first)


def test_confirmations_are_numbered_and_not_entered_twice() -> None:
    meeting = given(Meeting).that(convened, first)
    meeting.when(lambda meeting: meeting.confirm(TEXT, TODAY)).then(second)
    meeting.when(lambda meeting: meeting.confirm(first.text_ja, TODAY)).then()


def test_each_assembly_records_a_confirmation_on_a_day_of_its_own() -> None:
    recorded = ConfirmationRecorded(confirmation=1, assembly=Assembly.CITIES, recorded_on=MARCH)
    meeting = given(Meeting).that(convened, first)
    after = meeting.when(lambda m: m.record_confirmation(1, Assembly.CITIES, MARCH, TODAY)).then(recorded)
    assert (after.confirmations[1].cities, after.confirmations[1].special_wards) == (MARCH, None)
    again = meeting.that(recorded)
    again.when(lambda m: m.record_confirmation(1, Assembly.CITIES, MARCH, TODAY)).then()
    again.when(lambda m: m.record_confirmation(1, Assembly.CITIES, FEBRUARY, TODAY)).refuses(
        AlreadyRecorded(recorded_on=MARCH)
    )
    again.when(lambda m: m.record_confirmation(1, Assembly.SPECIAL_WARDS, TODAY, TODAY)).then(
        ConfirmationRecorded(confirmation=1, assembly=Assembly.SPECIAL_WARDS, recorded_on=TODAY)
    )


@pytest.mark.parametrize("day", [date(2023, 2, 13), date(2023, 4, 2)])
def test_an_assembly_records_between_the_meeting_and_today(day: date) -> None:
    given(Meeting).that(convened, first).when(
        lambda meeting: meeting.record_confirmation(1, Assembly.CITIES, day, TODAY)
    ).refuses(NotARecordingDay(recorded_on=day, held_on=FEBRUARY, today=TODAY))


def test_what_is_not_there_is_neither_recorded_nor_superseded() -> None:
    meeting, refusal = given(Meeting).that(convened, first), NotFound(what="confirmation", id=2)
    meeting.when(lambda meeting: meeting.record_confirmation(2, Assembly.CITIES, MARCH, TODAY)).refuses(refusal)
    meeting.when(lambda meeting: meeting.supersede(2, later_meeting(first), 1, "見直し")).refuses(refusal)


def test_a_confirmation_is_cited_once_it_is_on_record() -> None:
    meeting = Meeting(id=OTHER_ID).fold([convened, first, second])
    assert meeting.confirmed(2) == Decision(
        meeting_id=OTHER_ID, confirmation=2, text_ja=f"{TITLE}（2023-02-14）確認事項2：{TEXT}"
    )
    with pytest.raises(NotConfirmed) as refused:
        meeting.confirmed(3)
    assert refused.value == NotConfirmed(confirmation=3, meeting=TITLE, why="it is not on record")


@given_any(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_every_citation_fits_a_line_and_names_its_place(title: str, text: str) -> None:
    past: list[Event] = [convened.model_copy(update={"title_ja": title}), first.model_copy(update={"text_ja": text})]
    cited = Meeting(id=OTHER_ID).fold(past).confirmed(1).text_ja
    assert 1 <= len(cited) <= 200
    assert cited.startswith(title[:150])
    if len(title) < 100:
        assert "（2023-02-14）確認事項1：" in cited


def test_a_later_confirmation_supersedes_and_the_old_one_is_not_cited_again() -> None:
    event = superseded(OTHER_ID, 1, "第5回CIOフォーラム（2023-03-01）確認事項1")
    meeting = given(Meeting).that(convened, first)
    after = meeting.when(lambda m: m.supersede(1, later_meeting(first), 1, "見直し")).then(event)
    with pytest.raises(NotConfirmed) as refused:
        after.confirmed(1)
    assert refused.value.facts["why"] == "it was superseded"
    again = meeting.that(event)
    again.when(lambda m: m.supersede(1, later_meeting(first), 1, "再度")).then()
    again.when(lambda m: m.supersede(1, later_meeting(first, second), 2, "再度")).refuses(
        AlreadySuperseded(confirmation=1, by=event.by_ja)
    )


@pytest.mark.parametrize(
    ("held_on", "past", "refusal"),
    [
        (FEBRUARY, [first], NotLater()),
        (date(2023, 2, 1), [first], NotLater()),
        (
            MARCH,
            [],
            NotConfirmed(confirmation=1, meeting="第5回CIOフォーラム", why="it is not on record"),
        ),
    ],
)
def test_only_a_standing_later_confirmation_supersedes(held_on: date, past: list[Event], refusal: Any) -> None:
    given(Meeting).that(convened, first).when(
        lambda meeting: meeting.supersede(1, later_meeting(*past, held_on=held_on), 1, "見直し")
    ).refuses(refusal)


def test_in_one_meeting_the_higher_number_is_the_later_one() -> None:
    meeting = given(Meeting, OTHER_ID).that(convened, first, second)
    meeting.when(lambda m: m.supersede(1, m, 2, "見直し")).then(
        superseded(OTHER_ID, 2, f"{TITLE}（2023-02-14）確認事項2")
    )
    meeting.when(lambda m: m.supersede(2, m, 1, "見直し")).refuses(NotLater())
    meeting.when(lambda m: m.supersede(1, m, 1, "見直し")).refuses(NotLater())


def test_each_event_has_words() -> None:
    recorded = ConfirmationRecorded(confirmation=1, assembly=Assembly.CITIES, recorded_on=MARCH)
    assert recorded.in_words() == "確認事項1を市長会が2023-03-01に確認した"
    assert AgendaSet(items=("一", "二")).in_words() == "議題を一、二とした"
