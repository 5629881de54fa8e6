"""Assignments of experts as they leave talent: for whom, in which form, how many half-days a month.

The stream, and so the key, is the assignment. Experts appear under their pseudonym alone.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event, Topic
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_events.values.value import Value

ASSIGNMENTS = Topic("kyodo.talent.assignments.v1")

Pseudonym = Annotated[
    str, Field(description="What the expert is called outside talent; it says nothing of the person.")
]


class EngagementForm(StrEnum):
    """In which legal form an expert works for a municipality."""

    CONCURRENT_POST = "concurrent_post"
    DISPATCH = "dispatch"
    OUTSOURCING = "outsourcing"
    FIXED_TERM = "fixed_term"
    HANDS_ON = "hands_on"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _FORMS_JA[self.value]


_FORMS_JA = {
    "concurrent_post": "併任",
    "dispatch": "派遣",
    "outsourcing": "業務委託",
    "fixed_term": "任期付",
    "hands_on": "伴走型支援",
}


class AssignmentLine(Value):
    """Half-days that the expert works for one municipality in one month."""

    municipality: MunicipalityCode
    month: Month
    half_days: Annotated[int, Field(strict=True, ge=1, le=62)]


class Ending(StrEnum):
    """How an assignment ended."""

    COMPLETED = "completed"
    TERMINATED = "terminated"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"completed": "完了", "terminated": "中途終了"}[self.value]


class AssignmentConfirmed(
    Event,
    type="kyodo.talent.assignment-confirmed",
    topic=ASSIGNMENTS,
    words="すべての関係者の承諾がそろい、{from_day}から{until_day}までの{form}が確定した",
):
    """Everybody agreed: the expert, the home organisation and every municipality. The time is promised."""

    pseudonym: Pseudonym
    project_id: Annotated[Id, Field(description="The joint project whose burden terms price the half-days.")]
    form: EngagementForm
    from_day: date
    until_day: date
    lines: tuple[AssignmentLine, ...]


class AssignmentEnded(
    Event,
    type="kyodo.talent.assignment-ended",
    topic=ASSIGNMENTS,
    words="{freed_from}以降の枠を解放して終了した（{ending}）",
):
    """An assignment ended: what was planned from a month on is free again, what was planned before it stays."""

    pseudonym: Pseudonym
    project_id: Id
    ending: Ending
    reason: Annotated[str | None, Field(description="A code of talent's list of reasons, where it ended early.")]
    freed_from: Month
    kept: tuple[AssignmentLine, ...]
    freed: tuple[AssignmentLine, ...]
