"""A course: proposed, announced to all municipalities, moved or cancelled until it begins; its contents in versions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kyodo_academy.courses.contents import ChangeNotTold, Contents, ContentsNumber, PrerequisiteCircle
from kyodo_academy.programmes.model import PROGRAMMES, ProgrammeCode
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.academy import CourseAnnounced
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.skills import SkillRef
from kyodo_events.values.texts import Line


class Status(StrEnum):
    """Whether a course takes place."""

    PROPOSED = "proposed"
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"
    DROPPED = "dropped"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"proposed": "意向調査中", "announced": "募集中", "cancelled": "中止", "dropped": "見送り"}[self.value]


class CourseHasSessions(Refused):
    status, type = 409, "course-has-sessions"
    title = "Sessions of the course are still to be held (開催予定の回がある)"
    detail = "{sessions} sessions are planned or open."
    remedy = "Cancel these sessions first: whoever is enrolled is told by it."


class CourseHasBegun(Refused):
    status, type = 409, "course-has-begun"
    title = "The course has begun"
    detail = "It began on {starts_on}: it can be neither moved nor cancelled."
    remedy = "Announce another course."


class CourseIsCancelled(Refused):
    status, type = 409, "course-is-cancelled"
    title = "The course is cancelled"
    remedy = "Announce another course."


class CourseHasNoDate(Refused):
    status, type = 409, "course-has-no-date"
    title = "The course has no date yet (日程未定)"
    detail = "It is proposed, and collects interest."
    remedy = "Announce it with a date, or give the proposal up."


class CourseNotProposed(Refused):
    status, type = 409, "course-not-proposed"
    title = "The course is not one without a date (意向調査中でない)"
    detail = "The course is '{current}'; this needs one that is proposed."
    remedy = "Look at the course."


class StartsTooEarly(Refused):
    status, type = 409, "starts-too-early"
    title = "A course starts on a day to come"
    detail = "{starts_on} is not after today, {today}."
    remedy = "Give a later day."


class CourseProposed(Event, type="kyodo.academy.course-proposed", words="研修「{title_ja}」の意向調査を始めた"):
    """A course without a date collects interest."""

    title_ja: Line
    programme: ProgrammeCode


class CourseProposalDropped(Event, type="kyodo.academy.course-proposal-dropped", words="開催を見送った（{reason_ja}）"):
    """A course without a date is not to take place."""

    reason_ja: Line


class CourseContentsWritten(
    Event, type="kyodo.academy.course-contents-written", words="講座内容を第{number}版とした（変更点：{changed_ja}）"
):
    """What the course is about, from now on; title and programme stand here for whoever looks for the course."""

    number: ContentsNumber
    title_ja: Line
    programme: ProgrammeCode
    contents: Contents
    changed_ja: Line | None


class CourseRescheduled(Event, type="kyodo.academy.course-rescheduled", words="開催日を{starts_on}に変更した"):
    """The course starts on another day."""

    starts_on: date


class CourseCancelled(Event, type="kyodo.academy.course-cancelled", words="開催を中止した"):
    """The course does not take place."""


@dataclass(frozen=True)
class Course(Aggregate, category="course"):
    """A course of one programme. `today` is always the day in Tokyo; `versions` are its contents, the first one first.

    Without a date it has no day and no seats.
    """

    title_ja: str = ""
    programme: ProgrammeCode = ProgrammeCode.SHARED_TRAINING
    starts_on: date | None = None
    seats: int | None = None
    status: Status | None = None
    versions: tuple[Contents, ...] = ()

    @property
    def programme_ja(self) -> str:
        """The programme's Japanese name."""
        return PROGRAMMES[self.programme].name_ja

    @property
    def contents_version(self) -> int:
        """The number of the contents as they stand; 0 where nothing was written yet."""
        return len(self.versions)

    @property
    def skills(self) -> tuple[SkillRef, ...]:
        """The skills that the course teaches."""
        return self.versions[-1].skills if self.versions else ()

    def contents(self, number: int) -> Contents:
        """One version of the contents. Raises NotFound."""
        require(1 <= number <= len(self.versions), NotFound(what="version of the contents", id=str(number)))
        return self.versions[number - 1]

    # decisions

    def propose(
        self, title_ja: str, programme: ProgrammeCode, contents: Contents, required_before: Collection[str]
    ) -> Events:
        """Ask who would come, before there is a date."""
        proposed = CourseProposed(title_ja=title_ja, programme=programme)
        yield proposed
        yield from self.fold([proposed]).write_contents(contents, None, required_before)

    def announce(self, title_ja: str, programme: ProgrammeCode, starts_on: date, seats: int, today: date) -> Events:
        require(starts_on > today, StartsTooEarly(starts_on=starts_on, today=today))
        yield CourseAnnounced(title_ja=title_ja, programme=programme, starts_on=starts_on, seats=seats)

    def announce_proposed(self, starts_on: date, seats: int, today: date) -> Events:
        """Give a proposed course a date. Who was interested is told."""
        self.require_proposed()
        yield from self.announce(self.title_ja, self.programme, starts_on, seats, today)

    def drop(self, reason_ja: str) -> Events:
        """Give up a course without a date."""
        if self.status is not Status.DROPPED:
            self.require_proposed()
            yield CourseProposalDropped(reason_ja=reason_ja)

    def write_contents(self, contents: Contents, changed_ja: str | None, required_before: Collection[str]) -> Events:
        """Say what it is about, or what changed in that. `required_before` is all that the prerequisites lead back to.

        Sessions stay with the version that they were planned with.
        """
        self.require_alive()
        if contents in self.versions[-1:]:
            return
        require(changed_ja is not None or not self.versions, ChangeNotTold())
        require(self.id not in required_before, PrerequisiteCircle(course_id=self.id))
        yield CourseContentsWritten(
            number=len(self.versions) + 1,
            title_ja=self.title_ja,
            programme=self.programme,
            contents=contents,
            changed_ja=changed_ja,
        )

    def reschedule(self, starts_on: date, today: date) -> Events:
        """Move the course to another day to come, also forward."""
        self.require_dated()
        self._require_to_come(today)
        require(starts_on > today, StartsTooEarly(starts_on=starts_on, today=today))
        if starts_on != self.starts_on:
            yield CourseRescheduled(starts_on=starts_on)

    def cancel(self, today: date, sessions: int = 0) -> Events:
        """Let the course not take place, once none of its sessions is planned or open."""
        if self.status is not Status.CANCELLED:
            self.require_dated()
            self._require_to_come(today)
            require(sessions == 0, CourseHasSessions(sessions=sessions))
            yield CourseCancelled()

    def require_proposed(self) -> Self:
        """The same, without a date. Raises CourseNotProposed."""
        require(self.status is Status.PROPOSED, CourseNotProposed(current=self.status))
        return self

    def require_alive(self) -> Self:
        """The same. Raises CourseIsCancelled for one that does not take place."""
        require(self.status in (Status.PROPOSED, Status.ANNOUNCED), CourseIsCancelled())
        return self

    def require_dated(self) -> Self:
        """The same, announced with a date. Raises CourseIsCancelled, CourseHasNoDate."""
        require(self.require_alive().status is Status.ANNOUNCED, CourseHasNoDate())
        return self

    def _require_to_come(self, today: date) -> None:
        to_come = self.starts_on is not None and self.starts_on > today
        require(to_come, CourseHasBegun(starts_on=self.starts_on))

    # what events did

    @evolve
    def proposed(self, event: CourseProposed) -> Self:
        return replace(self, title_ja=event.title_ja, programme=event.programme, status=Status.PROPOSED)

    @evolve
    def dropped(self, event: CourseProposalDropped) -> Self:
        return replace(self, status=Status.DROPPED)

    @evolve
    def announced(self, event: CourseAnnounced) -> Self:
        state = replace(self, title_ja=event.title_ja, programme=ProgrammeCode(event.programme), seats=event.seats)
        return replace(state, starts_on=event.starts_on, status=Status.ANNOUNCED)

    @evolve
    def contents_written(self, event: CourseContentsWritten) -> Self:
        return replace(self, versions=(*self.versions, event.contents))

    @evolve
    def rescheduled(self, event: CourseRescheduled) -> Self:
        return replace(self, starts_on=event.starts_on)

    @evolve
    def cancelled(self, event: CourseCancelled) -> Self:
        return replace(self, status=Status.CANCELLED)
