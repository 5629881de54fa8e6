"""What a session reminds of as its time comes: each moment once, whichever server looks first; a new moment anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from pydantic import AwareDatetime

from kyodo_academy.sessions.model import TrainingSession
from kyodo_academy.sessions.values import Plan, SessionStatus
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.event import Event

NEAR: Final = timedelta(days=3)
"""How long before a moment people are reminded of it."""


class ReminderKind(StrEnum):
    """Of what somebody is reminded, or told."""

    APPLICATIONS_CLOSE = "applications_close"
    CHANGES_CLOSE = "changes_close"
    STARTS = "starts"
    MOVED = "moved"
    CANCELLED = "cancelled"
    ANNOUNCED = "announced"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return KINDS_JA[self]


KINDS_JA = {
    ReminderKind.APPLICATIONS_CLOSE: "申込期限が近づいています",
    ReminderKind.CHANGES_CLOSE: "変更・取消の期限が近づいています",
    ReminderKind.STARTS: "研修の開始が近づいています",
    ReminderKind.MOVED: "研修の日時・会場等が変更されました",
    ReminderKind.CANCELLED: "研修が中止されました",
    ReminderKind.ANNOUNCED: "希望した講座の日程が決まりました",
}


class SessionReminderGiven(Event, type="kyodo.academy.session-reminder-given", words="「{kind}」（{about}）と知らせた"):
    """Whom it concerns is reminded that a moment of the session is near."""

    kind: ReminderKind
    about: AwareDatetime


@dataclass(frozen=True)
class SessionReminders(Aggregate, category="session-reminders"):
    """What the session of the same id has reminded of."""

    given: frozenset[tuple[ReminderKind, datetime]] = frozenset()

    def remind(self, session: TrainingSession, now: datetime) -> Events:
        """Remind of what is near, and was not reminded of yet; of a session that takes place."""
        if session.status is SessionStatus.OPEN:
            for kind, moment in moments(session.planned).items():
                if moment - NEAR <= now < moment and (kind, moment) not in self.given:
                    yield SessionReminderGiven(kind=kind, about=moment)

    @evolve
    def was_given(self, event: SessionReminderGiven) -> Self:
        return replace(self, given=self.given | {(event.kind, event.about)})


def moments(plan: Plan) -> dict[ReminderKind, datetime]:
    """The moments of a session that people are reminded of."""
    return {
        ReminderKind.APPLICATIONS_CLOSE: plan.apply_until,
        ReminderKind.CHANGES_CLOSE: plan.changes_until,
        ReminderKind.STARTS: plan.starts_at,
    }
