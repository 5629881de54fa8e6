"""Access tokens: from the Authorization header to a verified Identity."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import JWKRegistry, Key
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from kyodo_events.errors import Unauthenticated, Unavailable
from kyodo_events.values.municipalities import UnknownMunicipality, by_code
from kyodo_events.values.texts import ID_PATTERN
from kyodo_platform.identity.model import Identity, Role

ALGORITHMS = ("RS256", "ES256")
ROLES_CLAIM = "kyodo_roles"
MUNICIPALITY_CLAIM = "kyodo_municipality"
PERSON_CLAIM = "kyodo_person"
LEEWAY_SECONDS = 60  # for clocks that differ between the issuer and us
VERIFIED_TOKENS_KEPT = 4096
HEADER_CHARACTERS = 700  # base64 of the 512 bytes joserfc accepts; a longer one is not parsed at all

REFETCH_SECONDS = 10.0  # an unknown kid asks the provider again at most this often: tokens are cheap to forge
RETRY_SECONDS = 1.0  # after a failed fetch
FRESH_SECONDS = 300.0  # after this, keys are fetched again so that withdrawn ones stop working
STALE_SECONDS = 3600.0  # known keys are used for so long while the provider cannot be reached
FETCH_TIMEOUT_SECONDS = 5.0

# RFC 7515 §4: header members that are not understood are ignored unless `crit` names them, so not "strict".
_registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
_role_names = frozenset(role.value for role in Role)
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


def key_source(jwks_url: str) -> KeySource:
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
        self._path = path
        self._read: tuple[int, int] | None = None
        self._keys: Mapping[str, Key] = {}

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
        return self._keys


class JwksUrl:
    """Keys at a URL: cached, and fetched again for an unknown key (rotation) and when they get old."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._fetched = float("-inf")
        self._next_fetch = float("-inf")
        self._fetching = asyncio.Lock()

    async def find(self, kid: str) -> Key | None:
        key = self._usable().get(kid)
        # While one request renews keys that got old, the others go on with what is known.
        fresh = self._clock() - self._fetched < FRESH_SECONDS
        if key is not None and (fresh or self._fetching.locked()):
            return key
        async with self._fetching:
            if self._clock() >= self._next_fetch:
                await self._fetch()
        keys = self._usable()
        if not keys:
            raise IdentityProviderUnavailable(reason="The identity provider's keys cannot be fetched.")
        return keys.get(kid)

    def _usable(self) -> Mapping[str, Key]:
        return self._keys if self._clock() - self._fetched < STALE_SECONDS else {}

    async def _fetch(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=FETCH_TIMEOUT_SECONDS) as client:
                response = await client.get(self._url)
            self._keys = keys_of(response.raise_for_status().json(), self._keys)
        except (httpx.HTTPError, ValueError) as error:
            _log.warning("jwks_fetch_failed", url=self._url, error=type(error).__name__)
            self._next_fetch = self._clock() + RETRY_SECONDS
            return
        self._fetched = self._clock()
        self._next_fetch = self._fetched + REFETCH_SECONDS


@dataclass(frozen=True, slots=True)
class _Verified:
    identity: Identity
    kid: str
    key: Key
    expires_at: float  # seconds since the epoch, leeway included


