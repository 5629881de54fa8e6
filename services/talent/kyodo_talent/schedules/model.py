"""An expert's schedule: the one place where it is decided what of the expert's time is promised.

Every decision about the time of one expert is taken on this one stream, so that of two that meet the second sees what
the first did (docs/decisions/0026-one-stream-decides-an-experts-time.md). A hold that has expired counts for nothing;
a decision that relies on that says so first, by HoldLapsed, so that no later one can count on it after all, whatever
its clock shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import Month
from kyodo_talent.schedules.capacity import Demand, excess, room, window
from kyodo_talent.schedules.events import (
    AbsenceAdded,
    AbsenceRemoved,
    CapacityBelowCommitments,
    CapacityExceeded,
    CapacitySet,
    HoldConfirmed,
    HoldGone,
    HoldLapsed,
    HoldPlaced,
    HoldReleased,
    MonthIsOver,
    ScheduleBegun,
)
from kyodo_talent.schedules.values import Absence, MonthHalfDays, Planned, by_month


@dataclass(frozen=True)
class Capacity:
    """Half-days by month: a number, other ones that held before, and months that differ."""

    half_days_per_month: int = 0
    exceptions: Mapping[Month, int] = field(default_factory=dict)
    earlier: Mapping[Month, int] = field(default_factory=dict)  # by the last month in which it held, in order of time

    @classmethod
    def of(
        cls, half_days_per_month: int, exceptions: Iterable[MonthHalfDays], earlier: Iterable[MonthHalfDays]
    ) -> Self:
        """From what events and rows hold."""
        return cls(
            half_days_per_month,
            {one.month: one.half_days for one in exceptions},
            {one.month: one.half_days for one in earlier},
        )

    def in_month(self, month: Month) -> int:
        """The half-days of a month."""
        if month in self.exceptions:
            return self.exceptions[month]
        held = (half_days for until, half_days in self.earlier.items() if month <= until)
        return next(held, self.half_days_per_month)


@dataclass(frozen=True)
class Hold:
    """Half-days by month, to be worked from one day to another; confirmed where it does not expire."""

    lines: Mapping[Month, int]
    from_day: date
    until_day: date
    expires_at: datetime | None

    @property
    def is_confirmed(self) -> bool:
        """Whether it is promised for good."""
        return self.expires_at is None

    def has_lapsed(self, now: datetime) -> bool:
        """Whether it counts for nothing any more."""
        return self.expires_at is not None and self.expires_at <= now

    def demand(self, month: Month) -> Demand:
        """What it asks of a month."""
        first, last = window(month, self.from_day, self.until_day)
        return Demand(first, last, self.lines[month])


@dataclass(frozen=True)
class Schedule(Aggregate, category="schedule"):
    """The time of the expert of the same id: capacity, absences, and holds by id."""

    capacity: Capacity = field(default_factory=Capacity)
    absences: tuple[Absence, ...] = ()
    absences_so_far: int = 0
    holds: Mapping[str, Hold] = field(default_factory=dict)

    @property
    def expert_id(self) -> str:
        """Whose time it is."""
        return self.id

    @property
    def half_days_per_month(self) -> int:
        """The capacity of a month that is no exception."""
        return self.capacity.half_days_per_month

    @property
    def exceptions(self) -> list[MonthHalfDays]:
        """The months that differ."""
        return _rows(self.capacity.exceptions)

    # what the expert has

    def begin(self, half_days_per_month: int) -> Events:
        """Keep the expert's time from now on."""
        yield ScheduleBegun(half_days_per_month=half_days_per_month)

    def set_capacity(self, half_days_per_month: int, exceptions: Sequence[MonthHalfDays], now: datetime) -> Events:
        """Set the time that the expert has from this month on; `exceptions` are the months to come that differ."""
        this_month, before = Month.containing(now), self.capacity
        given = {one.month: one.half_days for one in exceptions}
        for month, half_days in given.items():
            known = before.exceptions.get(month) == half_days
            require(month >= this_month or known, MonthIsOver(month=month, first=this_month))
        past = {month: half_days for month, half_days in before.exceptions.items() if month < this_month}
        earlier, last_month = dict(before.earlier), this_month.previous()
        if half_days_per_month != before.half_days_per_month and last_month not in earlier:
            earlier[last_month] = before.half_days_per_month
        after = Capacity(half_days_per_month, dict(sorted((past | given).items())), dict(sorted(earlier.items())))
        if (after.half_days_per_month, after.exceptions) == (before.half_days_per_month, before.exceptions):
            return
        yield from self._lapsed(now)
        self._keeps_commitments(after, self.absences, now)
        yield CapacitySet(
            half_days_per_month=half_days_per_month,
            exceptions=tuple(_rows(after.exceptions)),
            earlier=tuple(_rows(after.earlier)),
        )

    def add_absence(self, from_day: date, until_day: date, now: datetime) -> Events:
        """The expert will be absent on these days, both included."""
        self._not_over(from_day, now)
        if any(one.from_day == from_day and one.until_day == until_day for one in self.absences):
            return
        added = Absence(number=self.absences_so_far + 1, from_day=from_day, until_day=until_day)
        yield from self._lapsed(now)
        self._keeps_commitments(self.capacity, (*self.absences, added), now)
        yield AbsenceAdded(from_day=from_day, until_day=until_day, absences=(*self.absences, added))

    def remove_absence(self, number: int, now: datetime) -> Events:
        """The expert will be there after all; absences of months that are over stay."""
        removed = next((one for one in self.absences if one.number == number), None)
        if removed is None:
            raise NotFound(what="absence", id=number)
        self._not_over(removed.from_day, now)
        rest = tuple(one for one in self.absences if one.number != number)
        yield AbsenceRemoved(from_day=removed.from_day, until_day=removed.until_day, absences=rest)

    # what is promised of it

    def hold(
        self,
        hold_id: str,
        lines: Sequence[Planned],
        from_day: date,
        until_day: date,
        expires_at: datetime,
        now: datetime,
    ) -> Events:
        """Hold half-days until a moment, as far as they are free; the same again with another moment moves that."""
        wanted, live = Hold(by_month(lines), from_day, until_day, expires_at), self._live(now)
        held = live.get(hold_id)
        if held is not None and (held == wanted or held.is_confirmed):
            return  # what is promised for good never expires again
        yield from self._lapsed(now)
        others = {id_: hold for id_, hold in live.items() if id_ != hold_id}
        shortages = [
            f"{month}: {half_days} half-days asked, {free} free"
            for month, half_days in wanted.lines.items()
            if (free := self._room(wanted.demand(month), month, others)) < half_days
        ]
        require(not shortages, CapacityExceeded(shortage="; ".join(shortages)))
        yield HoldPlaced(
            hold_id=hold_id,
            lines=tuple(_rows(wanted.lines)),
            from_day=from_day,
            until_day=until_day,
            expires_at=expires_at,
        )

    def confirm_hold(self, hold_id: str, now: datetime) -> Events:
        """Promise for good what is held."""
        hold = self._live(now).get(hold_id)
        if hold is None:
            raise HoldGone(hold_id=hold_id)
        if not hold.is_confirmed:
            yield HoldConfirmed(hold_id=hold_id)

    def release(self, hold_id: str, from_month: Month | None = None) -> Events:
        """Free what is held or confirmed: all of it, or the months from one on."""
        hold = self.holds.get(hold_id)
        months = tuple(month for month in hold.lines if from_month is None or from_month <= month) if hold else ()
        if months:
            yield HoldReleased(hold_id=hold_id, months=months)

    # how decisions look at it

    def demands(self, month: Month, holds: Mapping[str, Hold]) -> list[Demand]:
        """What these holds ask of a month."""
        return [hold.demand(month) for hold in holds.values() if month in hold.lines]

    def _live(self, now: datetime) -> dict[str, Hold]:
        return {id_: hold for id_, hold in self.holds.items() if not hold.has_lapsed(now)}

    def _lapsed(self, now: datetime) -> Iterator[HoldLapsed]:
        for hold_id, hold in self.holds.items():
            if hold.has_lapsed(now):
                yield HoldLapsed(hold_id=hold_id)

    def _room(self, asked: Demand, month: Month, others: Mapping[str, Hold]) -> int:
        capacity = self.capacity.in_month(month)
        return room(month, asked.first, asked.last, self.demands(month, others), capacity, self.absences)

    def _keeps_commitments(self, capacity: Capacity, absences: Sequence[Absence], now: datetime) -> None:
        """Raises CapacityBelowCommitments where a month to come would hold more than this allows."""
        live, this_month = self._live(now), Month.containing(now)
        months = sorted({month for hold in live.values() for month in hold.lines if month >= this_month})
        over = [
            f"{month}: {worst.asked} half-days held or confirmed from {worst.first} to {worst.last},"
            f" {worst.offered} would be possible"
            for month in months
            if (worst := excess(month, self.demands(month, live), capacity.in_month(month), absences))
        ]
        require(not over, CapacityBelowCommitments(shortage="; ".join(over)))

    def _not_over(self, day: date, now: datetime) -> None:
        month, this_month = Month.containing(day), Month.containing(now)
        require(month >= this_month, MonthIsOver(month=month, first=this_month))

    # what events did

    @evolve
    def begun(self, event: ScheduleBegun) -> Self:
        return replace(self, capacity=Capacity(event.half_days_per_month))

    @evolve
    def capacity_set(self, event: CapacitySet) -> Self:
        return replace(self, capacity=Capacity.of(event.half_days_per_month, event.exceptions, event.earlier))

    @evolve
    def absence_added(self, event: AbsenceAdded) -> Self:
        return replace(self, absences=event.absences, absences_so_far=self.absences_so_far + 1)

    @evolve
    def absence_removed(self, event: AbsenceRemoved) -> Self:
        return replace(self, absences=event.absences)

    @evolve
    def hold_placed(self, event: HoldPlaced) -> Self:
        hold = Hold(by_month(event.lines), event.from_day, event.until_day, event.expires_at)
        return replace(self, holds={**self.holds, event.hold_id: hold})

    @evolve
    def hold_lapsed(self, event: HoldLapsed) -> Self:
        return replace(self, holds={id_: hold for id_, hold in self.holds.items() if id_ != event.hold_id})

    @evolve
    def hold_confirmed(self, event: HoldConfirmed) -> Self:
        confirmed = replace(self.holds[event.hold_id], expires_at=None)
        return replace(self, holds={**self.holds, event.hold_id: confirmed})

    @evolve
    def hold_released(self, event: HoldReleased) -> Self:
        hold = self.holds[event.hold_id]
        kept = {month: half_days for month, half_days in hold.lines.items() if month not in event.months}
        rest = {id_: one for id_, one in self.holds.items() if id_ != event.hold_id}
        return replace(self, holds={**rest, event.hold_id: replace(hold, lines=kept)} if kept else rest)


def _rows(months: Mapping[Month, int]) -> list[MonthHalfDays]:
    return [MonthHalfDays(month=month, half_days=half_days) for month, half_days in months.items()]
