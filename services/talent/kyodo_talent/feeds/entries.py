"""What stands in an expert's calendar, and the same as calendar programs read it (iCalendar, RFC 5545).

Nothing in it leads to the person: whoever finds the file learns that somebody works so much for a municipality.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kyodo_events.values.municipalities import by_code
from kyodo_platform import calendars
from kyodo_platform.calendars import CalendarEntry
from kyodo_talent.assignments.state import AssignmentStatus

TENTATIVE = frozenset({AssignmentStatus.PROPOSED, AssignmentStatus.HELD})


class EntryKind(StrEnum):
    """What an entry of a calendar is."""

    ASSIGNMENT = "assignment"
    ABSENCE = "absence"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"assignment": "従事", "absence": "不在"}[self.value]


@dataclass(frozen=True, slots=True)
class Entry:
    """Half-days for a municipality, some time between two days, or an absence on all of them."""

    kind: EntryKind
    entry_id: str
    from_day: date
    until_day: date
    municipality: str | None = None
    half_days: int | None = None
    status: AssignmentStatus | None = None

    @property
    def title_ja(self) -> str:
        """The entry in a few words."""
        if self.municipality is None or self.status is None:
            return self.kind.label_ja
        return f"{by_code(self.municipality).name_ja} {self.half_days}コマ（{self.status.label_ja}）"


def as_icalendar(entries: Sequence[Entry], now: datetime) -> bytes:
    """The calendar as a file, the same for the same entries and moment.

    Half-days are agreed by the month and not by the hour, so that an entry spans the days on which they may lie and
    blocks none of them; an absence does.
    """
    return calendars.as_icalendar(map(_shown, entries), now, service="talent", name_ja="協働 従事予定")


def _shown(entry: Entry) -> CalendarEntry:
    return CalendarEntry(
        key=entry.entry_id,
        begins=entry.from_day,
        ends=entry.until_day + timedelta(days=1),  # the first day that is none of it any more
        title_ja=entry.title_ja,
        tentative=entry.status in TENTATIVE,
        blocks=entry.kind is EntryKind.ABSENCE,
    )
