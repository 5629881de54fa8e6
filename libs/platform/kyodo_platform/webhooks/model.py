"""A webhook: where a service brings its published events, which of them, and whether it does at present.

How far it has come and its secrets are no facts for the log: they stand in rows of their own (see progress.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.webhooks import WebhookDisabled, webhook_disabled
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event


class State(StrEnum):
    """Whether events are brought: `paused` by its owner, `disabled` by the service after lasting failure."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"
    REMOVED = "removed"


class Change(StrEnum):
    """What was done to a webhook."""

    SUBSCRIBED = "subscribed"
    ALTERED = "altered"
    PAUSED = "paused"
    RESUMED = "resumed"
    REPLAYED = "replayed"
    SECRET_ROTATED = "secret_rotated"  # noqa: S105 - what was done, no secret
    REMOVED = "removed"


class WebhookChanged(Event):
    """A webhook was made or changed; it is as this says from now on. `owner` is the caller whose it is."""

    change: Change
    owner: str
    url: str
    types: tuple[str, ...]
    state: State
    after: int | None = None
    """The position from which events are brought anew, where that was asked for."""


@dataclass(frozen=True)
class Kinds:
    """A service's own classes of these events."""

    changed: type[WebhookChanged]
    disabled: type[WebhookDisabled]


@cache
def kinds_of(service: str) -> Kinds:
    """The events of a service's webhooks."""

    class ServiceWebhookChanged(
        WebhookChanged, type=f"kyodo.{service}.webhook-changed", words="イベントの配信先を変更した（{change}）"
    ):
        __doc__ = WebhookChanged.__doc__

    return Kinds(ServiceWebhookChanged, webhook_disabled(service))


class NotActive(Refused):
    status, type = 409, "webhook-not-active"
    title = "Nothing is brought there at present"
    detail = "The webhook is '{state}'."
    remedy = "Resume it first."


@dataclass(frozen=True)
class Webhook(Aggregate, category="webhook"):
    """One subscription."""

    owner: str = ""
    url: str = ""
    types: tuple[str, ...] = ()
    state: State = State.ACTIVE

    def subscribe(self, kinds: Kinds, owner: str, url: str, types: Sequence[str]) -> Events:
        yield kinds.changed(
            change=Change.SUBSCRIBED, owner=owner, url=url, types=tuple(sorted(set(types))), state=State.ACTIVE
        )

    def alter(self, kinds: Kinds, owner: str | None, url: str, types: Sequence[str]) -> Events:
        """Another address, or other types; what was brought already is not brought again."""
        self._is_of(owner)
        if (url, tuple(sorted(set(types)))) != (self.url, self.types):
            yield self._changed(kinds, Change.ALTERED, url=url, types=tuple(sorted(set(types))))

    def pause(self, kinds: Kinds, owner: str | None) -> Events:
        self._is_of(owner)
        if self.state is not State.PAUSED:
            yield self._changed(kinds, Change.PAUSED, state=State.PAUSED)

    def resume(self, kinds: Kinds, owner: str | None) -> Events:
        """Go on where it stood when it was paused or disabled."""
        self._is_of(owner)
        if self.state is not State.ACTIVE:
            yield self._changed(kinds, Change.RESUMED, state=State.ACTIVE)

    def replay(self, kinds: Kinds, owner: str | None, after: int) -> Events:
        """Bring everything after a position again."""
        self._is_of(owner)
        require(self.state is State.ACTIVE, NotActive(state=self.state.value))
        yield self._changed(kinds, Change.REPLAYED, after=after)

    def rotate_secret(self, kinds: Kinds, owner: str | None) -> Events:
        self._is_of(owner)
        yield self._changed(kinds, Change.SECRET_ROTATED)

    def remove(self, kinds: Kinds, owner: str | None) -> Events:
        self._is_of(owner)
        yield self._changed(kinds, Change.REMOVED, state=State.REMOVED)

    def give_up(self, kinds: Kinds, reason: str, failures: int, position: int) -> Events:
        """Disable it; one that was paused or removed meanwhile is left as it is."""
        if self.state is State.ACTIVE:
            yield kinds.disabled(reason=reason, failures=failures, position=position)

    def _is_of(self, owner: str | None) -> None:
        """Raises NotFound for what was removed, and for another's webhook; `owner` None stands for all owners."""
        found = self.state is not State.REMOVED and owner in (None, self.owner)
        require(found, NotFound(what="webhook", id=self.id))

    def _changed(
        self,
        kinds: Kinds,
        change: Change,
        *,
        url: str | None = None,
        types: tuple[str, ...] | None = None,
        state: State | None = None,
        after: int | None = None,
    ) -> WebhookChanged:
        return kinds.changed(
            change=change,
            owner=self.owner,
            url=self.url if url is None else url,
            types=self.types if types is None else types,
            state=state or self.state,
            after=after,
        )

    @evolve
    def changed(self, event: WebhookChanged) -> Self:
        return replace(self, owner=event.owner, url=event.url, types=event.types, state=event.state)

    @evolve
    def disabled(self, event: WebhookDisabled) -> Self:
        return replace(self, state=State.DISABLED)
