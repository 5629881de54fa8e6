"""Aggregates: state folded from events, and pure decisions on it.

No clock, no database, no HTTP here: time and ids come in as arguments, so every rule can be read, and tested,
without anything around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self, TypeVar, get_type_hints

from kyodo_events.event import Event

Events = Iterator[Event]
Evolver = TypeVar("Evolver", bound=Callable[..., Any])

_EVOLVES = "__evolves__"


def evolve(method: Evolver) -> Evolver:
    """Mark a method that says what an event, or one derived from it, did to the state: its second parameter's type."""
    setattr(method, _EVOLVES, True)
    return method


@dataclass(frozen=True)
class Aggregate:
    """Base of all aggregates: a frozen dataclass with decisions (generators of events) and evolvers.

    `id` is the stream's id, `version` the number of events folded so far; both are kept by `fold`.
    """

    category: ClassVar[str] = ""
    _evolvers: ClassVar[dict[type[Event], Callable[[Any, Any], Any]] | None] = None

    id: str = ""
    version: int = 0

    def __init_subclass__(cls, *, category: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if category:
            cls.category = category

    def fold(self, events: Iterable[Event]) -> Self:
        """The state after these events."""
        state = self
        evolvers = self.evolvers()
        for event in events:
            change = next((evolvers[kind] for kind in type(event).__mro__ if kind in evolvers), None)
            if change is not None:
                state = change(state, event)
            state = replace(state, version=state.version + 1)
        return state

    @classmethod
    def evolvers(cls) -> dict[type[Event], Callable[[Any, Any], Any]]:
        """What each event type does here; found on first use, when all annotations can be resolved."""
        if cls.__dict__.get("_evolvers") is None:
            cls._evolvers = {}
            for name in dir(cls):
                method = getattr(cls, name)
                if getattr(method, _EVOLVES, False):
                    hints = get_type_hints(method)
                    parameters = [name for name in hints if name != "return"]
                    cls._evolvers[hints[parameters[0]]] = method
        return cls._evolvers or {}
