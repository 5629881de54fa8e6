"""Aggregates: state folded from events, decisions that yield events, and given-when-then on top of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass, replace
from typing import Self

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.testing import given


class Opened(Event, type="kyodo-test.aggregate.opened"):
    limit: int


class Added(Event, type="kyodo-test.aggregate.added"):
    amount: int


class Noted(Event, type="kyodo-test.aggregate.noted"):
    """Of no consequence for the state."""

    text: str


class OverLimit(Refused):
    status, type = 409, "over-limit"
    title = "Too much"
    detail = "{wanted} is over the limit of {limit}."


class NotOpen(Refused):
    status, type = 409, "not-open"
    title = "Not open"


@dataclass(frozen=True)
class Jar(Aggregate, category="jar"):
    limit: int | None = None
    total: int = 0

    def open(self, limit: int) -> Events:
        if self.limit is None:
            yield Opened(limit=limit)

    def add(self, *amounts: int) -> Events:
        require(self.limit is not None, NotOpen())
        total = self.total
        for amount in amounts:
            total += amount
            require(total <= (self.limit or 0), OverLimit(wanted=total, limit=self.limit))
            yield Added(amount=amount)

    def note(self, text: str) -> Events:
        yield Noted(text=text)

    @evolve
    def opened(self, event: Opened) -> Self:
        return replace(self, limit=event.limit)

    @evolve
    def added(self, event: Added) -> Self:
        return replace(self, total=self.total + event.amount)


@dataclass(frozen=True)
class LabelledJar(Jar, category="labelled-jar"):
    """Inherits decisions and evolvers, and overrides one."""

    label: str = ""

    @evolve
    def added(self, event: Added) -> Self:
        return replace(self, total=self.total + event.amount, label=f"{self.label}+")

    @evolve
    def noted(self, event: Noted) -> Self:
        return replace(self, label=event.text)


def test_a_new_aggregate_has_no_past() -> None:
    jar = Jar(id="j1")
    assert (jar.id, jar.version, jar.limit, jar.total) == ("j1", 0, None, 0)
    assert (Jar.category, LabelledJar.category) == ("jar", "labelled-jar")


def test_every_event_counts_also_those_that_change_nothing() -> None:
    jar = Jar(id="j1").fold([Opened(limit=9), Noted(text="x"), Added(amount=2)])
    assert jar == Jar(id="j1", version=3, limit=9, total=2)


@given_any(st.lists(st.integers(-99, 99).map(lambda amount: Added(amount=amount))), st.data())
def test_folding_in_parts_is_folding_at_once(events: list[Event], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(events)))
    assert Jar(id="j").fold(events[:cut]).fold(events[cut:]) == Jar(id="j").fold(events)


def test_a_decision_changes_nothing_by_itself() -> None:
    jar = Jar(id="j1")
    assert list(jar.open(5)) == [Opened(limit=5)]
    assert jar == Jar(id="j1")
    with pytest.raises(FrozenInstanceError):
        jar.total = 5  # type: ignore[misc]  # what the test tries


def test_a_subclass_evolves_in_its_own_way() -> None:
    events = [Opened(limit=9), Noted(text="x"), Added(amount=2)]
    assert LabelledJar(id="j").fold(events) == LabelledJar(id="j", version=3, limit=9, total=2, label="x+")
    assert Jar(id="j").fold(events).total == 2  # the parent keeps its own evolvers
    assert [event.event_type for event in Jar.evolvers()].count(Noted.event_type) == 0
    assert {e.event_type for e in LabelledJar.evolvers()} == {e.event_type for e in (Opened, Added, Noted)}


def test_given_when_then() -> None:
    after = (
        given(Jar)
        .that(Opened(limit=5), Added(amount=2))
        .when(lambda jar: jar.add(1, 2))
        .then(Added(amount=1), Added(amount=2))
    )
    assert (after.total, after.version) == (5, 4)


def test_a_decision_that_changes_nothing_yields_nothing() -> None:
    given(Jar).that(Opened(limit=5)).when(lambda jar: jar.open(7)).then()


def test_a_refusal_has_its_facts() -> None:
    refused = given(Jar).that(Opened(limit=5), Added(amount=2)).when(lambda jar: jar.add(1, 9))
    refused.refuses(OverLimit(wanted=12, limit=5))
    assert refused.events == []  # what was yielded before the refusal does not happen either
    given(Jar).when(lambda jar: jar.add(1)).refuses(NotOpen())


@pytest.mark.parametrize(
    "expected",
    [OverLimit(wanted=12, limit=6), NotOpen()],
    ids=["other facts", "another refusal"],
)
def test_refuses_fails_where_the_refusal_is_another(expected: Refused) -> None:
    with pytest.raises(AssertionError):
        given(Jar).that(Opened(limit=5), Added(amount=2)).when(lambda jar: jar.add(1, 9)).refuses(expected)


def test_refuses_fails_where_nothing_was_refused() -> None:
    with pytest.raises(AssertionError):
        given(Jar).that(Opened(limit=5)).when(lambda jar: jar.add(1)).refuses(NotOpen())


@pytest.mark.parametrize(
    "expected", [[], [Added(amount=2)], [Added(amount=1), Added(amount=1)]], ids=["none", "another", "more"]
)
def test_then_fails_where_the_events_are_others(expected: list[Event]) -> None:
    with pytest.raises(AssertionError):
        given(Jar).that(Opened(limit=5)).when(lambda jar: jar.add(1)).then(*expected)


def test_then_raises_the_refusal_it_did_not_expect() -> None:
    with pytest.raises(OverLimit, match="12 is over the limit of 5"):
        given(Jar).that(Opened(limit=5), Added(amount=2)).when(lambda jar: jar.add(10)).then(Added(amount=10))


def test_other_errors_are_not_taken_for_refusals() -> None:
    def broken(jar: Jar) -> Iterator[Event]:
        yield Added(amount=1 // jar.total)

    with pytest.raises(ZeroDivisionError):
        given(Jar).when(broken)
