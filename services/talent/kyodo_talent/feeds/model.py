"""A calendar feed: the secret address under which an expert's calendar program fetches the expert's own calendar.

Calendar programs cannot sign in, so that whoever has the address reads the calendar. The address is therefore long,
known to nobody here but by its hash, and worth nothing once the expert revokes it or makes another one.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Annotated, Self

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
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


class FeedOpened(Event, type="kyodo.talent.feed-opened", words="カレンダー購読用の秘密のアドレスを発行した"):
    """The calendar may be fetched with a token of this digest, and with no other."""

    digest: Digest


class FeedRevoked(Event, type="kyodo.talent.feed-revoked", words="カレンダー購読用の秘密のアドレスを取り消した"):
    """The calendar may not be fetched any more."""


@dataclass(frozen=True)
class Feed(Aggregate, category="feed"):
    """The feed of the expert of the same id."""

    digest: str | None = None

    def open(self, digest: str) -> Events:
        """Let the calendar be fetched with a new token; the one before is worth nothing any more."""
        yield FeedOpened(digest=digest)

    def revoke(self) -> Events:
        """Let nobody fetch it."""
        if self.digest is not None:
            yield FeedRevoked()

    @evolve
    def opened(self, event: FeedOpened) -> Self:
        return replace(self, digest=event.digest)

    @evolve
    def revoked(self, event: FeedRevoked) -> Self:
        return replace(self, digest=None)
