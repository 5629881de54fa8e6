"""What an online meeting with a precedent municipality is about, when it is, and how it stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from kyodo_academy.sources import Address
from kyodo_academy.visibility import TokyosVisibility, Visibility
from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.values.texts import Day, Id, Line
from kyodo_events.values.value import Value

EARLIEST = datetime.fromisoformat("2000-04-01T00:00:00+09:00")
LATEST = datetime.fromisoformat("2100-03-31T23:59:59+09:00")

Moment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST, examples=["2023-06-01T14:00:00+09:00"])]
LongText = Annotated[str, Field(min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]
QuestionNumber = Annotated[int, Field(ge=1, le=10_000, description="The place of a question in its meeting.")]
Seats = Annotated[int, Field(strict=True, ge=1, le=1_000)]


class MeetingStatus(StrEnum):
    """How far a meeting has come; it is held once it has minutes."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"planned": "予定", "held": "開催済み", "cancelled": "中止"}[self.value]


class ProgrammeItem(Value):
    """One part of a meeting."""

    title_ja: Line
    minutes: Annotated[int, Field(strict=True, ge=1, le=600)]
    by_ja: Line | None = Field(default=None, description="The office that speaks; name no person.")


class MeetingContent(Value):
    """The plan of a meeting."""

    title_ja: Line
    with_ja: Line = Field(description="The municipality or city whose precedent it is about.")
    precedent_ids: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    starts_at: Moment
    ends_at: Moment
    link: Address | None = Field(default=None, description="Where it takes place online; shown to officials alone.")
    programme: Annotated[tuple[ProgrammeItem, ...], Field(min_length=1, max_length=30)]
    register_until: Day
    seats: Seats | None = Field(default=None, description="How many officials may take part; null for any number.")
    visibility: TokyosVisibility

    @property
    def for_officials(self) -> Visibility:
        """By whom is read what only officials read of it, minutes and answers, even where the meeting is public."""
        return Visibility.OFFICIALS if self.visibility is Visibility.PUBLIC else self.visibility

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("the meeting ends before it begins")
        if self.register_until > tokyo_date(self.starts_at):
            raise ValueError("registration ends after the day of the meeting")
        if sum((timedelta(minutes=one.minutes) for one in self.programme), timedelta()) > self.ends_at - self.starts_at:
            raise ValueError("the programme is longer than the meeting")
        return self
