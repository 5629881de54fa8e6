"""A seminar: announced by Tokyo or a municipality, changed or cancelled until it begins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from kyodo_academy.visibility import Visibility
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import TOKYO, Party
from kyodo_events.values.texts import Line
from kyodo_events.values.value import Value

LONGEST: Final = timedelta(days=3)

Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime.fromisoformat("2000-04-01T00:00:00+09:00"), le=datetime.fromisoformat("2100-03-31T00:00:00+09:00")
    ),
]
Link = Annotated[str, Field(max_length=500, pattern=r"^https://[^\s\x00-\x1f\x7f<>\"]+$")]
Shown = Literal[Visibility.PUBLIC, Visibility.OFFICIALS, Visibility.TOKYO, Visibility.MUNICIPALITY]


class SeminarPlan(Value):
    """What takes place, when and where, and for whom. The capacity is told; nobody enrols."""

    title_ja: Line
    starts_at: Moment
    ends_at: Moment
    place_ja: Line | None = None
    online_url: Link | None = None
    visibility: Shown
    capacity: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not timedelta(0) < self.ends_at - self.starts_at <= LONGEST:
            raise ValueError("a seminar ends after it begins, within three days: check both times and their offsets")
        if self.place_ja is None and self.online_url is None:
            raise ValueError("nobody finds there: name a place, or a link, or both")
        return self


class _OfHost(Event):
    """Something about a seminar of one host: a municipality, or Tokyo."""

    municipality: Party


class SeminarAnnounced(_OfHost, type="kyodo.academy.seminar-announced", words="{municipality}が開催を案内した"):
    """It is to take place."""

    plan: SeminarPlan


class SeminarChanged(_OfHost, type="kyodo.academy.seminar-changed", words="内容を変更した"):
    """It takes place otherwise than was announced."""

    plan: SeminarPlan


class SeminarCancelled(_OfHost, type="kyodo.academy.seminar-cancelled", words="中止した"):
    """It does not take place."""


class SeminarHasBegun(Refused):
    status, type = 409, "seminar-has-begun"
    title = "The seminar has begun (開始後)"
    detail = "It began at {starts_at}, or is cancelled: it can be neither changed nor cancelled."
    remedy = "Announce another one."


class SeminarInPast(Refused):
    status, type = 422, "seminar-in-past"
    title = "A seminar begins in the future (開始日時が過去)"
    detail = "It would begin at {starts_at}, and now it is {now}."
    remedy = "Give a later moment."


class NotYourAudience(Refused):
    status, type = 422, "seminar-audience-impossible"
    title = "The host cannot invite this audience (対象者が不正)"
    detail = "A seminar for '{visibility}' is not for {host} to announce."
    remedy = "Tokyo announces to the public, all officials or its own; a municipality to the public, all or its own."


@dataclass(frozen=True)
class Seminar(Aggregate, category="seminar"):
    """One seminar."""

    host: str = ""
    plan: SeminarPlan | None = None
    cancelled: bool = False

    def announce(self, host: str, plan: SeminarPlan, now: datetime) -> Events:
        """Announce it."""
        _require_possible(host, plan, now)
        yield SeminarAnnounced(municipality=host, plan=plan)

    def change(self, host: str, plan: SeminarPlan, now: datetime) -> Events:
        """Let it take place otherwise, before it begins."""
        self._require_to_come(host, now)
        _require_possible(host, plan, now)
        if plan != self.plan:
            yield SeminarChanged(municipality=host, plan=plan)

    def cancel(self, host: str, now: datetime) -> Events:
        """Not let it take place."""
        self.of(host)
        if not self.cancelled:
            self._require_to_come(host, now)
            yield SeminarCancelled(municipality=host)

    def of(self, host: str) -> Self:
        """The same. Raises NotFound for another host's."""
        require(self.host == host, NotFound(what="seminar", id=self.id))
        return self

    def _require_to_come(self, host: str, now: datetime) -> None:
        plan = self.of(host).plan
        to_come = plan is not None and plan.starts_at > now and not self.cancelled
        require(to_come, SeminarHasBegun(starts_at=plan.starts_at if plan else now))

    @evolve
    def was_announced(self, event: SeminarAnnounced) -> Self:
        return replace(self, host=event.municipality, plan=event.plan)

    @evolve
    def was_changed(self, event: SeminarChanged) -> Self:
        return replace(self, plan=event.plan)

    @evolve
    def was_cancelled(self, event: SeminarCancelled) -> Self:
        return replace(self, cancelled=True)


def _require_possible(host: str, plan: SeminarPlan, now: datetime) -> None:
    foreign = Visibility.MUNICIPALITY if host == TOKYO else Visibility.TOKYO
    require(plan.visibility is not foreign, NotYourAudience(visibility=plan.visibility.value, host=host))
    require(plan.starts_at > now, SeminarInPast(starts_at=plan.starts_at, now=now))
