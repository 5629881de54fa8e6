"""What happens to a request for training, and what is refused. Nothing of what was written stands in the words."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from kyodo_academy.courses.contents import ContentsNumber
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id, Line, Text
from kyodo_events.values.value import Value

MOST_SESSIONS: Final = 50

People = Annotated[int, Field(strict=True, ge=1, le=10_000, examples=[30])]


class _InDays(Value):
    """Something within a window of days, both included."""

    from_day: Day
    until_day: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_day > self.until_day:
            raise ValueError("the period ends before it begins: exchange the two days")
        return self


class Wishes(_InDays):
    """What a municipality asks for."""

    title_ja: Line
    situation_ja: Annotated[Text, Field(min_length=1)]
    wishes_ja: Annotated[Text, Field(min_length=1)]
    people: People


class TrainingPlan(_InDays):
    """What Tokyo proposes: the course it is a session of, what is taught in it, when, and by whom."""

    course_id: Id
    contents_version: ContentsNumber | None = Field(
        default=None, description="Of the course's contents, where they are taught as they stand."
    )
    contents_ja: Annotated[Text, Field(min_length=1)]
    lecturer_ja: Line = Field(description="A firm, an office or a role; no name.")


class TrainingRequested(Event, type="kyodo.academy.training-requested", words="研修を依頼した"):
    """A municipality asks for training that is made for it."""

    municipality: MunicipalityCode
    wishes: Wishes


class TrainingRequestRevised(Event, type="kyodo.academy.training-request-revised", words="依頼内容を変更した"):
    """The municipality asks for something else."""

    municipality: MunicipalityCode
    wishes: Wishes


class TrainingPlanned(Event, type="kyodo.academy.training-planned", words="実施案を示した"):
    """Tokyo proposes how it could be; in place of what it proposed before."""

    municipality: MunicipalityCode
    plan: TrainingPlan


class TrainingPlanSentBack(Event, type="kyodo.academy.training-plan-sent-back", words="実施案を差し戻した"):
    """The municipality wants it otherwise."""

    municipality: MunicipalityCode
    reason_ja: Line


class TrainingPlanAgreed(Event, type="kyodo.academy.training-plan-agreed", words="実施案に合意した"):
    """The municipality wants it as it is proposed."""

    municipality: MunicipalityCode


class TrainingSessionLinked(Event, type="kyodo.academy.training-session-linked", words="研修の開催回を登録した"):
    """One more session is one of those that were agreed; all of them, the new one last."""

    municipality: MunicipalityCode
    session_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_SESSIONS)]


class TrainingHeld(Event, type="kyodo.academy.training-held", words="依頼された研修を実施した"):
    """The training that was asked for took place."""

    municipality: MunicipalityCode


class TrainingRequestWithdrawn(Event, type="kyodo.academy.training-request-withdrawn", words="依頼を取り下げた"):
    """The municipality asks no more."""

    municipality: MunicipalityCode
    reason_ja: Line


class TrainingRequestDeclined(Event, type="kyodo.academy.training-request-declined", words="依頼を見送った"):
    """Tokyo cannot do it."""

    municipality: MunicipalityCode
    reason_ja: Line


class WrongTrainingStep(Refused):
    status, type = 409, "training-request-status-wrong"
    title = "That does not fit how the request stands (依頼の状態の不一致)"
    detail = "The request is '{current}'; this needs {needed}."
    remedy = "Look at the request, and do first what is due."


class PeriodOver(Refused):
    status, type = 409, "training-period-over"
    title = "The period is over (実施時期が過去)"
    detail = "It ends on {until_day}, before today, {today}."
    remedy = "Give a period to come."


class CourseOfAnotherProgramme(Refused):
    status, type = 409, "course-of-another-programme"
    title = "Training on request is of its own programme (カスタマイズ研修以外の講座)"
    detail = "The course {course_id} belongs to {programme}."
    remedy = "Announce or propose a course of the programme customised_training, which may have the same contents."


class SessionOfAnotherCourse(Refused):
    status, type = 409, "session-of-another-course"
    title = "The session is not of the course that was agreed (合意した講座と異なる開催回)"
    detail = "It is of the course {course_id}; agreed was {agreed}."
    remedy = "Link a session of the agreed course."


class SessionLinkedElsewhere(Refused):
    status, type = 409, "session-linked-elsewhere"
    title = "The session is another request's (他の依頼の開催回)"
    detail = "The session {session_id} was linked to another request."
    remedy = "Plan a session for this request."


class SessionsNotHeld(Refused):
    status, type = 409, "training-sessions-not-held"
    title = "Not all sessions took place (未実施の開催回がある)"
    detail = "{held} of {linked} sessions were held; the others must be held or cancelled, and one held at least."
    remedy = "Record each session as held, or cancel it."
