"""What is asked and answered about assignments. Half-days are whole; no text here names a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.contracts.talent_assignments import AssignmentLine, EngagementForm
from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Code, Day, Id, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_talent.assignments.events import DeclineReason, TerminationReason
from kyodo_talent.assignments.forms import FORMS, Engagement, Instructor
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.assignments.state import AssignmentStatus


class AssignmentIn(Body):
    """Who would work for whom, in which form, on which days and how much."""

    expert_id: Id
    project_id: Id = Field(description="The joint project whose burden terms price the half-days.")
    request_id: Id | None = Field(default=None, description="The request that it answers.")
    engagement: Engagement
    from_day: Day
    until_day: Day
    lines: Annotated[tuple[AssignmentLine, ...], Field(min_length=1, max_length=500)]


class ChecklistIn(Body):
    """Items of the form's checklist that are settled."""

    items: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]


class HoldIn(Body):
    """Until when everybody may agree: to the end of this day in Tokyo."""

    until: Day


class HomeAgreementIn(Body):
    """The document by which the home organisation agreed, or why it need not, such as for the self-employed."""

    reference: Line | None = None
    not_needed_ja: Line | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.reference is None) == (self.not_needed_ja is None):
            raise ValueError("name the document, or say why none is needed, and not both")
        return self


class DeclinationIn(Body):
    """Why not."""

    reason: DeclineReason


class TerminationIn(Body):
    """Why it ends early, and the first month that is free again."""

    reason: TerminationReason
    from_month: Month


class AssignmentOut(Resource):
    """An assignment. Its lines are asked separately: a municipality sees its own."""

    assignment_id: str
    expert_id: str
    pseudonym: str = Field(title="仮名")
    project_id: str
    request_id: str | None
    form: EngagementForm = Field(title="従事形態")
    instructed_by: Instructor = Field(title="指示する者")
    instructed_by_ja: str = Field(title="指示する者の職")
    from_day: date = Field(title="開始日")
    until_day: date = Field(title="終了日")
    status: AssignmentStatus = Field(title="状態", description="`lapsed`: the hold has expired.")
    expires_at: datetime | None = Field(title="仮押さえの期限")
    checklist_open: list[str] = Field(title="未確認の項目")
    missing: list[str] = Field(title="承諾待ち", description="`expert`, `home`, and codes of municipalities.")
    reason: str | None = Field(title="不成立・終了の理由")
    freed_from: Month | None = Field(title="枠を解放した月")

    @classmethod
    def at(cls, now: datetime, assignment: Assignment) -> Self:
        """The assignment as it stands at this moment, at which its hold may have expired."""
        return cls.of(assignment).model_copy(update={"status": assignment.status_at(now)})


class LineRow(Answer):
    """Half-days for one municipality in one month; none where the assignment ended before."""

    municipality: str = Field(title="団体コード")
    month: Month = Field(title="月")
    half_days: int = Field(title="コマ数")


class ChecklistItem(Answer):
    """What is to be settled before a municipality agrees."""

    code: str
    text_ja: str


class FormOut(Answer):
    """A form of engagement: who gives instructions in it, and what is settled before a municipality agrees."""

    form: EngagementForm
    label_ja: str
    instructors: list[Instructor]
    checklist: list[ChecklistItem]


def forms() -> Sequence[FormOut]:
    """All forms."""
    return [
        FormOut(
            form=form,
            label_ja=form.label_ja,
            instructors=sorted(rules.instructors),
            checklist=[ChecklistItem(code=code, text_ja=text) for code, text in rules.checklist.items()],
        )
        for form, rules in FORMS.items()
    ]
