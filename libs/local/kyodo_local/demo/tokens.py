"""Access tokens for the people of the scenario, from whichever issuer the services trust."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from kyodo_local.demo.who import Who
from kyodo_platform.identity.issuer import LocalIssuer

_LIFETIME = timedelta(hours=2)  # longer than any scenario takes


class Tokens(Protocol):
    """Who gives people their tokens."""

    async def of(self, who: Who) -> str:
        """A token that is valid for some minutes at least."""


class LocalTokens:
    """Tokens of the embedded stack's own issuer."""

    def __init__(self, issuer: LocalIssuer) -> None:
        self._issuer = issuer
        self._issued: dict[Who, str] = {}

    async def of(self, who: Who) -> str:
        """The same token each time, for the services remember whom they have verified."""
        if who not in self._issued:
            self._issued[who] = self._issuer.issue(
                who.role,
                municipality=who.municipality,
                person=who.person,
                subject=who.subject,
                lifetime=_LIFETIME,
            )
        return self._issued[who]
