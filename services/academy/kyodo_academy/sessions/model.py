"""A session of a course, with its seats and the queue for them.

One stream decides all seats of a session, so that they are never oversold, whoever applies at the same moment. Four
things hold after every decision until `changes_until`, and `broken` finds whatever does not:

- seats that are given or offered are never more than there are;
- no seat is free while somebody waits who may have it: it goes to the first of these in the queue, to nobody else;
- a municipality's quota is kept for it until applications end, and then released to whoever waits;
- the order is fixed: within the quota first, then who applied earlier, then whose municipality has no seat.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self, TypeVar

from kyodo_academy.courses.model import Course
from kyodo_academy.sessions.events import (
    EnrolledAlready,
    NoOffer,
    NotSeated,
    QuotasReleased,
    SeatGiven,
    SeatOffered,
    SeatOfferLapsed,
    SeatReturned,
    SeatsBelowConfirmed,
    SeatsBelowQuotas,
    SeatsChanged,
    SeatWaitedFor,
    SessionCancelled,
    SessionHeld,
    SessionMoved,
    SessionNotOpen,
    SessionOpened,
    SessionPlanned,
    TooLate,
)
from kyodo_academy.sessions.places import ANSWER_WITHIN, Offer, Waiting
from kyodo_academy.sessions.seating import Seating
from kyodo_academy.sessions.values import Plan, SessionStatus
from kyodo_events.aggregate import Events, evolve
from kyodo_events.errors import NotFound, require
from kyodo_events.event import Event

V = TypeVar("V")


@dataclass(frozen=True)
class TrainingSession(Seating, category="training-session"):
    """One session.

    `clashing` are, for each decision that may move somebody up, the waiting enrolments whose learners have something
    else at that time: they are asked, all others are given the seat at once.
    """

    # decisions

    def begin(self, host: str, course: Course, plan: Plan, now: datetime, series_id: str | None = None) -> Events:
        """Plan it, by the course's contents as they stand. Raises CourseIsCancelled, CourseHasNoDate, TooLate."""
        course.require_dated()
        require(plan.apply_until > now, TooLate(what="Taking applications", until=plan.apply_until))
        yield SessionPlanned(
            host=host, course_id=course.id, plan=plan, contents_version=course.contents_version, series_id=series_id
        )

    def open(self, host: str) -> Events:
        """Let learners apply."""
        self._require(host, SessionStatus.PLANNED, SessionStatus.OPEN)
        if self.status is SessionStatus.PLANNED:
            yield SessionOpened()

    def move(self, host: str, plan: Plan, now: datetime) -> Events:
        """Plan it otherwise, apart from seats and quotas: the rule by which people applied stays.

        No offer outlasts the end of changes. Whoever moves up by it is for `move_on` to say, by the new times.
        """
        self._require(host, SessionStatus.PLANNED, SessionStatus.OPEN)
        require(plan.starts_at > now, TooLate(what="A beginning", until=now))
        kept = plan.model_copy(update={"seats": self.planned.seats, "quotas": self.planned.quotas})
        if kept != self.planned:
            yield SessionMoved(plan=kept)
            for enrolment_id, offer in sorted(self.offers.items()):
                if offer.until > kept.changes_until:
                    yield SeatOffered(enrolment_id=enrolment_id, party=offer.party, until=kept.changes_until)

    def change_seats(self, host: str, seats: int, now: datetime, clashing: Collection[str]) -> Events:
        """Have more seats, which go to whoever waits, or fewer, as long as nobody loses one."""
        self._require(host, SessionStatus.PLANNED, SessionStatus.OPEN)
        after = yield from self._so_far(now, clashing)
        taken = len(after.seated) + len(after.offers)
        require(seats >= taken, SeatsBelowConfirmed(taken=taken, seats=seats))
        reserved = max(taken + after.kept, sum(quota.seats for quota in self.planned.quotas))
        require(seats >= reserved, SeatsBelowQuotas(reserved=reserved, seats=seats))
        if seats != after.planned.seats:
            changed = SeatsChanged(seats=seats)
            yield changed
            yield from after.fold([changed])._moved_up(now, clashing)

    def enrol(self, enrolment_id: str, party: str, since: datetime, now: datetime, clashing: Collection[str]) -> Events:
        """Give a seat to somebody who was nominated, or have them wait: nobody passes the queue."""
        self._require(self.host, SessionStatus.OPEN)
        until = self.planned.changes_until
        require(now < until, TooLate(what="Enrolling", until=until))
        after = yield from self._so_far(now, clashing)
        require(after.party_of(enrolment_id) is None, EnrolledAlready())
        if after.free_for(party) > 0:
            yield SeatGiven(enrolment_id=enrolment_id, party=party)
        else:
            yield SeatWaitedFor(enrolment_id=enrolment_id, party=party, since=since)

    def require_applications(self, now: datetime) -> Self:
        """The same. Raises SessionNotOpen, or TooLate where applications have ended."""
        self._require(self.host, SessionStatus.OPEN)
        until = self.planned.apply_until
        require(now < until, TooLate(what="Applying", until=until))
        return self

    def accept(self, enrolment_id: str, now: datetime, clashing: Collection[str]) -> Events:
        """Take the seat that is offered."""
        if enrolment_id in self.seated:
            return
        self._require(self.host, SessionStatus.OPEN)
        after = yield from self._so_far(now, clashing)
        if enrolment_id not in after.offers:
            raise NoOffer
        yield SeatGiven(enrolment_id=enrolment_id, party=after.offers[enrolment_id].party)

    def leave(self, enrolment_id: str, now: datetime, clashing: Collection[str]) -> Events:
        """Leave, at any time, whether seated, asked or waiting; a seat that is free by it goes to the head."""
        after = yield from self._so_far(now, clashing)
        party = after.party_of(enrolment_id)
        if party is not None:
            left = SeatReturned(enrolment_id=enrolment_id, party=party)
            yield left
            yield from after.fold([left])._moved_up(now, clashing)

    def move_on(self, now: datetime, clashing: Collection[str]) -> Events:
        """Let offers lapse whose time is over, and move up whoever waits behind them."""
        yield from self._so_far(now, clashing)

    def cancel(self, host: str, reason_ja: str) -> Events:
        """Let it not take place."""
        self._require(host, SessionStatus.PLANNED, SessionStatus.OPEN, SessionStatus.CANCELLED)
        if self.status is not SessionStatus.CANCELLED:
            yield SessionCancelled(reason_ja=reason_ja)

    def hold(self, host: str, now: datetime) -> Events:
        """Note that it took place, once it has begun."""
        self._require(host, SessionStatus.OPEN, SessionStatus.HELD)
        require(self.planned.starts_at <= now, SessionNotOpen(current="still to come", needed="one that has begun"))
        if self.status is SessionStatus.OPEN:
            yield SessionHeld()

    def hosted_by(self, host: str) -> Self:
        """The same. Raises NotFound for another host's."""
        require(self.host == host, NotFound(what="session", id=self.id))
        return self

    def require_begun(self, now: datetime) -> Self:
        """The same, which has begun. Raises SessionNotOpen."""
        begun = self.planned.starts_at <= now
        require(begun, SessionNotOpen(current="still to come", needed="one that has begun"))
        return self

    def require_seat(self, enrolment_id: str) -> Self:
        """The same, which is not cancelled, and in which the enrolment has a seat. Raises SessionNotOpen, NotSeated."""
        self._require(self.host, SessionStatus.OPEN, SessionStatus.HELD)
        require(enrolment_id in self.seated, NotSeated())
        return self

    def _so_far(self, now: datetime, clashing: Collection[str]) -> Generator[Event, None, Self]:
        """What time alone has brought about; the generator's value is the state after it."""
        events = [*self._lapsed(now), *self._released(now)]
        after = self.fold(events)
        events += after._moved_up(now, clashing)
        yield from events
        return self.fold(events)

    def _lapsed(self, now: datetime) -> Events:
        if self.status is not SessionStatus.OPEN:
            return
        for enrolment_id, offer in sorted(self.offers.items()):
            if offer.until <= now:
                yield SeatOfferLapsed(enrolment_id=enrolment_id, party=offer.party)

    def _released(self, now: datetime) -> Events:
        if self.status is SessionStatus.OPEN and self.must_release(now):
            yield QuotasReleased()

    def _moved_up(self, now: datetime, clashing: Collection[str]) -> Events:
        """Give free seats to who is next up, one after the other, while it is open and until changes end."""
        state = self
        if state.status is not SessionStatus.OPEN or now >= state.planned.changes_until:
            return
        while (head := state.next_up) is not None:
            party = state.queue[head].party
            until = min(now + ANSWER_WITHIN, state.planned.changes_until)
            moved: SeatOffered | SeatGiven = (
                SeatOffered(enrolment_id=head, party=party, until=until)
                if head in clashing
                else SeatGiven(enrolment_id=head, party=party)
            )
            yield moved
            state = state.fold([moved])

    def _require(self, host: str, *needed: SessionStatus) -> None:
        self.hosted_by(host)
        names = " or ".join(one.value for one in needed)
        require(self.status in needed, SessionNotOpen(current=self.status.value, needed=names))

    # what events did

    @evolve
    def was_planned(self, event: SessionPlanned) -> Self:
        state = replace(self, host=event.host, course_id=event.course_id, plan=event.plan)
        return replace(state, contents_version=event.contents_version)

    @evolve
    def opened(self, event: SessionOpened) -> Self:
        return replace(self, status=SessionStatus.OPEN)

    @evolve
    def moved(self, event: SessionMoved) -> Self:
        return replace(self, plan=event.plan)

    @evolve
    def seats_changed(self, event: SeatsChanged) -> Self:
        return replace(self, plan=self.planned.model_copy(update={"seats": event.seats}))

    @evolve
    def quotas_released(self, event: QuotasReleased) -> Self:
        return replace(self, released=True)

    @evolve
    def given(self, event: SeatGiven) -> Self:
        return replace(self._without(event.enrolment_id), seated={**self.seated, event.enrolment_id: event.party})

    @evolve
    def waited_for(self, event: SeatWaitedFor) -> Self:
        return replace(self, queue={**self.queue, event.enrolment_id: Waiting(event.party, event.since)})

    @evolve
    def offered(self, event: SeatOffered) -> Self:
        offers = {**self.offers, event.enrolment_id: Offer(event.party, event.until)}
        return replace(self._without(event.enrolment_id), offers=offers)

    @evolve
    def offer_lapsed(self, event: SeatOfferLapsed) -> Self:
        return self._without(event.enrolment_id)

    @evolve
    def returned(self, event: SeatReturned) -> Self:
        return self._without(event.enrolment_id)

    @evolve
    def cancelled(self, event: SessionCancelled) -> Self:
        return replace(self, status=SessionStatus.CANCELLED)

    @evolve
    def held(self, event: SessionHeld) -> Self:
        return replace(self, status=SessionStatus.HELD)

    def _without(self, enrolment_id: str) -> Self:
        return replace(
            self,
            seated=_but(self.seated, enrolment_id),
            offers=_but(self.offers, enrolment_id),
            queue=_but(self.queue, enrolment_id),
        )


def _but(part: Mapping[str, V], enrolment_id: str) -> Mapping[str, V]:
    return {one: what for one, what in part.items() if one != enrolment_id}
