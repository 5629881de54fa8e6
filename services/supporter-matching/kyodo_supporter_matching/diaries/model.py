"""A supporter's diary: what the supporter accepted, and whether one more session fits.

Every decision about the time of one supporter is taken on this one stream, so that of two acceptances that meet the
second sees what the first did: no overlap, the way between two venues included, and never more than the month's limit.
The rules are those of matching (`matching.values`), so that what a round proposes can be accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, Self

from pydantic import AwareDatetime

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month, tokyo_date
from kyodo_events.values.texts import Id
from kyodo_events.values.value import Value
from kyodo_supporter_matching.matching.values import PER_DAY, Busy, clash
from kyodo_supporter_matching.supporters.parts import Conditions
from kyodo_supporter_matching.venues.values import Place

MINUTE: Final = 60


class Entry(Value):
    """One session that a supporter accepted: when and where."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime
    place: Place

    @property
    def day(self) -> date:
        """The day in Tokyo."""
        return tokyo_date(self.starts_at)

    @property
    def month(self) -> Month:
        """The month in Tokyo."""
        return Month.containing(self.starts_at)

    @property
    def minutes(self) -> tuple[int, int]:
        """From and until, as minutes of the day in Tokyo; beyond 1,440 after midnight."""
        begin = minute_of_day(self.starts_at)
        return begin, begin + int((self.ends_at - self.starts_at).total_seconds()) // MINUTE

    @property
    def busy(self) -> Busy:
        """As matching sees it."""
        return Busy(
            starts=minutes_since_1970(self.starts_at),
            ends=minutes_since_1970(self.ends_at),
            day=self.day.toordinal(),
            month=str(self.month),
            latitude=self.place.latitude,
            longitude=self.place.longitude,
        )


class TimePromised(
    Event, type="kyodo.supporter-matching.time-promised", words="{entry.starts_at}からの参加を予定に入れた"
):
    """A supporter accepted a session."""

    assignment_id: Id
    entry: Entry


class TimeReleased(Event, type="kyodo.supporter-matching.time-released", words="参加の予定を外した"):
    """The time is free again."""

    assignment_id: Id


class NoTime(Refused):
    status, type = 409, "supporter-has-no-time"
    title = "The session does not fit the supporter's diary (予定が重複または上限超過)"
    detail = "{why}"
    remedy = "Choose another session, or change the hours and limits that the supporter has stated."


@dataclass(frozen=True)
class Diary(Aggregate, category="diary"):
    """What is promised, by assignment. The stream is the supporter's id."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def promise(self, assignment_id: str, entry: Entry, conditions: Conditions) -> Events:
        """Promise the time of a session."""
        if assignment_id in self.entries:
            return
        begin, end = entry.minutes
        fits = any(first <= begin and last >= end for first, last in conditions.on(entry.day))
        require(fits, NoTime(why="It is outside the hours that the supporter has stated."))
        there = [other for other in self.entries.values() if other.day == entry.day]
        require(len(there) < PER_DAY, NoTime(why=f"The supporter has {PER_DAY} sessions on that day already."))
        meets = any(clash(other.busy, entry.busy) for other in self.entries.values())
        require(not meets, NoTime(why="It overlaps another session, or the way between the two takes too long."))
        in_month = sum(other.month == entry.month for other in self.entries.values())
        most = conditions.sessions_per_month
        require(in_month < most, NoTime(why=f"The supporter's limit of {most} sessions in {entry.month} is reached."))
        yield TimePromised(assignment_id=assignment_id, entry=entry)

    def release(self, assignment_id: str) -> Events:
        """Give the time of a session back."""
        if assignment_id in self.entries:
            yield TimeReleased(assignment_id=assignment_id)

    @evolve
    def promised(self, event: TimePromised) -> Self:
        return replace(self, entries={**self.entries, event.assignment_id: event.entry})

    @evolve
    def released(self, event: TimeReleased) -> Self:
        return replace(self, entries={one: entry for one, entry in self.entries.items() if one != event.assignment_id})


def minutes_since_1970(moment: datetime) -> int:
    """Whole minutes."""
    return int(moment.timestamp()) // MINUTE


def minute_of_day(moment: datetime) -> int:
    """The minute of the day in Tokyo."""
    return (minutes_since_1970(moment) + 9 * 60) % 1440
