"""The rules of a stock: what is promised is there, on every day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_supporter_matching.device_stock.claims import Claim, claimed, fullest
from kyodo_supporter_matching.device_stock.model import (
    DeviceStock,
    DeviceStockCameBack,
    DeviceStockGrew,
    DeviceStockHandedOut,
    DeviceStockReleased,
    DeviceStockReserved,
    DeviceStockShrank,
    StockExceeded,
    StockPromised,
    stock_id,
)
from kyodo_supporter_matching.devices.model import Device
from kyodo_supporter_matching.devices.values import Family, State

CODE = "132039"
STOCK = stock_id(CODE, Family.TABLET)
TODAY = date(2026, 12, 1)
IDS = [f"01941f29-7c00-7000-8000-0000000000{n:02}" for n in range(60)]
FIRST, SECOND = IDS[50], IDS[51]
WHOSE = {"municipality": CODE, "family": Family.TABLET}


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


def grew(n: int) -> DeviceStockGrew:
    return DeviceStockGrew(**WHOSE, device_id=IDS[n])


def reserved(reservation: str, number: int, first: int, last: int) -> DeviceStockReserved:
    window = {"from_day": day(first), "until_day": day(last)}
    return DeviceStockReserved(**WHOSE, reservation_id=reservation, number=number, **window)


def handed_out(reservation: str, *devices: int) -> DeviceStockHandedOut:
    return DeviceStockHandedOut(**WHOSE, reservation_id=reservation, device_ids=tuple(IDS[n] for n in devices))


def came_back(reservation: str, n: int) -> DeviceStockCameBack:
    return DeviceStockCameBack(**WHOSE, reservation_id=reservation, device_id=IDS[n])


def shrank(n: int) -> DeviceStockShrank:
    return DeviceStockShrank(**WHOSE, device_id=IDS[n])


def device(n: int, state: State) -> Device:
    return Device(id=IDS[n], municipality=CODE, family=Family.TABLET, state=state)


def three() -> Given[DeviceStock]:
    return given(DeviceStock, STOCK).that(grew(0), grew(1), grew(2))


def exceeded(asked: int, free: int, on: int) -> StockExceeded:
    return StockExceeded(asked=asked, family="tablet", free=free, day=day(on))


def test_reservations_share_the_stock_of_each_day() -> None:
    stock = three().that(reserved(FIRST, 2, 3, 5))
    stock.when(lambda s: s.reserve(SECOND, 2, day(0), day(4), TODAY)).refuses(exceeded(2, 1, 3))
    stock.when(lambda s: s.reserve(SECOND, 2, day(5), day(9), TODAY)).refuses(exceeded(2, 1, 5))
    stock.when(lambda s: s.reserve(SECOND, 1, day(0), day(9), TODAY)).then(reserved(SECOND, 1, 0, 9))
    stock.when(lambda s: s.reserve(SECOND, 3, day(6), day(9), TODAY)).then(reserved(SECOND, 3, 6, 9))
    stock.when(lambda s: s.reserve(SECOND, 4, day(6), day(9), TODAY)).refuses(exceeded(4, 3, 6))


def test_what_is_released_or_came_back_is_free_again() -> None:
    stock = three().that(reserved(FIRST, 3, 0, 5))
    stock.when(lambda s: s.reserve(SECOND, 1, day(2), day(2), TODAY)).refuses(exceeded(1, 0, 2))
    released = DeviceStockReleased(**WHOSE, reservation_id=FIRST)
    stock.when(lambda s: s.release(FIRST)).then(released)
    stock.that(released).when(lambda s: s.release(FIRST)).then()
    stock.that(released).when(lambda s: s.reserve(SECOND, 3, day(2), day(2), TODAY)).then(reserved(SECOND, 3, 2, 2))
    out = stock.that(handed_out(FIRST, 0, 1))
    back = out.when(lambda s: s.follow(device(0, State.RETURNED), TODAY)).then(came_back(FIRST, 0))
    assert [(hold.number, hold.out) for hold in back.holds.values()] == [(2, frozenset({IDS[1]}))]
    out.that(came_back(FIRST, 0)).when(lambda s: s.follow(device(0, State.RETURNED), TODAY)).then()


def test_what_is_overdue_is_missing_until_it_is_back() -> None:
    late = three().that(reserved(FIRST, 2, 0, 1), handed_out(FIRST, 0))
    in_time, later = day(1), day(2)
    late.when(lambda s: s.reserve(SECOND, 3, day(5), day(6), in_time)).then(reserved(SECOND, 3, 5, 6))
    late.when(lambda s: s.reserve(SECOND, 3, day(5), day(6), later)).refuses(exceeded(3, 2, 5))
    back = late.that(came_back(FIRST, 0))
    back.when(lambda s: s.reserve(SECOND, 3, day(5), day(6), later)).then(reserved(SECOND, 3, 5, 6))


def test_a_lost_device_leaves_the_stock_and_its_reservation_and_a_found_one_comes_back() -> None:
    stock = three().that(reserved(FIRST, 2, 0, 5), handed_out(FIRST, 0))
    lost = stock.when(lambda s: s.follow(device(0, State.LOST), TODAY))
    lost.then(came_back(FIRST, 0), shrank(0))
    gone = stock.that(*lost.events)
    gone.when(lambda s: s.follow(device(0, State.LOST), TODAY)).then()
    gone.when(lambda s: s.reserve(SECOND, 2, day(0), day(0), TODAY)).refuses(exceeded(2, 1, 0))
    gone.when(lambda s: s.follow(device(0, State.RETURNED), TODAY)).then(grew(0))


def test_what_breaks_leaves_even_a_promised_stock_but_nobody_retires_what_is_promised() -> None:
    stock = three().that(reserved(FIRST, 3, 4, 5))
    stock.when(lambda s: s.follow(device(2, State.IN_REPAIR), TODAY)).then(shrank(2))
    promised = StockPromised(day=day(4), promised=3, family="tablet", usable=3)
    stock.when(lambda s: s.follow(device(2, State.RETIRED), TODAY)).refuses(promised)
    stock.when(lambda s: s.follow(device(2, State.RETIRED), day(6))).then(shrank(2))
    broken = stock.that(shrank(2))
    broken.when(lambda s: s.follow(device(2, State.RETIRED), TODAY)).then()
    broken.when(lambda s: s.reserve(SECOND, 1, day(4), day(4), TODAY)).refuses(exceeded(1, 0, 4))


Op = tuple[str, int, int, int]
OPS = st.tuples(
    st.sampled_from(["reserve"] * 4 + ["release", "return", "retire", "add", "tomorrow", "lend"]),
    st.integers(0, 12),
    st.integers(0, 6),
    st.integers(1, 4),
)


class Story:
    """A stock to which anything happens, with a second opinion by counting day by day."""

    def __init__(self) -> None:
        self.given, self.today, self.placed = three(), TODAY, 0

    def does(self, op: Op) -> list[Event]:
        """Take a step, possible or not."""
        what, a, b, c = op
        stock, today = self.given.state, self.today
        held, out = sorted(stock.holds), sorted(id_ for hold in stock.holds.values() for id_ in hold.out)
        chosen = held[a % len(held)] if held else ""
        first = today + timedelta(days=a)
        match what:
            case "tomorrow":
                self.today += timedelta(days=1)
            case "reserve":
                self.placed += 1
                id_ = f"{self.placed:04}{IDS[59][4:]}"
                return self._take(lambda s: s.reserve(id_, c, first, first + timedelta(days=b), today))
            case "add":
                return self._take(lambda s: s.follow(device(a, State.AVAILABLE), today))
            case "retire" if IDS[a] not in out:
                return self._take(lambda s: s.follow(device(a, State.RETIRED), today))
            case "release" if held and not stock.holds[chosen].out:
                return self._take(lambda s: s.release(chosen))
            case "return" if out:
                back = replace(device(0, State.RETURNED), id=out[a % len(out)])
                return self._take(lambda s: s.follow(back, today))
            case "lend" if held:
                return self._lend(chosen, set(out))
        return []

    def _lend(self, reservation: str, out: set[str]) -> list[Event]:
        hold, free = self.given.state.holds[reservation], sorted(self.given.state.usable - out)
        if hold.from_day <= self.today <= hold.until_day and len(hold.out) < hold.number and free:
            return self._take(lambda s: s.hand_out(reservation, free[:1]))
        return []

    def _take(self, step: Callable[[DeviceStock], Events]) -> list[Event]:
        outcome = self.given.when(step)
        self.given = self.given.that(*outcome.events)
        return outcome.events

    def promised(self, on: date) -> int:
        """What is promised on a day, counted hold by hold."""
        return sum(
            hold.number if hold.from_day <= on <= hold.until_day else 0
            for hold in self.given.state.holds.values()
            if hold.until_day >= self.today
        )

    def overdue(self) -> int:
        """What should be back and is not."""
        return sum(len(hold.out) for hold in self.given.state.holds.values() if hold.until_day < self.today)


@settings(max_examples=300, deadline=None)
@given_any(st.lists(OPS, max_size=40))
def test_a_promise_never_goes_beyond_what_is_there_on_any_day(ops: list[Op]) -> None:
    story = Story()
    for op in ops:
        decided = story.does(op)
        if decided and isinstance(decided[-1], DeviceStockReserved | DeviceStockShrank):
            one = decided[-1]
            days = [story.today + timedelta(days=n) for n in range(20 + 6 + 12)]
            if isinstance(one, DeviceStockReserved):
                days = [d for d in days if one.from_day <= d <= one.until_day]
            worst = max(story.promised(d) for d in days) + story.overdue()
            assert worst <= len(story.given.state.usable)


CLAIMS = st.lists(
    st.builds(
        lambda number, out, first, length: Claim(number, min(out, number), day(first), day(first + length)),
        st.integers(1, 5),
        st.integers(0, 5),
        st.integers(-10, 20),
        st.integers(0, 9),
    ),
    max_size=8,
)


@given_any(CLAIMS, st.integers(0, 20), st.integers(0, 12))
def test_the_fullest_day_is_the_fullest_of_all_days(claims: list[Claim], first: int, length: int) -> None:
    most, on = fullest(claims, day(first), day(first + length), TODAY)
    counted = {day(n): claimed(claims, day(n), TODAY) for n in range(first, first + length + 1)}
    assert most == max(counted.values())
    assert on == min(d for d, number in counted.items() if number == most)
