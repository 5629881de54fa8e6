"""A session: planned, published, staffed, held, reported; or cancelled.

The seats of one session are decided on its own stream, so that of two supporters who accept the last seat at the same
moment one is told that it is taken. `staffed` is not decided: it says that a published session has no open seat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require
from kyodo_supporter_matching.sessions.events import (
    ReplacementCalled,
    SeatFreed,
    SeatsAreFull,
    SeatsTakenAlready,
    SeatTaken,
    SessionCancelled,
    SessionChanged,
    SessionHeld,
    SessionInThePast,
    SessionNotOpen,
    SessionPlanned,
    SessionPublished,
    SessionReported,
)
from kyodo_supporter_matching.sessions.values import Need, Plan, SessionKind, SessionStatus, Times
from kyodo_supporter_matching.venues.values import Place

OPEN = (SessionStatus.PUBLISHED, SessionStatus.STAFFED)


NOWHERE = Place(latitude_e6=35_689_000, longitude_e6=139_692_000)  # Tokyo's own office: of no session


@dataclass(frozen=True)
class Session(Aggregate, category="session"):
    """One session. `seated` are the lines of the assignments that took a seat."""

    municipality: str = ""
    plan: Plan | None = None
    times: Times | None = None
    place: Place = NOWHERE
    step: SessionStatus = SessionStatus.PLANNED
    applications_until: datetime | None = None
    seated: Mapping[str, int] = field(default_factory=dict)

    @property
    def status(self) -> SessionStatus:
        """How it stands."""
        full = self.step is SessionStatus.PUBLISHED and self.open_seats == 0
        return SessionStatus.STAFFED if full else self.step

    @property
    def needs(self) -> tuple[Need, ...]:
        """The lines of seats."""
        return self._planned.needs

    @property
    def kind(self) -> SessionKind:
        """What takes place."""
        return self._planned.kind

    @property
    def venue_id(self) -> str:
        """Where."""
        return self._planned.venue_id

    @property
    def host_id(self) -> str | None:
        """Who sees to it, where it is not the municipality."""
        return self._planned.host_id

    @property
    def project_id(self) -> str | None:
        """Which joint project pays, where one does."""
        return self._planned.project_id

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return self._timed.starts_at

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self._timed.ends_at

    @property
    def taken(self) -> tuple[int, ...]:
        """Seats taken of each line."""
        return self._taken(self.seated)

    @property
    def open_seats(self) -> int:
        """Seats that nobody took."""
        return sum(need.seats for need in self.needs) - len(self.seated)

    # decisions

    def begin(
        self, municipality: str, plan: Plan, times: Times, place: Place, now: datetime, series_id: str | None = None
    ) -> Events:
        """Plan it."""
        require(times.starts_at > now, SessionInThePast(starts_at=times.starts_at))
        yield SessionPlanned(
            municipality=municipality,
            plan=plan,
            times=times,
            place=place,
            series_id=series_id,
        )

    def change(self, municipality: str, plan: Plan, times: Times, place: Place, now: datetime) -> Events:
        """Plan it otherwise, while nobody has accepted a seat."""
        self._require(municipality, SessionStatus.PLANNED, *OPEN)
        require(times.starts_at > now, SessionInThePast(starts_at=times.starts_at))
        require(not self.seated, SeatsTakenAlready())
        if (plan, times, place) != (self.plan, self.times, self.place):
            yield SessionChanged(
                municipality=municipality,
                plan=plan,
                times=times,
                place=place,
            )

    def publish(self, municipality: str, applications_until: datetime, now: datetime) -> Events:
        """Let supporters see it and apply; again, to give them more time."""
        self._require(municipality, SessionStatus.PLANNED, *OPEN)
        require(now < applications_until <= self.starts_at, SessionInThePast(starts_at=self.starts_at))
        if applications_until != self.applications_until:
            yield SessionPublished(municipality=municipality, applications_until=applications_until)

    def seat(self, assignment_id: str, line: int, now: datetime) -> Events:
        """Take a seat of a line for an assignment."""
        self._require(self.municipality, *OPEN)
        require(self.starts_at > now, SessionInThePast(starts_at=self.starts_at))
        if assignment_id not in self.seated:
            seats = self.needs[line].seats
            require(self.taken[line] < seats, SeatsAreFull(seats=seats))
            taken = self._taken({**self.seated, assignment_id: line})
            yield SeatTaken(municipality=self.municipality, assignment_id=assignment_id, line=line, taken=taken)

    def free(self, assignment_id: str) -> Events:
        """Open the seat of an assignment again."""
        if assignment_id in self.seated:
            left = {one: line for one, line in self.seated.items() if one != assignment_id}
            yield SeatFreed(
                municipality=self.municipality,
                assignment_id=assignment_id,
                line=self.seated[assignment_id],
                taken=self._taken(left),
            )

    def note_call(self, asked: int) -> Events:
        """Note that others were called for its open seats."""
        if asked:
            yield ReplacementCalled(municipality=self.municipality, asked=asked)

    def hold(self, municipality: str, visitors: int, now: datetime) -> Events:
        """Note that it took place, once it has begun."""
        self._require(municipality, *OPEN)
        needed = "one that has begun"
        require(self.starts_at <= now, SessionNotOpen(current="still to come", needed=needed))
        yield SessionHeld(municipality=municipality, visitors=visitors)

    def report(self, municipality: str) -> Events:
        """Note that its activity report is there."""
        self._require(municipality, SessionStatus.HELD, SessionStatus.REPORTED)
        if self.step is SessionStatus.HELD:
            yield SessionReported(municipality=municipality)

    def cancel(self, municipality: str, reason_ja: str) -> Events:
        """Let it not take place."""
        self._require(municipality, SessionStatus.PLANNED, *OPEN, SessionStatus.CANCELLED)
        if self.step is not SessionStatus.CANCELLED:
            yield SessionCancelled(municipality=municipality, reason_ja=reason_ja)

    def require_open(self, now: datetime) -> None:
        """Raises SessionNotOpen where supporters cannot be asked for it, SessionInThePast where it has begun."""
        self._require(self.municipality, *OPEN)
        require(self.starts_at > now, SessionInThePast(starts_at=self.starts_at))

    def of(self, municipality: str) -> Self:
        """The same. Raises NotFound for another municipality's."""
        require(self.municipality == municipality, NotFound(what="session", id=self.id))
        return self

    def seen_to_by(self, host_id: str) -> Self:
        """The same. Raises NotFound for one that another host, or the municipality itself, sees to."""
        require(self.host_id == host_id, NotFound(what="session", id=self.id))
        return self

    def _require(self, municipality: str, *needed: SessionStatus) -> None:
        self.of(municipality)
        names = " or ".join(one.value for one in needed)
        require(self.status in needed, SessionNotOpen(current=self.status.value, needed=names))

    @property
    def _planned(self) -> Plan:
        if self.plan is None:
            raise NotFound(what="session", id=self.id)
        return self.plan

    @property
    def _timed(self) -> Times:
        if self.times is None:
            raise NotFound(what="session", id=self.id)
        return self.times

    def _taken(self, seated: Mapping[str, int]) -> tuple[int, ...]:
        return tuple(sum(line == number for line in seated.values()) for number in range(len(self.needs)))

    # what events did

    @evolve
    def planned(self, event: SessionPlanned) -> Self:
        return replace(self, municipality=event.municipality, plan=event.plan, times=event.times, place=event.place)

    @evolve
    def changed(self, event: SessionChanged) -> Self:
        return replace(self, plan=event.plan, times=event.times, place=event.place)

    @evolve
    def published(self, event: SessionPublished) -> Self:
        return replace(self, step=SessionStatus.PUBLISHED, applications_until=event.applications_until)

    @evolve
    def seat_taken(self, event: SeatTaken) -> Self:
        return replace(self, seated={**self.seated, event.assignment_id: event.line})

    @evolve
    def seat_freed(self, event: SeatFreed) -> Self:
        return replace(self, seated={one: line for one, line in self.seated.items() if one != event.assignment_id})

    @evolve
    def called(self, event: ReplacementCalled) -> Self:
        return self

    @evolve
    def held(self, event: SessionHeld) -> Self:
        return replace(self, step=SessionStatus.HELD)

    @evolve
    def reported(self, event: SessionReported) -> Self:
        return replace(self, step=SessionStatus.REPORTED)

    @evolve
    def cancelled(self, event: SessionCancelled) -> Self:
        return replace(self, step=SessionStatus.CANCELLED)
