"""Secret addresses: what somebody's program fetches without signing in, such as a calendar.

Programs like that cannot sign in, so that whoever has the address reads what it leads to. The address is therefore
long, known to nobody here but by its hash, and worth nothing once its owner revokes it or makes another one.

A service gives the events their names: `class FeedOpened(AddressOpened, type="kyodo.talent.feed-opened", words=…)`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events
from kyodo_events.event import Event

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Token = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{43}$")]
"""The secret part of the address: 256 random bits."""


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of a token. Plain SHA-256 does: there is nothing to guess where all 256 bits are random."""
    return hashlib.sha256(token.encode()).hexdigest()


class AddressOpened(Event):
    """The address leads somewhere with a token of this digest, and with no other."""

    digest: Digest


class AddressRevoked(Event):
    """The address leads nowhere any more."""


@dataclass(frozen=True)
class SecretAddress(Aggregate):
    """A secret address, whose stream is the id of whom it stands for. A service says which events are its own."""

    opened: ClassVar[type[AddressOpened]]
    revoked: ClassVar[type[AddressRevoked]]

    digest: str | None = None

    def open(self, digest: str) -> Events:
        """Let it lead somewhere with a new token; the one before is worth nothing any more."""
        yield self.opened(digest=digest)

    def revoke(self) -> Events:
        """Let it lead nowhere."""
        if self.digest is not None:
            yield self.revoked()

    @classmethod
    def evolvers(cls) -> dict[type[Event], Callable[[Any, Any], Any]]:
        """What the service's two events do."""
        return {cls.opened: cls._was_opened, cls.revoked: cls._was_revoked}

    def _was_opened(self, event: AddressOpened) -> Self:
        return replace(self, digest=event.digest)

    def _was_revoked(self, event: AddressRevoked) -> Self:
        return replace(self, digest=None)
