"""A venue: open for sessions until its municipality closes it, and again once it is reopened.

Sessions name a venue and are not told by it: whoever plans one asks `closed` first. Sessions that were planned before
a venue closes stay where they are, for only people can say where they move.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Line
from kyodo_supporter_matching.venues.values import Place, VenueDetails


class VenueOpened(
    Event, type="kyodo.supporter-matching.venue-opened", words="{municipality}の会場「{details.name_ja}」を登録した"
):
    """Classes can take place here from now on."""

    municipality: MunicipalityCode
    details: VenueDetails


class VenueChanged(
    Event, type="kyodo.supporter-matching.venue-changed", words="会場「{details.name_ja}」の内容を変更した"
):
    """What is known of the venue, in place of what was known before."""

    municipality: MunicipalityCode
    details: VenueDetails


class VenueClosed(Event, type="kyodo.supporter-matching.venue-closed", words="会場の利用を終了した（{reason_ja}）"):
    """The venue takes no new sessions."""

    municipality: MunicipalityCode
    reason_ja: Line


class VenueReopened(Event, type="kyodo.supporter-matching.venue-reopened", words="会場の利用を再開した"):
    """The venue takes sessions again."""

    municipality: MunicipalityCode


class VenueIsClosed(Refused):
    status, type = 409, "venue-closed"
    title = "The venue is closed (会場は利用終了)"
    detail = "The venue {venue_id} takes no new sessions."
    remedy = "Choose an open venue, or have its municipality reopen this one."


@dataclass(frozen=True)
class Venue(Aggregate, category="venue"):
    """A place of a municipality in which classes are held."""

    municipality: str = ""
    details: VenueDetails | None = None
    closed: bool = False

    @property
    def name_ja(self) -> str:
        """What people call it."""
        return self._known.name_ja

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(latitude_e6=self._known.latitude_e6, longitude_e6=self._known.longitude_e6)

    # decisions

    def open(self, municipality: str, details: VenueDetails) -> Events:
        """Let classes take place here."""
        yield VenueOpened(municipality=municipality, details=details)

    def change(self, municipality: str, details: VenueDetails) -> Events:
        """Correct what is known, also of a closed venue: past sessions are shown with it."""
        self._of(municipality)
        if details != self.details:
            yield VenueChanged(municipality=municipality, details=details)

    def close(self, municipality: str, reason_ja: str) -> Events:
        """Take no new sessions from now on."""
        self._of(municipality)
        if not self.closed:
            yield VenueClosed(municipality=municipality, reason_ja=reason_ja)

    def reopen(self, municipality: str) -> Events:
        """Take sessions again, after building works for example."""
        self._of(municipality)
        if self.closed:
            yield VenueReopened(municipality=municipality)

    def require_open(self) -> None:
        """For whoever plans a session here. Raises VenueIsClosed."""
        require(not self.closed, VenueIsClosed(venue_id=self.id))

    @property
    def _known(self) -> VenueDetails:
        assert self.details is not None  # noqa: S101 - a venue begins with them
        return self.details

    def _of(self, municipality: str) -> None:
        require(self.municipality == municipality, NotFound(what="venue", id=self.id))

    # what events did

    @evolve
    def opened(self, event: VenueOpened) -> Self:
        return replace(self, municipality=event.municipality, details=event.details)

    @evolve
    def changed(self, event: VenueChanged) -> Self:
        return replace(self, details=event.details)

    @evolve
    def was_closed(self, event: VenueClosed) -> Self:
        return replace(self, closed=True)

    @evolve
    def reopened(self, event: VenueReopened) -> Self:
        return replace(self, closed=False)
