"""Lists that are taken as a whole: every row is decided on, and where some do not do, all of them are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from kyodo_events.errors import Refused

T = TypeVar("T")
R = TypeVar("R")


class RowsRefused(Refused):
    """Base of what refuses a list because of some of its rows: one correction does, for all of them are named.

    What is wrong with a row is told by the row's refusal, never by what the row holds: it may be personal data.
    """

    status, type = 422, "rows-refused"
    title = "Some rows of the list cannot be taken"
    detail = "{wrong} of {rows} rows cannot be taken; the first is {place}: {why}"
    remedy = "Put the rows that 'errors' names right, or take them out, and send the list again: nothing was written."

    def __init__(self, rows: int, places: Sequence[tuple[str, str]]) -> None:
        self.places = places
        place, why = places[0]
        super().__init__(rows=rows, wrong=len(places), place=place, why=why)


class StandsTwice(Refused):
    """Of one row: what it names was named before."""

    status, type = 422, "row-stands-twice"
    title = "The same stands twice in the list"
    detail = "The same stands at {first} already."
    remedy = "Name each once."


def decide_each(refused_as: type[RowsRefused], rows: Iterable[tuple[str, T]], decide: Callable[[str, T], R]) -> list[R]:
    """What is decided on each row, by its place. Raises `refused_as` with all rows that were refused."""
    done: list[R] = []
    wrong: list[tuple[str, str]] = []
    for place, row in rows:
        try:
            done.append(decide(place, row))
        except Refused as refusal:
            wrong.append((place, refusal.explanation()))
    if wrong:
        raise refused_as(len(done) + len(wrong), wrong)
    return done


class Once:
    """Refuses what was named before. Compared as `folded`, it is repeated nowhere."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def require(self, folded: str, place: str) -> None:
        """Note it. Raises StandsTwice."""
        first = self._first.setdefault(folded, place)
        if first != place:
            raise StandsTwice(first=first)
