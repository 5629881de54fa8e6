"""Access tokens: from the Authorization header to a verified Identity."""

from __future__ import annotations

import hashlib
import json
import re
import time
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from kyodo_events.errors import Unauthenticated
from kyodo_events.values.municipalities import UnknownMunicipality, by_code
from kyodo_events.values.texts import ID_PATTERN
from kyodo_platform.identity.key_sources import KeySource
from kyodo_platform.identity.model import Identity, Role

ALGORITHMS = ("RS256", "ES256")
ROLES_CLAIM = "kyodo_roles"
MUNICIPALITY_CLAIM = "kyodo_municipality"
PERSON_CLAIM = "kyodo_person"
LEEWAY_SECONDS = 60  # for clocks that differ between the issuer and us
VERIFIED_TOKENS_KEPT = 4096
HEADER_CHARACTERS = 700  # base64 of the 512 bytes joserfc accepts; a longer one is not parsed at all

# RFC 7515 §4: header members that are not understood are ignored unless `crit` names them, so not "strict".
_registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
_role_names = frozenset(role.value for role in Role)


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
