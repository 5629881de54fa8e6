"""For whom a caller acts, where the path does not say it."""

from __future__ import annotations

from kyodo_events.errors import Forbidden
from kyodo_events.values.municipalities import TOKYO
from kyodo_platform.identity.model import Identity, Role


def own_municipality(identity: Identity) -> str:
    """The municipality of an officer. Raises Forbidden for a token that names none."""
    if identity.municipality is None:
        raise Forbidden(needed="the role officer in a municipality that the token names")
    return identity.municipality


def municipality_or_tokyo(identity: Identity) -> str | None:
    """The municipality of an officer, None for the secretariat. Raises Forbidden for an officer of nowhere."""
    return None if Role.SECRETARIAT in identity.roles else own_municipality(identity)


def party_of(identity: Identity) -> str:
    """The same as a party: `tokyo` for the secretariat. Raises Forbidden for an officer of nowhere."""
    return municipality_or_tokyo(identity) or TOKYO
