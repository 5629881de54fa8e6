"""Half-days of work, and how far a log has come."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from kyodo_events.contracts.metered import MAX_METERED
from kyodo_events.values.texts import Day, Line
from kyodo_events.values.value import Value

MOST_ENTRIES: Final = 62  # two halves of each day


class Half(StrEnum):
    """Which half of a day."""

    AM = "am"
    PM = "pm"


class Activity(StrEnum):
    """What was done."""

    CONSULTING = "consulting"
    PLANNING = "planning"
    BUILDING = "building"
    TRAINING = "training"
    MEETING = "meeting"
    PREPARATION = "preparation"


class Entry(Value):
    """One half-day of work. The note is the municipality's to read: write no names."""

    day: Day
    half: Half
    activity: Activity
    note_ja: Annotated[Line | None, Field(description="What was done, without anybody's name.")] = None

    @property
    def place(self) -> tuple[str, str]:
        """Day and half: an expert works in one place at a time."""
        return self.day.isoformat(), self.half.value


HalfDaysWorked = Annotated[int, Field(strict=True, ge=0, le=MAX_METERED, description="Half-days; 0 takes all back.")]


class LogStatus(StrEnum):
    """How far a log has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    LOCKED = "locked"
    ADJUSTED = "adjusted"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _STATUS_JA[self.value]


_STATUS_JA = {
    "draft": "作成中",
    "submitted": "提出済み",
    "returned": "差戻し",
    "approved": "承認済み",
    "locked": "確定",
    "adjusted": "訂正済み",
}


class Side(StrEnum):
    """Who proposes something; the other one agrees."""

    EXPERT = "expert"
    MUNICIPALITY = "municipality"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"expert": "専門人材", "municipality": "団体"}[self.value]
