"""A request for training: a municipality's wishes, Tokyo's plan for them, what became of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kyodo_academy.courses.model import Course
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_academy.sessions.model import TrainingSession
from kyodo_academy.sessions.values import SessionStatus
from kyodo_academy.training_requests.events import (
    MOST_SESSIONS,
    CourseOfAnotherProgramme,
    PeriodOver,
    SessionLinkedElsewhere,
    SessionOfAnotherCourse,
    SessionsNotHeld,
    TrainingHeld,
    TrainingPlan,
    TrainingPlanAgreed,
    TrainingPlanned,
    TrainingPlanSentBack,
    TrainingRequestDeclined,
    TrainingRequested,
    TrainingRequestRevised,
    TrainingRequestWithdrawn,
    TrainingSessionLinked,
    Wishes,
    WrongTrainingStep,
)
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require


class TrainingStatus(StrEnum):
    """How a request stands."""

    ASKED = "asked"
    PLANNED = "planned"
    AGREED = "agreed"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return STATUSES_JA[self]


STATUSES_JA = {
    TrainingStatus.ASKED: "依頼中",
    TrainingStatus.PLANNED: "実施案の確認中",
    TrainingStatus.AGREED: "合意済み",
    TrainingStatus.HELD: "実施済み",
    TrainingStatus.WITHDRAWN: "取下げ",
    TrainingStatus.DECLINED: "見送り",
}


@dataclass(frozen=True)
class TrainingRequest(Aggregate, category="training-request"):
    """One request of one municipality."""

    municipality: str = ""
    status: TrainingStatus | None = None
    wishes: Wishes | None = None
    plan: TrainingPlan | None = None
    session_ids: tuple[str, ...] = ()

    # decisions of the municipality

    def ask(self, municipality: str, wishes: Wishes, today: date) -> Events:
        """Ask for it."""
        _require_to_come(wishes.until_day, today)
        yield TrainingRequested(municipality=municipality, wishes=wishes)

    def revise(self, municipality: str, wishes: Wishes, today: date) -> Events:
        """Ask for something else, while no plan is waiting for an answer."""
        self.of(municipality)._require(TrainingStatus.ASKED)
        _require_to_come(wishes.until_day, today)
        if wishes != self.wishes:
            yield TrainingRequestRevised(municipality=municipality, wishes=wishes)

    def agree(self, municipality: str) -> Events:
        """Want it as it is proposed."""
        self.of(municipality)._require(TrainingStatus.PLANNED, TrainingStatus.AGREED)
        if self.status is TrainingStatus.PLANNED:
            yield TrainingPlanAgreed(municipality=municipality)

    def send_back(self, municipality: str, reason_ja: str) -> Events:
        """Want it otherwise: the request is Tokyo's to plan again."""
        self.of(municipality)._require(TrainingStatus.PLANNED)
        yield TrainingPlanSentBack(municipality=municipality, reason_ja=reason_ja)

    def withdraw(self, municipality: str, reason_ja: str) -> Events:
        """Want nothing any more, at whatever point before the end; sessions that are planned stay their host's."""
        self.of(municipality)._require(TrainingStatus.ASKED, TrainingStatus.PLANNED, TrainingStatus.AGREED)
        yield TrainingRequestWithdrawn(municipality=municipality, reason_ja=reason_ja)

    # decisions of Tokyo

    def propose(self, plan: TrainingPlan, course: Course, today: date) -> Events:
        """Say how it could be, or otherwise than before, until the municipality has agreed.

        Raises CourseIsCancelled, and NotFound for a version that the course's contents do not have.
        """
        self._require(TrainingStatus.ASKED, TrainingStatus.PLANNED)
        customised = course.require_alive().programme is ProgrammeCode.CUSTOMISED_TRAINING
        require(customised, CourseOfAnotherProgramme(course_id=course.id, programme=course.programme))
        if plan.contents_version is not None:
            course.contents(plan.contents_version)
        _require_to_come(plan.until_day, today)
        if self.status is TrainingStatus.ASKED or plan != self.plan:
            yield TrainingPlanned(municipality=self.municipality, plan=plan)

    def decline(self, reason_ja: str) -> Events:
        """Not do it."""
        self._require(TrainingStatus.ASKED, TrainingStatus.PLANNED)
        yield TrainingRequestDeclined(municipality=self.municipality, reason_ja=reason_ja)

    def link(self, session: TrainingSession, linked_elsewhere: bool) -> Events:
        """Note that a session is one of those that were agreed."""
        self._require(TrainingStatus.AGREED)
        if session.id in self.session_ids:
            return
        agreed = self.plan.course_id if self.plan else None
        refusal = SessionOfAnotherCourse(course_id=session.course_id, agreed=agreed)
        require(session.course_id == agreed, refusal)
        require(not linked_elsewhere, SessionLinkedElsewhere(session_id=session.id))
        full = WrongTrainingStep(current=f"one with {MOST_SESSIONS} sessions", needed="one with fewer")
        require(len(self.session_ids) < MOST_SESSIONS, full)
        yield TrainingSessionLinked(municipality=self.municipality, session_ids=(*self.session_ids, session.id))

    def hold(self, sessions: Collection[TrainingSession]) -> Events:
        """Note that it took place: each of its sessions was held or cancelled, and one held at least."""
        self._require(TrainingStatus.AGREED, TrainingStatus.HELD)
        held = sum(one.status is SessionStatus.HELD for one in sessions)
        over = held + sum(one.status is SessionStatus.CANCELLED for one in sessions)
        require(held > 0 and over == len(sessions), SessionsNotHeld(held=held, linked=len(sessions)))
        if self.status is TrainingStatus.AGREED:
            yield TrainingHeld(municipality=self.municipality)

    def of(self, municipality: str) -> Self:
        """The same. Raises NotFound for another municipality's."""
        require(self.municipality == municipality, NotFound(what="training request", id=self.id))
        return self

    def _require(self, *needed: TrainingStatus) -> None:
        names = " or ".join(one.value for one in needed)
        require(self.status in needed, WrongTrainingStep(current=self.status, needed=names))

    # what events did

    @evolve
    def was_asked(self, event: TrainingRequested) -> Self:
        return replace(self, municipality=event.municipality, wishes=event.wishes, status=TrainingStatus.ASKED)

    @evolve
    def was_revised(self, event: TrainingRequestRevised) -> Self:
        return replace(self, wishes=event.wishes)

    @evolve
    def was_planned(self, event: TrainingPlanned) -> Self:
        return replace(self, plan=event.plan, status=TrainingStatus.PLANNED)

    @evolve
    def was_sent_back(self, event: TrainingPlanSentBack) -> Self:
        return replace(self, status=TrainingStatus.ASKED)

    @evolve
    def was_agreed(self, event: TrainingPlanAgreed) -> Self:
        return replace(self, status=TrainingStatus.AGREED)

    @evolve
    def was_linked(self, event: TrainingSessionLinked) -> Self:
        return replace(self, session_ids=event.session_ids)

    @evolve
    def was_held(self, event: TrainingHeld) -> Self:
        return replace(self, status=TrainingStatus.HELD)

    @evolve
    def was_withdrawn(self, event: TrainingRequestWithdrawn) -> Self:
        return replace(self, status=TrainingStatus.WITHDRAWN)

    @evolve
    def was_declined(self, event: TrainingRequestDeclined) -> Self:
        return replace(self, status=TrainingStatus.DECLINED)


def _require_to_come(until_day: date, today: date) -> None:
    require(until_day >= today, PeriodOver(until_day=until_day, today=today))
