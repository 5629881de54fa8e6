"""What a service is made of: its slices. Everything else about it follows from them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kyodo_events.database import Transaction
from kyodo_events.event import Event, Topic, registry
from kyodo_events.parking import announcement
from kyodo_events.reactions import Reactions
from kyodo_events.rebuild import Check
from kyodo_events.rebuild_progress import measure_rebuild
from kyodo_events.views import View
from kyodo_platform.chores import Chore
from kyodo_platform.measuring import Measure
from kyodo_platform.open_data.data_set import DataSet
from kyodo_platform.routing import Router
from kyodo_platform.webhooks.metrics import measure_of
from kyodo_platform.webhooks.model import kinds_of
from kyodo_platform.webhooks.views import view_of as webhooks_of

"""Sets gauges from a few sums of the database; called again and again, apart from every request."""

Told = Callable[[Transaction], Awaitable[Mapping[str, Any]]]
"""What a service tells operators of itself besides what is told of every service; a few rows, ready for JSON."""


@dataclass(frozen=True)
class Slice:
    """One business concept: its routes, read models, reactions, what is measured of it, what falls due by time, and
    what anybody may have of it as data."""

    router: Router | None = None
    views: Sequence[View] = ()
    reactions: Reactions | None = None
    measures: Sequence[Measure] = ()
    chores: Sequence[Chore] = ()
    data_sets: Sequence[DataSet] = ()


@dataclass(frozen=True)
class Service:
    """A service by name, with its slices; `home` is its package's folder, where its migrations stand.

    With `any_order` what others' events do here does not depend on their order: none waits behind one that is parked.
    One with `personal_data` needs the setting `personal_keys`.
    `checks` are asked at the end of a rebuild: what must hold between rebuilt read models and what is none.
    `proofs` are asked by `kyodo verify`: what the data as they stand prove by themselves. `told` adds to `kyodo
    status`.
    """

    name: str
    title_ja: str
    title_en: str
    home: Path
    slices: Sequence[Slice] = field(default_factory=tuple)
    checks: Sequence[Check] = ()
    proofs: Sequence[Check] = ()
    told: Told | None = None
    any_order: bool = False
    personal_data: bool = False

    def __post_init__(self) -> None:
        # Events of every service: they are read, documented and kept readable like all others.
        announcement(self.name)
        kinds_of(self.name)

    @property
    def migrations(self) -> Path:
        """The folder of the service's Alembic history."""
        return self.home / "migrations"

    @property
    def views(self) -> list[View]:
        """All read models of the service."""
        return [*(view for slice_ in self.slices for view in slice_.views), webhooks_of(self.name)]

    @property
    def reactions(self) -> list[Reactions]:
        """All reactions of the service."""
        return [slice_.reactions for slice_ in self.slices if slice_.reactions]

    @property
    def measures(self) -> list[Measure]:
        """What sets the service's own gauges, those of its rebuild and of its webhooks."""
        own = [measure for slice_ in self.slices for measure in slice_.measures]
        return [measure_rebuild(self.name), measure_of(self.name), *own]

    @property
    def chores(self) -> list[Chore]:
        """What falls due by time alone."""
        return [chore for slice_ in self.slices for chore in slice_.chores]

    @property
    def data_sets(self) -> list[DataSet]:
        """What anybody may have as data, in the order of the slices."""
        return [data_set for slice_ in self.slices for data_set in slice_.data_sets]

    @property
    def published(self) -> list[Topic]:
        """The topics this service's own events go to, its announcements of dead letters and webhooks among them."""
        return _topics(registry.types(f"kyodo.{self.name}."))

    @property
    def subscribed(self) -> list[Topic]:
        """The topics of other services' events that a view or a reaction here listens to."""
        listeners: list[View | Reactions] = [*self.views, *self.reactions]
        heard = {event for listener in listeners for event in listener.events}
        return _topics(event for event in heard if not event.event_type.startswith(f"kyodo.{self.name}."))


def _topics(events: Iterable[type[Event]]) -> list[Topic]:
    topics = {event.topic for event in events if event.topic}
    return sorted(topics, key=lambda topic: topic.name)
