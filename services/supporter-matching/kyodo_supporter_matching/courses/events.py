"""What happens with a course, and what is refused."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import TOKYO, MunicipalityCode
from kyodo_events.values.texts import Code, Id, Line
from kyodo_events.values.value import Value
from kyodo_supporter_matching.programmes.values import Mode, VersionNumber
from kyodo_supporter_matching.sessions.values import Times

Seats = Annotated[int, Field(strict=True, ge=1, le=500, description="Trainees who can take part.")]
Enrolled = Annotated[int, Field(ge=0, le=500, description="Trainees enrolled by now.")]
Host = Annotated[MunicipalityCode | Literal["tokyo"], Field(description=f"A municipality's code, or {TOKYO}.")]


class CoursePlan(Value):
    """Which units of which version are taught, by whom, when and where."""

    programme_id: Id
    programme_version: VersionNumber
    units: Annotated[tuple[Code, ...], Field(min_length=1, max_length=30)]
    host: Host
    mode: Mode
    place_ja: Line | None = Field(default=None, description="Null where the course is online.")
    seats: Seats
    times: Times

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.units)) < len(self.units):
            raise ValueError("a unit is named twice: name each once")
        if (self.mode is Mode.FACE_TO_FACE) is (self.place_ja is None):
            raise ValueError("a course face to face has a place, and one online has none")
        return self


class TrainingCoursePlanned(
    Event,
    type="kyodo.supporter-matching.training-course-planned",
    words="研修を計画した（{plan.mode}、定員{plan.seats}名）",
):
    """Trainees can enrol from now on."""

    plan: CoursePlan


class TrainingCourseCancelled(
    Event, type="kyodo.supporter-matching.training-course-cancelled", words="研修を中止した（{reason_ja}）"
):
    """The course does not take place."""

    reason_ja: Line


class _OfEnrolment(Event):
    """Something about one trainee; the municipality is where the trainee is at home."""

    municipality: MunicipalityCode
    supporter_id: Id


class TrainingCourseEnrolled(
    _OfEnrolment, type="kyodo.supporter-matching.training-course-enrolled", words="受講者が申し込んだ（計{enrolled}名）"
):
    """The trainee has a seat."""

    enrolled: Enrolled


class TrainingCourseEnrolmentWithdrawn(
    _OfEnrolment,
    type="kyodo.supporter-matching.training-course-enrolment-withdrawn",
    words="受講者が申込みを取り消した（計{enrolled}名）",
):
    """The trainee's seat is free again."""

    enrolled: Enrolled


class TrainingCourseAttendanceRecorded(
    _OfEnrolment, type="kyodo.supporter-matching.training-course-attendance-recorded", words="受講者の出欠を記録した"
):
    """Whether the trainee was there."""

    attended: bool


class CourseInThePast(Refused):
    status, type = 422, "training-course-in-the-past"
    title = "The course would lie in the past (過去の日時)"
    detail = "It would begin at {starts_at}."
    remedy = "Plan it for a moment to come; check the date and the offset."


class CourseCancelledAlready(Refused):
    status, type = 409, "training-course-cancelled"
    title = "The course is cancelled (研修は中止)"
    detail = "The course {course_id} does not take place."
    remedy = "Choose another course of the same units."


class CourseHasBegun(Refused):
    status, type = 409, "training-course-begun"
    title = "The course has begun (開始後)"
    detail = "It began at {starts_at}."
    remedy = "Choose a course to come; of one that took place, record who attended."


class CourseNotBegun(Refused):
    status, type = 409, "training-course-not-begun"
    title = "The course has not begun (開始前)"
    detail = "It begins at {starts_at}."
    remedy = "Record who attended once it has begun."


class CourseIsFull(Refused):
    status, type = 409, "training-course-full"
    title = "The course is full (定員に達している)"
    detail = "All of its {seats} seats are taken."
    remedy = "Choose another course of the same units, or ask again: somebody may withdraw."


class AlreadyEnrolled(Refused):
    status, type = 409, "training-course-already-enrolled"
    title = "The trainee is enrolled already (申込み済み)"
    detail = "The supporter {supporter_id} has a seat in this course."
    remedy = "Nothing is to be done: the seat is kept."


class AttendanceStands(Refused):
    status, type = 409, "training-course-attendance-stands"
    title = "The attendance is recorded (出席は記録済み)"
    detail = "Units that were completed by it count already."
    remedy = "An absence can become an attendance, not the other way round."
