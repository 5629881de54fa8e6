"""Feedback on an assignment, both ways: the supporter on the session, its municipality or host on the supporter.

Its stream is the assignment's id, so that there is one of each. It is given once the supporter's attendance is on
record and within a month of the session, and may be changed for two weeks. Feedback changes no matching: no part of
matching reads it, and whoever wants a rating to count there has to say so by a rule that supporters can read.

Texts are about persons, and come in sealed with the supporter's key; scores and tags are not sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code, Day, Id
from kyodo_supporter_matching.feedback.values import Rater, SessionRating, SupporterRating

GIVEN_WITHIN: Final = timedelta(days=30)
CHANGED_WITHIN: Final = timedelta(days=14)


class _Feedback(Event):
    """Something said after an assignment; all of it, as it stands since. `until` is the last day to change it."""

    municipality: MunicipalityCode
    supporter_id: Id
    session_id: Id
    until: Day
    sealed: dict[Code, Sealed]


class SessionRated(_Feedback, type="kyodo.supporter-matching.session-rated", words="サポーターが活動の感想を提出した"):
    """A supporter said how a session was."""

    rating: SessionRating


class SupporterRated(
    _Feedback, type="kyodo.supporter-matching.supporter-rated", words="{by}がサポーターへの評価を提出した"
):
    """The municipality, or the host, said how a supporter did."""

    by: Rater
    rating: SupporterRating


class NotAttended(Refused):
    status, type = 409, "assignment-not-attended"
    title = "There is no attendance on record (参加記録なし)"
    detail = "Feedback follows an assignment that was attended; this one is '{current}'."
    remedy = "The municipality records the attendance first."


class FeedbackOver(Refused):
    status, type = 409, "feedback-over"
    title = "It is too late for this feedback (受付終了)"
    detail = "It could be given or changed until {until}."
    remedy = "Nothing is to be done. What must be dealt with can still be reported as an incident."


class NoHostToRate(Refused):
    status, type = 422, "no-host-to-rate"
    title = "The session had no host (運営団体なし)"
    detail = "The municipality saw to the session itself, so that there is no host to rate."
    remedy = "Leave the host's score out."


def told_from(last_day: date) -> date:
    """The day from which what was said of sessions up to a day is told: when nobody can change it any more.

    Whoever read the sums before and after a supporter spoke would know what was said.
    """
    return last_day + GIVEN_WITHIN + CHANGED_WITHIN + timedelta(days=1)


@dataclass(frozen=True)
class About:
    """What feedback is about: an assignment, whether it was attended, and on which day."""

    municipality: str
    supporter_id: str
    session_id: str
    held_on: date
    status: str
    attended: bool
    hosted: bool


@dataclass(frozen=True)
class Feedback(Aggregate, category="feedback"):
    """What was said after the assignment of the same id, in both directions."""

    of_session: SessionRated | None = None
    of_supporter: SupporterRated | None = None

    def rate_session(self, about: About, rating: SessionRating, sealed: Mapping[str, str], today: date) -> Events:
        """Say how the session was, as the supporter; again, to say it otherwise."""
        require(rating.host is None or about.hosted, NoHostToRate())
        said = SessionRated(**_about(about), until=_until(about, self.of_session, today), sealed=sealed, rating=rating)
        if said != self.of_session:
            yield said

    def rate_supporter(
        self, about: About, by: Rater, rating: SupporterRating, sealed: Mapping[str, str], today: date
    ) -> Events:
        """Say how the supporter did, for the municipality or the host; again, to say it otherwise."""
        until = _until(about, self.of_supporter, today)
        said = SupporterRated(**_about(about), until=until, sealed=sealed, by=by, rating=rating)
        if said != self.of_supporter:
            yield said

    @evolve
    def session_rated(self, event: SessionRated) -> Self:
        return replace(self, of_session=event)

    @evolve
    def supporter_rated(self, event: SupporterRated) -> Self:
        return replace(self, of_supporter=event)


def _about(about: About) -> dict[str, str]:
    return {
        "municipality": about.municipality,
        "supporter_id": about.supporter_id,
        "session_id": about.session_id,
    }


def _until(about: About, before: _Feedback | None, today: date) -> date:
    """The last day to change it. Raises NotAttended, FeedbackOver."""
    require(about.attended, NotAttended(current=about.status))
    last = about.held_on + GIVEN_WITHIN if before is None else before.until
    require(today <= last, FeedbackOver(until=last))
    return today + CHANGED_WITHIN if before is None else before.until
