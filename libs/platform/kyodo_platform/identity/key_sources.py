"""The identity provider's public keys: where they are read, and for how long they are trusted without being read."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from kyodo_events.errors import Unavailable
from kyodo_platform.certificates import expiry_of

REFETCH_SECONDS = 10.0  # an unknown kid asks the provider again at most this often: tokens are cheap to forge
RETRY_SECONDS = 1.0  # after a failed fetch
FRESH_SECONDS = 300.0  # after this, keys are fetched again so that withdrawn ones stop working
STALE_SECONDS = 3600.0  # known keys are used for so long while the provider cannot be reached
FETCH_TIMEOUT_SECONDS = 5.0

_log = structlog.stdlib.get_logger(__name__)


class IdentityProviderUnavailable(Unavailable):
    """The keys that tokens are checked against cannot be read, so nobody can be recognised."""

    type = "identity-provider-unavailable"
    title = "The identity provider cannot be reached"
    remedy = "Try again in a moment; the token itself may well be right."


class KeySource(Protocol):
    """Where the issuer publishes its keys."""

    async def find(self, kid: str) -> Key | None:
        """The key of this id, the same object as long as it is unchanged; None where it is not published.

        Raises IdentityProviderUnavailable.
        """


class WatchedKeys(KeySource, Protocol):
    """Keys of which is known how old they are.

    `read_at` says when they were read last and `certificate_expires` when the certificate does under which they were
    (infinity: there is none), both in seconds since the epoch; 0 where they could not be read yet.
    """

    read_at: float
    certificate_expires: float

    async def renew(self) -> None:
        """Read keys again that got old, also while nobody signs in; raises nothing, for `read_at` tells."""


def key_source(jwks_url: str) -> WatchedKeys:
    """The source for a `https://`, `http://` or `file://` address; raises ValueError for anything else."""
    parts = urlsplit(jwks_url)
    if parts.scheme == "file":
        return JwksFile(Path(unquote(parts.path)))
    if parts.scheme in ("http", "https"):
        return JwksUrl(jwks_url)
    raise ValueError("the JWKS address is neither http(s):// nor file://")


class JwksFile:
    """Keys in a file, read again when the file changes: the embedded default."""

    def __init__(self, path: Path) -> None:
        self.read_at, self.certificate_expires = 0.0, float("inf")
        self._path = path
        self._read: tuple[int, int] | None = None
        self._keys: Mapping[str, Key] = {}

    async def renew(self) -> None:
        with suppress(IdentityProviderUnavailable):
            self._current()

    async def find(self, kid: str) -> Key | None:
        return self._current().get(kid)

    def _current(self) -> Mapping[str, Key]:
        try:
            state = self._path.stat()
            if (state.st_mtime_ns, state.st_ino) != self._read:
                self._keys = keys_of(json.loads(self._path.read_bytes()), self._keys)
                self._read = (state.st_mtime_ns, state.st_ino)
        except (OSError, ValueError) as error:
            _log.error("jwks_unreadable", path=str(self._path), error=type(error).__name__)
            raise IdentityProviderUnavailable(reason="The issuer's published keys cannot be read.") from error
        self.read_at = time.time()
        return self._keys


class JwksUrl:
    """Keys at a URL: cached, and fetched again for an unknown key (rotation) and when they get old."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.read_at = self.certificate_expires = 0.0
        self._url = url
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._fetched = float("-inf")
        self._next_fetch = float("-inf")
        self._fetching = asyncio.Lock()

    async def find(self, kid: str) -> Key | None:
        key = self._usable().get(kid)
        # While one request renews keys that got old, the others go on with what is known.
        if key is not None and (self._fresh() or self._fetching.locked()):
            return key
        await self._fetch_in_turn()
        keys = self._usable()
        if not keys:
            raise IdentityProviderUnavailable(reason="The identity provider's keys cannot be fetched.")
        return keys.get(kid)

    async def renew(self) -> None:
        if not self._fresh():
            await self._fetch_in_turn()

    def _fresh(self) -> bool:
        return self._clock() - self._fetched < FRESH_SECONDS

    def _usable(self) -> Mapping[str, Key]:
        return self._keys if self._clock() - self._fetched < STALE_SECONDS else {}

    async def _fetch_in_turn(self) -> None:
        async with self._fetching:
            if self._clock() >= self._next_fetch:
                await self._fetch()

    async def _fetch(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=FETCH_TIMEOUT_SECONDS) as client:
                response = await client.get(self._url)
                expires = expiry_of(response)
            self._keys = keys_of(response.raise_for_status().json(), self._keys)
        except (httpx.HTTPError, ValueError) as error:
            _log.warning("jwks_fetch_failed", url=self._url, error=type(error).__name__)
            self._next_fetch = self._clock() + RETRY_SECONDS
            return
        self.read_at, self.certificate_expires = time.time(), expires
        self._fetched = self._clock()
        self._next_fetch = self._fetched + REFETCH_SECONDS


def keys_of(document: Any, known: Mapping[str, Key]) -> dict[str, Key]:
    """The signing keys of a JWKS document, by id; raises ValueError where it is none.

    Keys we cannot use (for encryption, of other types or curves) are left out: a provider publishes them
    beside the ones we need. A key that is known already stays the same object, so that the tokens verified
    with it stay verified.
    """
    published = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(published, list):
        raise ValueError("not a JWKS document")
    keys: dict[str, Key] = {}
    for entry in published:
        if not isinstance(entry, dict) or entry.get("kty") not in ("RSA", "EC") or "kid" not in entry:
            continue
        if entry.get("use", "sig") != "sig":
            continue
        kid = str(entry["kid"])
        try:
            key, old = JWKRegistry.import_key(entry), known.get(kid)
        except (JoseError, ValueError, KeyError, TypeError):
            _log.warning("jwk_ignored", kid=kid)
            continue
        keys[kid] = old if old is not None and old == key else key
    return keys
