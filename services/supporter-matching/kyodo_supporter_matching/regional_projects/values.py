"""What projects by region are described by: a plan, how far it has come, and results by half of a fiscal year."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.texts import Day, Line, Text
from kyodo_events.values.value import Value

MOST_ANSWERS: Final = 100

Half = Annotated[int, Field(ge=1, le=2, description="1: April to September (上期), 2: October to March (下期).")]
Held = Annotated[int, Field(strict=True, ge=0, le=10_000, description="Sessions.")]
Reached = Annotated[int, Field(strict=True, ge=0, le=1_000_000, description="People; they are only counted.")]
Words = Annotated[Text, Field(min_length=1, description="Write no names.")]
Link = Annotated[
    str,
    Field(
        max_length=500,
        pattern=r"^https://[A-Za-z0-9.\-]+(:[0-9]{1,5})?(/[!-~]*)?$",
        examples=["https://www.example.jp/guideline/1.pdf"],
    ),
]


class ProjectStatus(StrEnum):
    """How far a project has come."""

    PROPOSED = "proposed"
    SUPPORTED = "supported"
    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _PROJECTS_JA[self.value]


_PROJECTS_JA = {
    "proposed": "提案中",
    "supported": "支援決定",
    "running": "実施中",
    "completed": "完了",
    "stopped": "中止",
}


class ConsultationStatus(StrEnum):
    """How far a consultation has come."""

    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"asked": "回答待ち", "answered": "回答済み", "closed": "終了"}[self.value]


class ProjectPlan(Value):
    """What a municipality means to do."""

    title_ja: Line
    goal_ja: Words
    target_group_ja: Line = Field(description="Whom it is for, such as 75歳以上の一人暮らし.")
    measures: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]
    planned_sessions: Held
    starts_on: Day
    ends_on: Day


class Result(Value):
    """What came of a project in half a fiscal year."""

    sessions: Held
    people: Reached
    what_worked_ja: Words


class Guideline(Value):
    """One edition of a guideline document."""

    title_ja: Line
    edition: Line = Field(description="The version printed on it, such as 第2版.")
    published_on: Day
    url: Link


def half_of(fiscal_year: FiscalYear, half: int) -> tuple[date, date]:
    """The first and the last day of half a fiscal year."""
    first, last = (1, 6) if half == 1 else (7, 12)
    return fiscal_year.month(first).first_day, fiscal_year.month(last).last_day
