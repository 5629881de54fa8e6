"""The seats of a session and the queue for them: whatever is tried, in whatever order, the audit finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kyodo_academy.sessions.audit import broken
from kyodo_academy.sessions.events import SeatGiven, SeatOffered, SeatReturned, SessionOpened, SessionPlanned
from kyodo_academy.sessions.model import TrainingSession
from kyodo_academy.sessions.values import Plan, Quota, SessionStatus
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.values.municipalities import TOKYO

COURSE = "0193f1a0-0000-7000-8000-0000000000c0"
CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
BEGINS = datetime(2023, 6, 20, 14, tzinfo=TOKYO_TIME)

WHO = st.integers(1, 8).map(lambda number: f"0193f1a0-0000-7000-8000-{number:012x}")
CLASHING = st.sets(WHO, max_size=4)
SEATS = st.integers(1, 4)


def plan(seats: int, quotas: dict[str, int], begins: datetime) -> Plan:
    """A session of two hours; changes end two days before it."""
    return Plan(
        title_ja="見本の研修",
        place_ja="見本会議室",
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        apply_until=begins - timedelta(days=7),
        changes_until=begins - timedelta(days=2),
        seats=seats,
        quotas=tuple(Quota(party=party, seats=number) for party, number in quotas.items()),
    )


class Seats(RuleBasedStateMachine):
    """A session, at which learners, municipalities, the host and time do what they may."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGINS - timedelta(days=12)
        self.session = TrainingSession(id=COURSE)

    @initialize(seats=SEATS, quotas=st.dictionaries(st.sampled_from([CHIYODA, MUSASHINO]), st.integers(1, 2)))
    def opens(self, seats: int, quotas: dict[str, int]) -> None:
        planned = plan(max(seats, sum(quotas.values())), quotas, BEGINS)
        self.session = self.session.fold([SessionPlanned(host=TOKYO, course_id=COURSE, plan=planned), SessionOpened()])

    @rule(who=WHO, party=st.sampled_from([CHIYODA, MUSASHINO, OKUTAMA, TOKYO]), clashing=CLASHING)
    def enrols(self, who: str, party: str, clashing: set[str]) -> None:
        self.decide(lambda one: one.enrol(who, party, self.now, self.now, clashing))

    @rule(who=WHO, clashing=CLASHING)
    def leaves(self, who: str, clashing: set[str]) -> None:
        self.decide(lambda one: one.leave(who, self.now, clashing))
        assert self.session.party_of(who) is None, "leaving is always possible"

    @rule(who=WHO, clashing=CLASHING)
    def accepts(self, who: str, clashing: set[str]) -> None:
        self.decide(lambda one: one.accept(who, self.now, clashing))

    @rule(seats=SEATS, clashing=CLASHING)
    def has_seats(self, seats: int, clashing: set[str]) -> None:
        self.decide(lambda one: one.change_seats(TOKYO, seats, self.now, clashing))

    @rule(days=st.integers(-9, 9), clashing=CLASHING)
    def is_moved(self, days: int, clashing: set[str]) -> None:
        moved = plan(self.session.planned.seats, {}, self.session.planned.starts_at + timedelta(days=days))
        self.decide(lambda one: one.move(TOKYO, moved, self.now))
        self.decide(lambda one: one.move_on(self.now, clashing))

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(clashing=CLASHING)
    def is_looked_after(self, clashing: set[str]) -> None:
        self.decide(lambda one: one.move_on(self.now, clashing))

    @rule()
    def is_held(self) -> None:
        self.decide(lambda one: one.hold(TOKYO, self.now))

    @rule(chance=st.integers(0, 5))
    def is_cancelled(self, chance: int) -> None:
        if not chance:
            self.decide(lambda one: one.cancel(TOKYO, "大雪"))

    @invariant()
    def the_audit_finds_nothing(self) -> None:
        if self.session.plan is not None:
            assert [*broken(self.session, self.now)] == []

    def decide(self, decide: Callable[[TrainingSession], Iterator[Event]]) -> None:
        """Decide, unless it is refused; whoever moves up by it was the head of the queue, of an open session."""
        try:
            events = [*decide(self.session)]
        except Refused:
            return
        for event in events:
            if isinstance(event, SeatGiven | SeatOffered) and event.enrolment_id not in self.session.offers:
                assert self.session.status is SessionStatus.OPEN
                assert event.enrolment_id not in self.session.queue or event.enrolment_id == self.session.next_up
            if isinstance(event, SeatOffered):
                assert event.until <= self.session.planned.changes_until
            self.session = self.session.fold([event])
            if isinstance(event, SeatReturned):
                assert self.session.party_of(event.enrolment_id) is None


TestSeats = Seats.TestCase
TestSeats.settings = settings(max_examples=80, stateful_step_count=25)
