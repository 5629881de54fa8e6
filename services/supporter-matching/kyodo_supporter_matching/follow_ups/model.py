"""The follow-up of a session: one anonymous link on the handout, and the answers that came by it.

Visitors are counted, never identified: everybody who came to a session has the same link, an answer is one of four
words, and nothing of whoever gave it is kept. The link is worth as many answers as the session reported visitors.

One aggregate a session holds its answers, and not a stream an answer: that bound is a rule about all of them, and a
session has some dozens of visitors. A burst queues up on the stream (see kyodo_platform.unit_of_work), so that
everybody is served and the bound is kept. The link is an aggregate of its own, so that a new one waits for no answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.secret_addresses import Digest
from kyodo_events.values.fiscal import Month, tokyo_date
from kyodo_events.values.municipalities import MunicipalityCode

FROM_DAY: Final = timedelta(days=30)
UNTIL_DAY: Final = timedelta(days=60)
"""After the session, the last day included."""


class Answer(StrEnum):
    """What has become of what a visitor learnt."""

    DAILY = "daily"
    SOMETIMES = "sometimes"
    HELPED_AGAIN = "helped_again"
    STOPPED = "stopped"

    @property
    def label_ja(self) -> str:
        """As visitors read it."""
        return ANSWERS_JA[self]

    @property
    def label_en(self) -> str:
        """The same in English."""
        return ANSWERS_EN[self]

    @property
    def still_uses(self) -> bool:
        """Whether the visitor still uses it, be it with help."""
        return self is not Answer.STOPPED


ANSWERS_JA = {
    Answer.DAILY: "毎日使っている",
    Answer.SOMETIMES: "ときどき使っている",
    Answer.HELPED_AGAIN: "また教わりながら使っている",
    Answer.STOPPED: "使わなくなった",
}
ANSWERS_EN = {
    Answer.DAILY: "I use it every day",
    Answer.SOMETIMES: "I use it sometimes",
    Answer.HELPED_AGAIN: "I use it, and got help again",
    Answer.STOPPED: "I stopped using it",
}


class FollowUpLinkIssued(
    Event,
    type="kyodo.supporter-matching.follow-up-link-issued",
    words="「まだ使っていますか」の回答用リンクを発行した",
):
    """Visitors may answer with a token of this digest, and with no other."""

    municipality: MunicipalityCode
    digest: Digest


class FollowUpAnswered(
    Event, type="kyodo.supporter-matching.follow-up-answered", words="「まだ使っていますか」の回答が1件あった"
):
    """Some visitor of the session answered. Nothing is known of who it was."""

    municipality: MunicipalityCode
    answer: Answer


class FollowUpNotOpen(Refused):
    status, type = 409, "follow-up-not-open"
    title = "This is not asked today (回答期間外)"
    detail = "Answers are taken from {from_day} to {until_day}."
    remedy = "Come back within these days; before and after them there is nothing to be done."


class EverybodyAnswered(Refused):
    status, type = 409, "everybody-answered"
    title = "Everybody has answered (回答数が来場者数に達した)"
    detail = "The session reported {visitors} visitors, and that many answers are here."
    remedy = "Nothing is to be done. Where the report names too few visitors, the municipality files it again."


def days_of(ended_at: datetime) -> tuple[date, date]:
    """The first and the last day on which visitors of a session that ended then are asked."""
    ended = tokyo_date(ended_at)
    return ended + FROM_DAY, ended + UNTIL_DAY


def told_from(month: Month) -> date:
    """The day from which the outcome of a month's sessions is told: when nobody can answer any more.

    Whoever read it before and after an answer would know that answer.
    """
    return month.last_day + UNTIL_DAY + timedelta(days=2)  # a session that went past midnight ended a day later


@dataclass(frozen=True)
class FollowUpLink(Aggregate, category="follow-up-link"):
    """The link of the session of the same id."""

    digest: str | None = None

    def issue(self, municipality: str, digest: str) -> Events:
        """Let visitors answer by a new link; the one before is worth nothing any more."""
        yield FollowUpLinkIssued(municipality=municipality, digest=digest)

    @evolve
    def issued(self, event: FollowUpLinkIssued) -> Self:
        return replace(self, digest=event.digest)


@dataclass(frozen=True)
class FollowUp(Aggregate, category="follow-up"):
    """The answers of visitors of the session of the same id: how many."""

    answers: int = 0

    def take(self, municipality: str, answer: Answer, ended_at: datetime, visitors: int, today: date) -> Events:
        """Take an answer, while it is asked for and as long as there are fewer than visitors."""
        from_day, until_day = days_of(ended_at)
        require(from_day <= today <= until_day, FollowUpNotOpen(from_day=from_day, until_day=until_day))
        require(self.answers < visitors, EverybodyAnswered(visitors=visitors))
        yield FollowUpAnswered(municipality=municipality, answer=answer)

    @evolve
    def taken(self, event: FollowUpAnswered) -> Self:
        return replace(self, answers=self.answers + 1)
