"""What supporter matching publishes."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from kyodo_events.contracts.metered import Measure, MeasureOrNone, Metered
from kyodo_events.event import Event, Topic
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id, Line

SUPPORTERS = Topic("kyodo.supporter-matching.supporters.v1")
ATTENDANCES = Topic("kyodo.supporter-matching.attendances.v1")


class SupporterRegistered(
    Event, type="kyodo.supporter-matching.supporter-registered", topic=SUPPORTERS, words="スマホサポーターを登録した"
):
    """A smartphone supporter (TOKYOスマホサポーター) was registered, under a pseudonym."""

    pseudonym: str
    home_municipality: MunicipalityCode
    languages: tuple[str, ...]
    sessions_per_month: Annotated[int, Field(ge=1, le=62, description="How many sessions a month at most.")]


class SupporterAttended(
    Metered,
    type="kyodo.supporter-matching.supporter-attended",
    topic=ATTENDANCES,
    key="municipality",
    words="{municipality}の{held_on}の教室でサポーターが活動した",
):
    """A supporter helped at a session that a municipality held, for so many hours. The stream is the assignment."""

    meter: ClassVar[str] = "supporter_hours"

    pseudonym: str
    session_id: Id
    held_on: Day
    hours: Measure


class SupporterAttendanceCorrected(
    Metered,
    type="kyodo.supporter-matching.supporter-attendance-corrected",
    topic=ATTENDANCES,
    key="municipality",
    words="{municipality}の{held_on}の教室の活動時間を訂正した",
):
    """The hours of an attendance were corrected, whose stream this is; 0 takes it back."""

    meter: ClassVar[str] = "supporter_hours"

    held_on: Day
    hours_before: MeasureOrNone
    hours: MeasureOrNone
    reason: Line