class TokenVerifier:
    """Checks access tokens (JWT) of one issuer for one audience.

    Verified tokens are remembered by their hash until they expire, because checking a signature costs about
    a hundred microseconds; a remembered token counts only as long as its key is still published.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: KeySource,
        *,
        clock: Callable[[], float] = time.time,
        keep: int = VERIFIED_TOKENS_KEPT,
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._keep = keep
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()
        self._claims = JWTClaimsRegistry(
            now=lambda: int(clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def identify(self, authorization: str | None) -> Identity | None:
        """The caller of a request with this Authorization header; None where it has none.

        Raises as `verify` does, and Unauthenticated for a header that is not a bearer token.
        """
        if authorization is None:
            return None
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated(reason="The Authorization header is not 'Bearer <token>'.", fault="malformed")
        return await self.verify(token.strip())

    async def verify(self, token: str) -> Identity:
        """The identity that a token proves.

        Raises Unauthenticated (its fact `fault` says what is wrong: malformed, algorithm, unknown-key,
        signature, expired, not-yet-valid or claims) and IdentityProviderUnavailable.
        """
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._verified.get(digest)
        if known is None or self._clock() >= known.expires_at or await self._keys.find(known.kid) is not known.key:
            self._verified.pop(digest, None)
            known = await self._check(token)
            self._verified[digest] = known
            if len(self._verified) > self._keep:
                self._verified.popitem(last=False)
        elif digest in self._verified:
            self._verified.move_to_end(digest)
        return known.identity

    async def _check(self, token: str) -> _Verified:
        header = _header_of(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise Unauthenticated(reason="The token's algorithm is not RS256 or ES256.", fault="algorithm")
        if not isinstance(kid, str) or not kid:
            raise Unauthenticated(reason="The token does not name its key (kid).", fault="malformed")
        key = await self._keys.find(kid)
        if key is None:
            raise Unauthenticated(reason="The token is signed with an unknown key.", fault="unknown-key")
        claims = self._verified_claims(token, key)
        return _Verified(_identity_of(claims), kid, key, claims["exp"] + LEEWAY_SECONDS)

    def _verified_claims(self, token: str, key: Key) -> dict[str, Any]:
        try:
            claims = jwt.decode(token, key, registry=_registry).claims
            self._claims.validate(claims)
        except BadSignatureError as error:
            raise Unauthenticated(reason="The token's signature is wrong.", fault="signature") from error
        except ExpiredTokenError as error:
            raise Unauthenticated(reason="The token has expired.", fault="expired") from error
        except ClaimError as error:
            if error.claim == "nbf":
                raise Unauthenticated(reason="The token is not valid yet.", fault="not-yet-valid") from error
            reason = f"The token's claim '{error.claim}' is missing or not what is expected here."
            raise Unauthenticated(reason=reason, fault="claims") from error
        except (JoseError, ValueError, TypeError) as error:
            raise Unauthenticated(reason="The token cannot be read.", fault="malformed") from error
        return claims


def _header_of(token: str) -> Mapping[str, Any]:
    """The token's header, not verified yet: it only says which key to ask for."""
    head = token.partition(".")[0]
    try:
        header = (
            json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4))) if len(head) <= HEADER_CHARACTERS else None
        )
    except ValueError:
        header = None
    if not isinstance(header, dict):
        raise Unauthenticated(reason="The token is not a JWT.", fault="malformed")
    return header


def _identity_of(claims: Mapping[str, Any]) -> Identity:
    roles, municipality = claims.get(ROLES_CLAIM, []), claims.get(MUNICIPALITY_CLAIM)
    person = claims.get(PERSON_CLAIM)
    if not isinstance(roles, list):
        raise Unauthenticated(reason=f"The claim {ROLES_CLAIM} is not a list.", fault="claims")
    if municipality is not None and not _is_municipality(municipality):
        reason = f"The claim {MUNICIPALITY_CLAIM} is not the code of one of the 62 municipalities."
        raise Unauthenticated(reason=reason, fault="claims")
    if person is not None and not (isinstance(person, str) and re.fullmatch(ID_PATTERN, person)):
        raise Unauthenticated(reason=f"The claim {PERSON_CLAIM} is not the id of a record: a UUID.", fault="claims")
    # Names that are not ours belong to other applications of the same identity provider and grant nothing.
    known = frozenset(Role(name) for name in roles if isinstance(name, str) and name in _role_names)
    return Identity(claims["sub"], known, municipality, person)


def _is_municipality(code: object) -> bool:
    try:
        return isinstance(code, str) and by_code(code).code == code
    except UnknownMunicipality:
        return False


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
