"""A course: planned, enrolled in within its seats, attended; or cancelled.

Its seats are decided on its own stream, so that of two trainees who ask for the last one at the same moment one is told
that the course is full.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require
from kyodo_supporter_matching.courses.events import (
    AlreadyEnrolled,
    AttendanceStands,
    CourseCancelledAlready,
    CourseHasBegun,
    CourseInThePast,
    CourseIsFull,
    CourseNotBegun,
    CoursePlan,
    TrainingCourseAttendanceRecorded,
    TrainingCourseCancelled,
    TrainingCourseEnrolled,
    TrainingCourseEnrolmentWithdrawn,
    TrainingCoursePlanned,
)
from kyodo_supporter_matching.programmes.model import require_units
from kyodo_supporter_matching.programmes.values import Content


class EnrolmentStatus(StrEnum):
    """How a trainee stands to a course."""

    ENROLLED = "enrolled"
    WITHDRAWN = "withdrawn"
    ATTENDED = "attended"
    ABSENT = "absent"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"enrolled": "申込済み", "withdrawn": "取消", "attended": "出席", "absent": "欠席"}[self.value]


@dataclass(frozen=True)
class Course(Aggregate, category="training-course"):
    """One course. `enrolled` are those who have a seat, with the municipality where each is at home."""

    plan: CoursePlan | None = None
    cancelled: bool = False
    enrolled: Mapping[str, str] = field(default_factory=dict)
    attended: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()

    @property
    def planned(self) -> CoursePlan:
        """Which units of what are taught when."""
        assert self.plan is not None  # noqa: S101 - a course begins with it
        return self.plan

    # decisions

    def begin(self, plan: CoursePlan, content: Content, now: datetime) -> Events:
        """Plan it, for units of a published version."""
        require_units(content, plan.units, plan.mode)
        require(plan.times.starts_at > now, CourseInThePast(starts_at=plan.times.starts_at))
        yield TrainingCoursePlanned(plan=plan)

    def enrol(self, supporter_id: str, municipality: str, now: datetime) -> Events:
        """Give a seat to a trainee."""
        self._require_to_come(now)
        require(supporter_id not in self.enrolled, AlreadyEnrolled(supporter_id=supporter_id))
        require(len(self.enrolled) < self.planned.seats, CourseIsFull(seats=self.planned.seats))
        count = len(self.enrolled) + 1
        yield TrainingCourseEnrolled(municipality=municipality, supporter_id=supporter_id, enrolled=count)

    def withdraw(self, supporter_id: str, now: datetime) -> Events:
        """Free the seat, before the course begins."""
        self._require_to_come(now)
        home, count = self._home_of(supporter_id), len(self.enrolled) - 1
        yield TrainingCourseEnrolmentWithdrawn(municipality=home, supporter_id=supporter_id, enrolled=count)

    def record_attendance(self, supporter_id: str, *, attended: bool, now: datetime) -> Events:
        """Note whether a trainee was there, once it has begun."""
        self._require_on()
        home, starts_at = self._home_of(supporter_id), self.planned.times.starts_at
        require(starts_at <= now, CourseNotBegun(starts_at=starts_at))
        require(attended or supporter_id not in self.attended, AttendanceStands())
        if supporter_id not in (self.attended if attended else self.absent):
            yield TrainingCourseAttendanceRecorded(municipality=home, supporter_id=supporter_id, attended=attended)

    def cancel(self, reason_ja: str, now: datetime) -> Events:
        """Let it not take place."""
        if not self.cancelled:
            self._require_to_come(now)
            yield TrainingCourseCancelled(reason_ja=reason_ja)

    def _require_on(self) -> None:
        require(not self.cancelled, CourseCancelledAlready(course_id=self.id))

    def _require_to_come(self, now: datetime) -> None:
        self._require_on()
        starts_at = self.planned.times.starts_at
        require(now < starts_at, CourseHasBegun(starts_at=starts_at))

    def _home_of(self, supporter_id: str) -> str:
        require(supporter_id in self.enrolled, NotFound(what="enrolment", id=supporter_id))
        return self.enrolled[supporter_id]

    # what events did

    @evolve
    def was_planned(self, event: TrainingCoursePlanned) -> Self:
        return replace(self, plan=event.plan)

    @evolve
    def was_cancelled(self, event: TrainingCourseCancelled) -> Self:
        return replace(self, cancelled=True)

    @evolve
    def trainee_enrolled(self, event: TrainingCourseEnrolled) -> Self:
        return replace(self, enrolled={**self.enrolled, event.supporter_id: event.municipality})

    @evolve
    def trainee_withdrew(self, event: TrainingCourseEnrolmentWithdrawn) -> Self:
        left = {one: home for one, home in self.enrolled.items() if one != event.supporter_id}
        return replace(self, enrolled=left)

    @evolve
    def attendance_recorded(self, event: TrainingCourseAttendanceRecorded) -> Self:
        who = {event.supporter_id}
        if event.attended:
            return replace(self, attended=self.attended | who, absent=self.absent - who)
        return replace(self, absent=self.absent | who)
