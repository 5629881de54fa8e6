"""A meeting: planned, open for registration until a day, held with minutes, or cancelled.

Registrations are decided on the meeting's own stream: whoever comes at the same moment waits for the other one, and
seats are never oversold. A meeting has some dozens of participants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self

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
from kyodo_academy.precedent_meetings.values import MeetingContent, MeetingStatus
from kyodo_academy.visibility import Audience
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.values.municipalities import TOKYO


class MeetingNotPlanned(Refused):
    status, type = 409, "precedent-meeting-not-planned"
    title = "The meeting is not to come any more (開催済み又は中止)"
    detail = "The meeting is {current}."
    remedy = "Plan another one."


class RegistrationClosed(Refused):
    status, type = 409, "precedent-meeting-registration-closed"
    title = "Nobody is registered any more (参加登録の締切後)"
    detail = "Registration was open until {until}."
    remedy = "Ask the secretariat, which may change the day as long as the meeting is to come."


class NoSeatLeft(Refused):
    status, type = 409, "precedent-meeting-full"
    title = "All seats are taken (定員到達)"
    detail = "The meeting has {seats} seats, and {registered} officials are registered."
    remedy = "Try again when a registration is withdrawn, or read the minutes."


class SeatsBelowRegistered(Refused):
    status, type = 409, "precedent-meeting-seats-below-registered"
    title = "More officials are registered already (定員が登録数を下回る)"
    detail = "{registered} officials are registered; there cannot be {seats} seats."
    remedy = "Give at least that many seats, or have registrations withdrawn first."


class NotHeldYet(Refused):
    status, type = 409, "precedent-meeting-not-held"
    title = "The meeting has not begun (開催前)"
    detail = "It begins at {starts_at}."
    remedy = "Record the minutes once it was held."


class MeetingIsCancelled(Refused):
    status, type = 409, "precedent-meeting-cancelled"
    title = "The meeting was cancelled (中止)"
    detail = "The meeting does not take place."
    remedy = "Ask at another meeting."


@dataclass(frozen=True)
class PrecedentMeeting(Aggregate, category="precedent-meeting"):
    """A meeting; `registrations` says which government's each is, `questions` are those asked, by their numbers."""

    content: MeetingContent | None = None
    status: MeetingStatus = MeetingStatus.PLANNED
    registrations: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[int, str] = field(default_factory=dict)
    answers: Mapping[int, str] = field(default_factory=dict)
    minutes_ja: str = ""

    # decisions of the secretariat

    def plan(self, content: MeetingContent) -> Events:
        """Plan a meeting."""
        yield PrecedentMeetingPlanned(content=content)

    def change(self, content: MeetingContent) -> Events:
        """Change the plan. Who is registered keeps the seat."""
        self._require_planned()
        registered = len(self.registrations)
        enough = content.seats is None or content.seats >= registered
        require(enough, SeatsBelowRegistered(registered=registered, seats=content.seats))
        if content != self.content:
            yield PrecedentMeetingChanged(content=content, answered=tuple(sorted(self.answers)))

    def cancel(self, reason_ja: str) -> Events:
        """Let it not take place."""
        if self.status is not MeetingStatus.CANCELLED:
            self._require_planned()
            yield PrecedentMeetingCancelled(reason_ja=reason_ja)

    def record_minutes(self, minutes_ja: str, now: datetime) -> Events:
        """Say what was spoken about, or say it better."""
        self._require_not_cancelled()
        starts_at = self._plan.starts_at
        require(starts_at <= now, NotHeldYet(starts_at=starts_at.isoformat()))
        if minutes_ja != self.minutes_ja:
            plan = self._plan
            yield PrecedentMeetingMinutesRecorded(
                title_ja=plan.title_ja, visibility=plan.for_officials, minutes_ja=minutes_ja
            )

    def answer(self, number: int, answer_ja: str) -> Events:
        """Hand on what the precedent municipality answers."""
        require(number in self.questions, NotFound(what="question", id=str(number)))
        if answer_ja != self.answers.get(number):
            yield PrecedentMeetingQuestionAnswered(
                title_ja=self._plan.title_ja,
                visibility=self._plan.for_officials,
                number=number,
                question_ja=self.questions[number],
                answer_ja=answer_ja,
            )

    # decisions of governments, each about its own officials

    def register(self, organisation: str, registration_id: str, sealed: Mapping[str, str], today: date) -> Events:
        """Register an official, as long as it is open and a seat is free."""
        self._require_shown_to(organisation)
        self._require_planned()
        plan, registered = self._plan, len(self.registrations)
        require(today <= plan.register_until, RegistrationClosed(until=plan.register_until))
        free = plan.seats is None or registered < plan.seats
        require(free, NoSeatLeft(seats=plan.seats, registered=registered))
        yield PrecedentMeetingOfficialRegistered(
            municipality=organisation,
            registration_id=registration_id,
            sealed=dict(sealed),
            registered=registered + 1,
        )

    def withdraw(self, organisation: str, registration_id: str) -> Events:
        """Take a registration back, at whatever time: names are erased with it."""
        own = self.registrations.get(registration_id) == organisation
        require(own, NotFound(what="registration", id=registration_id))
        left = len(self.registrations) - 1
        yield PrecedentMeetingRegistrationWithdrawn(
            municipality=organisation, registration_id=registration_id, registered=left
        )

    def ask(self, organisation: str, question_ja: str) -> Events:
        """Ask something, before the meeting or after it."""
        self._require_shown_to(organisation)
        self._require_not_cancelled()
        yield PrecedentMeetingQuestionAsked(
            municipality=organisation, number=len(self.questions) + 1, question_ja=question_ja
        )

    @property
    def _plan(self) -> MeetingContent:
        assert self.content is not None  # noqa: S101 - a meeting begins with it
        return self.content

    def _require_planned(self) -> None:
        require(self.status is MeetingStatus.PLANNED, MeetingNotPlanned(current=self.status.value))

    def _require_not_cancelled(self) -> None:
        require(self.status is not MeetingStatus.CANCELLED, MeetingIsCancelled())

    def _require_shown_to(self, organisation: str) -> None:
        """Governments take part in what is shown to them; what is not, is not there."""
        government = Audience(organisation, official=True, in_charge=True)
        require(government.sees(self._plan.visibility, owner=TOKYO), NotFound(what="meeting", id=self.id))

    # what events did

    @evolve
    def planned(self, event: PrecedentMeetingPlanned) -> Self:
        return replace(self, content=event.content)

    @evolve
    def changed(self, event: PrecedentMeetingChanged) -> Self:
        return replace(self, content=event.content)

    @evolve
    def cancelled(self, event: PrecedentMeetingCancelled) -> Self:
        return replace(self, status=MeetingStatus.CANCELLED)

    @evolve
    def registered(self, event: PrecedentMeetingOfficialRegistered) -> Self:
        return replace(self, registrations={**self.registrations, event.registration_id: event.municipality})

    @evolve
    def withdrawn(self, event: PrecedentMeetingRegistrationWithdrawn) -> Self:
        left = {id_: of for id_, of in self.registrations.items() if id_ != event.registration_id}
        return replace(self, registrations=left)

    @evolve
    def asked(self, event: PrecedentMeetingQuestionAsked) -> Self:
        return replace(self, questions={**self.questions, event.number: event.question_ja})

    @evolve
    def answered(self, event: PrecedentMeetingQuestionAnswered) -> Self:
        return replace(self, answers={**self.answers, event.number: event.answer_ja})

    @evolve
    def minuted(self, event: PrecedentMeetingMinutesRecorded) -> Self:
        return replace(self, status=MeetingStatus.HELD, minutes_ja=event.minutes_ja)
