"""A course: announced to all municipalities, moved or cancelled until it begins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kyodo_academy.programmes.model import PROGRAMMES, ProgrammeCode
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.academy import CourseAnnounced
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event


class Status(StrEnum):
    """Whether a course takes place."""

    ANNOUNCED = "announced"  # 募集中
    CANCELLED = "cancelled"  # 中止


class CourseHasBegun(Refused):
    status, type = 409, "course-has-begun"
    title = "The course has begun"
    detail = "It began on {starts_on}: it can be neither moved nor cancelled."
    remedy = "Announce another course."


class CourseIsCancelled(Refused):
    status, type = 409, "course-is-cancelled"
    title = "The course is cancelled"
    remedy = "Announce another course."


class StartsTooEarly(Refused):
    status, type = 409, "starts-too-early"
    title = "A course starts on a day to come"
    detail = "{starts_on} is not after today, {today}."
    remedy = "Give a later day."


class CourseRescheduled(Event, type="kyodo.academy.course-rescheduled", words="開催日を{starts_on}に変更した"):
    """The course starts on another day."""

    starts_on: date


class CourseCancelled(Event, type="kyodo.academy.course-cancelled", words="開催を中止した"):
    """The course does not take place."""


@dataclass(frozen=True)
class Course(Aggregate, category="course"):
    """A course of one programme. `today` is always the day in Tokyo."""

    title_ja: str = ""
    programme: ProgrammeCode = ProgrammeCode.SHARED_TRAINING
    starts_on: date = date.min
    seats: int = 0
    status: Status = Status.ANNOUNCED

    @property
    def programme_ja(self) -> str:
        """The programme's Japanese name."""
        return PROGRAMMES[self.programme].name_ja

    # decisions

    def announce(self, title_ja: str, programme: ProgrammeCode, starts_on: date, seats: int, today: date) -> Events:
        require(starts_on > today, StartsTooEarly(starts_on=starts_on, today=today))
        yield CourseAnnounced(title_ja=title_ja, programme=programme, starts_on=starts_on, seats=seats)

    def reschedule(self, starts_on: date, today: date) -> Events:
        """Move the course to another day to come, also forward."""
        require(self.status is Status.ANNOUNCED, CourseIsCancelled())
        require(self.starts_on > today, CourseHasBegun(starts_on=self.starts_on))
        require(starts_on > today, StartsTooEarly(starts_on=starts_on, today=today))
        if starts_on != self.starts_on:
            yield CourseRescheduled(starts_on=starts_on)

    def cancel(self, today: date) -> Events:
        if self.status is Status.ANNOUNCED:
            require(self.starts_on > today, CourseHasBegun(starts_on=self.starts_on))
            yield CourseCancelled()

    # what events did

    @evolve
    def announced(self, event: CourseAnnounced) -> Self:
        programme = ProgrammeCode(event.programme)
        return replace(self, title_ja=event.title_ja, programme=programme, starts_on=event.starts_on, seats=event.seats)

    @evolve
    def rescheduled(self, event: CourseRescheduled) -> Self:
        return replace(self, starts_on=event.starts_on)

    @evolve
    def cancelled(self, event: CourseCancelled) -> Self:
        return replace(self, status=Status.CANCELLED)
