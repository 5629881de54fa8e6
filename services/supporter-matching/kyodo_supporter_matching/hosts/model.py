"""A host: an organisation, such as a neighbourhood association, to which a municipality leaves community classes.

Who signs in for it is the identity provider's affair: the token names the host's id. No person is named here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Line


class HostDelegated(
    Event, type="kyodo.supporter-matching.host-delegated", words="{municipality}が「{name_ja}」に教室の運営を委ねた"
):
    """A municipality leaves community classes to an organisation."""

    municipality: MunicipalityCode
    name_ja: Line


class HostReleased(Event, type="kyodo.supporter-matching.host-released", words="運営の委任を終えた"):
    """The organisation plans no further classes."""

    municipality: MunicipalityCode


class HostGone(Refused):
    status, type = 409, "host-released"
    title = "The host is no longer one (委任は終了)"
    detail = "The municipality has ended the delegation to this host."
    remedy = "Name another host, or none where the municipality sees to the session itself."


@dataclass(frozen=True)
class Host(Aggregate, category="host"):
    """An organisation that sees to classes of one municipality."""

    municipality: str = ""
    name_ja: str = ""
    released: bool = False

    def delegate(self, municipality: str, name_ja: str) -> Events:
        """Leave classes to the organisation."""
        yield HostDelegated(municipality=municipality, name_ja=name_ja)

    def release(self, municipality: str) -> Events:
        """End that."""
        require(self.municipality == municipality, NotFound(what="host", id=self.id))
        if not self.released:
            yield HostReleased(municipality=municipality)

    def require_host_of(self, municipality: str) -> None:
        """Raises NotFound for a host of another municipality, HostGone for one that was released."""
        require(self.municipality == municipality, NotFound(what="host", id=self.id))
        require(not self.released, HostGone())

    @evolve
    def delegated(self, event: HostDelegated) -> Self:
        return replace(self, municipality=event.municipality, name_ja=event.name_ja)

    @evolve
    def was_released(self, event: HostReleased) -> Self:
        return replace(self, released=True)
