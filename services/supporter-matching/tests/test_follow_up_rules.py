"""The rules of the follow-up: from day 30 to day 60, as many answers as visitors, and nothing told about few."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import example
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.secret_addresses import digest_of, new_token
from kyodo_events.testing import Outcome as Decided
from kyodo_events.testing import given
from kyodo_events.values.fiscal import Month
from kyodo_events.values.small_counts import FEWEST
from kyodo_supporter_matching.follow_ups.model import (
    Answer,
    EverybodyAnswered,
    FollowUp,
    FollowUpAnswered,
    FollowUpLink,
    FollowUpLinkIssued,
    FollowUpNotOpen,
    days_of,
    told_from,
)
from kyodo_supporter_matching.follow_ups.outcomes import Outcome, of_tokyo, outcomes, summed
from kyodo_supporter_matching.sessions.values import SessionKind

CODE = "132039"
ENDED = datetime(2026, 12, 7, 3, tzinfo=UTC)
FIRST, LAST = date(2027, 1, 6), date(2027, 2, 5)
DAILY = FollowUpAnswered(municipality=CODE, answer=Answer.DAILY)


def tapped(today: date) -> Decided[FollowUp]:
    """What comes of a tap on a day."""
    return given(FollowUp).when(lambda one: one.take(CODE, Answer.DAILY, ENDED, 1, today))


def test_answers_are_taken_from_day_30_to_day_60() -> None:
    for today in (FIRST, LAST):
        tapped(today).then(DAILY)
    for today in (FIRST - timedelta(days=1), LAST + timedelta(days=1)):
        tapped(today).refuses(FollowUpNotOpen(from_day=FIRST, until_day=LAST))


@given_any(st.integers(0, 6), st.integers(0, 9))
def test_there_are_never_more_answers_than_visitors(visitors: int, tries: int) -> None:
    state, taken = FollowUp(id="one"), 0
    for _ in range(tries):
        outcome = (
            given(FollowUp)
            .that(*[DAILY] * taken)
            .when(lambda one: one.take(CODE, Answer.STOPPED, ENDED, visitors, FIRST))
        )
        if taken < visitors:
            taken += 1
            assert outcome.refusal is None
        else:
            outcome.refuses(EverybodyAnswered(visitors=visitors))
    assert state.fold([DAILY] * taken).answers == min(visitors, tries)


def test_a_new_link_replaces_the_former() -> None:
    former, new = digest_of(new_token()), digest_of(new_token())
    issued = FollowUpLinkIssued(municipality=CODE, digest=former)
    state = (
        given(FollowUpLink)
        .that(issued)
        .when(lambda one: one.issue(CODE, new))
        .then(FollowUpLinkIssued(municipality=CODE, digest=new))
    )
    assert state.digest == new != former


@given_any(st.integers(0, 600 * 24 * 60), st.integers(1, 600))
@example(later=35_220, minutes=90)  # from eleven in the evening of the last day of the year
def test_nobody_answers_once_the_outcome_is_told(later: int, minutes: int) -> None:
    starts_at = ENDED + timedelta(minutes=later)
    _, last = days_of(starts_at + timedelta(minutes=minutes))
    assert last < told_from(Month.containing(starts_at))


def answers(daily: int = 0, stopped: int = 0) -> dict[Answer, int]:
    return {Answer.DAILY: daily, Answer.SOMETIMES: 0, Answer.HELPED_AGAIN: 0, Answer.STOPPED: stopped}


CAFE, CLASS, DESK = SessionKind.CAFE, SessionKind.COMMUNITY_CLASS, SessionKind.PERMANENT_DESK


def test_a_small_cell_takes_the_next_smallest_with_it() -> None:
    rows = outcomes({CODE: {CAFE: answers(2, 1), CLASS: answers(6), DESK: answers(8, 1)}})
    shown = {row.kind: row.answers for row in rows}
    assert shown == {CAFE: None, CLASS: None, DESK: answers(8, 1), None: answers(16, 2)}


def test_tokyos_sums_are_of_what_is_shown() -> None:
    rows = outcomes({CODE: {CAFE: answers(2), CLASS: answers(6), DESK: answers(8)}, "131016": {CAFE: answers(3)}})
    found = {row.kind: row.answers for row in of_tokyo(rows)}
    assert found == {CAFE: answers(), CLASS: answers(), DESK: answers(8), None: answers(16)}


COUNTS = st.dictionaries(st.sampled_from(SessionKind), st.builds(answers, st.integers(0, 7), st.integers(0, 4)))


@given_any(st.dictionaries(st.sampled_from([CODE, "131016", "132047"]), COUNTS, max_size=3))
def test_nothing_is_told_of_few(counts: dict[str, dict[SessionKind, dict[Answer, int]]]) -> None:
    """Neither by a row, nor by the difference of rows: between a total and its kinds, and between Tokyo's."""
    rows = outcomes(counts)
    for group in [*counts, None]:
        told = [row for row in (rows if group else of_tokyo(rows)) if row.municipality == group]
        assert all(not 0 < size(row) < FEWEST for row in told)
        total = next((row for row in told if row.kind is None), None)
        if total is not None and total.answers is not None:
            rest = size(total) - sum(size(row) for row in told if row.kind is not None)
            assert rest == 0 or rest >= FEWEST


def size(row: Outcome) -> int:
    return sum(summed([row.answers]).values()) if row.answers is not None else 0
