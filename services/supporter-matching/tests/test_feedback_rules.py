"""The rules of feedback: once each way, after what was attended, for a month, and changed for two weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.testing import given
from kyodo_supporter_matching.feedback.model import (
    About,
    Feedback,
    FeedbackOver,
    NoHostToRate,
    NotAttended,
    SessionRated,
    SupporterRated,
    told_from,
)
from kyodo_supporter_matching.feedback.sums import Said
from kyodo_supporter_matching.feedback.values import Rater, SessionRating, SessionTag, SupporterRating, SupporterTag

HELD = date(2026, 12, 7)
TODAY = date(2026, 12, 8)
UNTIL = date(2026, 12, 22)
SESSION = "01941f29-7c00-7000-8000-000000000031"
SUPPORTER = "01941f29-7c00-7000-8000-000000000011"
OF = {"municipality": "132039", "supporter_id": SUPPORTER, "session_id": SESSION}
ABOUT = About(**OF, held_on=HELD, status="attended", attended=True, hosted=False)
GOOD, BETTER = SessionRating(session=4, venue=4), SessionRating(session=5, venue=4, tags=(SessionTag.GOOD_ACCESS,))
PATIENT = SupporterRating(score=5, tags=(SupporterTag.PATIENT,))


def rated(rating: SessionRating = GOOD, until: date = UNTIL) -> SessionRated:
    return SessionRated(**OF, until=until, sealed={}, rating=rating)


def said_of(by: Rater = Rater.MUNICIPALITY, rating: SupporterRating = PATIENT) -> SupporterRated:
    return SupporterRated(**OF, until=UNTIL, sealed={}, by=by, rating=rating)


def test_each_direction_is_said_once() -> None:
    first = given(Feedback).when(lambda one: one.rate_session(ABOUT, GOOD, {}, TODAY)).then(rated())
    assert first.of_supporter is None
    given(Feedback).that(rated()).when(
        lambda one: one.rate_supporter(ABOUT, Rater.MUNICIPALITY, PATIENT, {}, TODAY)
    ).then(said_of())
    given(Feedback).that(rated()).when(lambda one: one.rate_session(ABOUT, GOOD, {}, TODAY)).then()


def test_it_is_changed_for_two_weeks_from_when_it_was_first_said() -> None:
    changed = given(Feedback).that(rated()).when(lambda one: one.rate_session(ABOUT, BETTER, {}, UNTIL))
    changed.then(rated(BETTER))
    given(Feedback).that(rated(), rated(BETTER)).when(
        lambda one: one.rate_session(ABOUT, GOOD, {}, UNTIL + timedelta(days=1))
    ).refuses(FeedbackOver(until=UNTIL))
    given(Feedback).that(said_of()).when(
        lambda one: one.rate_supporter(ABOUT, Rater.HOST, PATIENT, {}, UNTIL + timedelta(days=1))
    ).refuses(FeedbackOver(until=UNTIL))


def test_it_is_said_within_a_month() -> None:
    last = HELD + timedelta(days=30)
    until = last + timedelta(days=14)
    given(Feedback).when(lambda one: one.rate_session(ABOUT, GOOD, {}, last)).then(rated(until=until))
    given(Feedback).when(lambda one: one.rate_session(ABOUT, GOOD, {}, last + timedelta(days=1))).refuses(
        FeedbackOver(until=last)
    )


def test_only_what_was_attended_is_rated() -> None:
    absent = replace(ABOUT, status="no_show", attended=False)
    given(Feedback).when(lambda one: one.rate_session(absent, GOOD, {}, TODAY)).refuses(NotAttended(current="no_show"))
    given(Feedback).when(lambda one: one.rate_supporter(absent, Rater.HOST, PATIENT, {}, TODAY)).refuses(
        NotAttended(current="no_show")
    )


def test_a_host_is_rated_where_there_is_one() -> None:
    with_host = SessionRating(session=4, venue=4, host=2)
    given(Feedback).when(lambda one: one.rate_session(ABOUT, with_host, {}, TODAY)).refuses(NoHostToRate())
    hosted = replace(ABOUT, hosted=True)
    given(Feedback).when(lambda one: one.rate_session(hosted, with_host, {}, TODAY)).then(rated(with_host))


@given_any(st.dates(HELD, HELD + timedelta(days=80)), st.dates(HELD, HELD + timedelta(days=80)))
def test_nothing_is_said_or_changed_once_the_sums_are_told(first: date, then: date) -> None:
    state = Feedback(id="one")
    for today, rating in ((first, GOOD), (then, BETTER)):
        try:
            state = state.fold(list(state.rate_session(ABOUT, rating, {}, today)))
        except FeedbackOver:
            continue
        assert today < told_from(HELD)


def test_a_tag_is_named_once() -> None:
    with pytest.raises(ValueError, match="named twice"):
        SupporterRating(score=3, tags=(SupporterTag.CLEAR, SupporterTag.CLEAR))


def said(supporters: int, on_host: int = 0, **tags: int) -> Said:
    numbers = {"ratings": supporters * 2, "session_sum": supporters * 8, "venue_sum": supporters * 6}
    host = {"ratings_of_host": on_host, "supporters_on_host": on_host, "host_sum": on_host * 3}
    return Said(**numbers, **host, supporters=supporters, tags={tag: tags.get(tag.value, 0) for tag in SessionTag})


def test_what_few_supporters_said_is_hidden() -> None:
    """However often they said it: `ratings` are twice the supporters here."""
    assert said(4).is_hidden
    assert not said(5).is_hidden
    seen = said(6, on_host=4, good_access=5, hard_to_find=1).as_shown
    assert (seen.supporters_on_host, seen.host_sum) == (0, 0)
    assert SessionTag.HARD_TO_FIND not in seen.tags
    assert (seen.tags[SessionTag.GOOD_ACCESS], seen.tags[SessionTag.WELL_PREPARED]) == (5, 0)


def test_tokyos_sums_are_of_what_is_shown() -> None:
    together = Said.together([said(6, on_host=4, good_access=5), said(4, good_access=4), said(8, on_host=8)])
    assert (together.supporters, together.supporters_on_host, together.tags[SessionTag.GOOD_ACCESS]) == (14, 8, 5)
