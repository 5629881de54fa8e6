"""An enrolment: one learner for one session, from the application to the attendance.

Whether there is a seat is the session's to say. Here stands what learner, municipality and host decide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Self
from uuid import NAMESPACE_URL, uuid5

from pydantic import AwareDatetime, Field

from kyodo_academy.sessions.events import EnrolledAlready
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.academy import TrainingAttendanceCancelled, TrainingAttended
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import TOKYO, Party
from kyodo_events.values.texts import Id, Line

Percent = Annotated[int, Field(strict=True, ge=1, le=100, description="Of the session, that was attended.")]

CORRECTED_JA: Final = "受講記録の訂正"


class Step(StrEnum):
    """What was decided of an enrolment, apart from its seat."""

    APPLIED = "applied"
    NOMINATED = "nominated"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    ABSENT = "absent"


class EnrolmentApplied(Event, type="kyodo.academy.enrolment-applied", words="受講を申し込んだ"):
    """A learner asks for a seat; again, after having cancelled."""

    municipality: Party
    learner_id: Id
    session_id: Id
    applied_at: AwareDatetime


class EnrolmentNominated(Event, type="kyodo.academy.enrolment-nominated", words="所属団体が受講を承認した"):
    """Where the learner works it was agreed to: the session gives a seat, or has the enrolment wait."""

    municipality: Party


class EnrolmentDeclined(Event, type="kyodo.academy.enrolment-declined", words="所属団体が受講を見送った"):
    """Where the learner works it was not agreed to."""

    municipality: Party


class EnrolmentCancelled(Event, type="kyodo.academy.enrolment-cancelled", words="受講を取りやめた"):
    """The learner does not come."""

    municipality: Party


class AttendanceRecorded(Event, type="kyodo.academy.attendance-recorded", words="出席を記録した（{percent}％）"):
    """The learner was there, for that part of the session; again with a reason, where it was recorded wrongly."""

    municipality: Party
    percent: Percent
    reason_ja: Line | None


class AbsenceRecorded(Event, type="kyodo.academy.absence-recorded", words="欠席を記録した"):
    """The learner was not there."""

    municipality: Party
    reason_ja: Line | None


class WrongStep(Refused):
    status, type = 409, "enrolment-status-wrong"
    title = "That does not fit how the enrolment stands"
    detail = "The enrolment is '{current}'; this needs {needed}."
    remedy = "Look at the enrolment, and do first what is due."


class ReasonMissing(Refused):
    status, type = 422, "attendance-reason-missing"
    title = "A correction needs its reason"
    detail = "The attendance was recorded before, as something else."
    remedy = "Say why it is corrected."


@dataclass(frozen=True)
class Enrolment(Aggregate, category="enrolment"):
    """One learner for one session."""

    municipality: str = ""
    learner_id: str = ""
    session_id: str = ""
    applied_at: datetime | None = None
    step: Step | None = None
    percent: int = 0
    counted: bool = False

    @property
    def since(self) -> datetime:
        """When the learner applied. Raises NotFound."""
        if self.applied_at is None:
            raise NotFound(what="enrolment", id=self.id)
        return self.applied_at

    def apply(self, municipality: str, learner_id: str, session_id: str, now: datetime) -> Events:
        """Ask for a seat; anew after a cancellation, which begins at the end of the queue."""
        if self.step in (None, Step.CANCELLED):
            yield EnrolmentApplied(
                municipality=municipality, learner_id=learner_id, session_id=session_id, applied_at=now
            )

    def put_in(self, municipality: str, learner_id: str, session_id: str, now: datetime) -> Events:
        """Apply for a learner where the learner works, which is to agree at once; to agree where the learner applied.

        Raises EnrolledAlready, and WrongStep where it was decided that the learner does not come.
        """
        enrolled = self.step in (Step.NOMINATED, Step.ATTENDED, Step.ABSENT)
        require(not enrolled, EnrolledAlready())
        applied = [*self.apply(municipality, learner_id, session_id, now)]
        yield from applied
        yield from self.fold(applied).nominate(municipality)

    def nominate(self, municipality: str) -> Events:
        """Agree to it, where the learner works."""
        self.of(municipality)._require(Step.APPLIED, Step.NOMINATED)
        if self.step is Step.APPLIED:
            yield EnrolmentNominated(municipality=municipality)

    def decline(self, municipality: str) -> Events:
        """Not agree to it."""
        self.of(municipality)._require(Step.APPLIED, Step.DECLINED)
        if self.step is Step.APPLIED:
            yield EnrolmentDeclined(municipality=municipality)

    def cancel(self) -> Events:
        """Not come; always possible until an attendance is on record."""
        self._require(Step.APPLIED, Step.NOMINATED, Step.CANCELLED, Step.DECLINED)
        if self.step in (Step.APPLIED, Step.NOMINATED):
            yield EnrolmentCancelled(municipality=self.municipality)

    def attend(
        self, percent: int, reason_ja: str | None, project_id: str | None, course_id: str, held_on: date
    ) -> Events:
        """Record that the learner was there. A municipality's attendance is published, and charged where terms say so.

        An attendance is counted once, whatever part of the session it was.
        """
        self._require(Step.NOMINATED, Step.ATTENDED, Step.ABSENT)
        if (self.step, self.percent) == (Step.ATTENDED, percent):
            return
        require(self.step is Step.NOMINATED or reason_ja is not None, ReasonMissing())
        yield AttendanceRecorded(municipality=self.municipality, percent=percent, reason_ja=reason_ja)
        if project_id is not None and not self.counted and self.municipality != TOKYO:
            yield TrainingAttended(
                project_id=project_id,
                municipality=self.municipality,
                pseudonym=f"learner-{self.learner_id}",
                course_id=course_id,
                session_id=self.session_id,
                held_on=held_on,
            )

    def miss(self, reason_ja: str | None, project_id: str | None, held_on: date) -> Events:
        """Record that the learner was not there; what was published is taken back."""
        self._require(Step.NOMINATED, Step.ATTENDED, Step.ABSENT)
        if self.step is Step.ABSENT:
            return
        require(self.step is Step.NOMINATED or reason_ja is not None, ReasonMissing())
        yield AbsenceRecorded(municipality=self.municipality, reason_ja=reason_ja)
        if self.counted and project_id is not None:
            yield TrainingAttendanceCancelled(
                project_id=project_id,
                municipality=self.municipality,
                held_on=held_on,
                reason=reason_ja or CORRECTED_JA,
            )

    def of(self, municipality: str) -> Self:
        """The same. Raises NotFound for a learner who works elsewhere."""
        require(self.municipality == municipality, NotFound(what="enrolment", id=self.id))
        return self

    def _require(self, *needed: Step) -> None:
        require(self.step is not None, NotFound(what="enrolment", id=self.id))
        names = " or ".join(one.value for one in needed)
        require(self.step in needed, WrongStep(current=self.step.value if self.step else "", needed=names))

    @evolve
    def applied(self, event: EnrolmentApplied) -> Self:
        return replace(
            self,
            municipality=event.municipality,
            learner_id=event.learner_id,
            session_id=event.session_id,
            applied_at=event.applied_at,
            step=Step.APPLIED,
        )

    @evolve
    def nominated(self, event: EnrolmentNominated) -> Self:
        return replace(self, step=Step.NOMINATED)

    @evolve
    def declined(self, event: EnrolmentDeclined) -> Self:
        return replace(self, step=Step.DECLINED)

    @evolve
    def cancelled(self, event: EnrolmentCancelled) -> Self:
        return replace(self, step=Step.CANCELLED)

    @evolve
    def attended(self, event: AttendanceRecorded) -> Self:
        return replace(self, step=Step.ATTENDED, percent=event.percent)

    @evolve
    def missed(self, event: AbsenceRecorded) -> Self:
        return replace(self, step=Step.ABSENT, percent=0)

    @evolve
    def published(self, event: TrainingAttended) -> Self:
        return replace(self, counted=True)

    @evolve
    def taken_back(self, event: TrainingAttendanceCancelled) -> Self:
        return replace(self, counted=False)


def enrolment_id(session_id: str, learner_id: str) -> str:
    """The id of a learner's enrolment for a session: there is one, however often it is asked for."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:enrolment:{session_id}:{learner_id}"))
