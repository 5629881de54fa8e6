"""Keys with which a service signs what others verify without asking it, such as badges that outlive a server.

The setting `signing_keys` is a JWK Set of RSA keys as JSON. The first key signs, and has its private part; the others
are earlier ones, of which the public part is enough: what they signed stays verifiable. A key is named by its RFC 7638
thumbprint. Its member `iat` says when it was made, in seconds since the epoch (registered for JWKs by OpenID Federation
1.0); a key without it works too, only nobody is told that it has grown old.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from joserfc import jwt
from joserfc.jwk import RSAKey

ALGORITHM: Final = "RS256"
LEAST_BITS: Final = 2048

Named = Callable[[str], str]
"""What a key is called outside, such as an address, by its thumbprint."""


@dataclass(frozen=True, slots=True, repr=False)
class SigningKeys:
    """The keys by thumbprint, the one that signs first."""

    keys: Mapping[str, RSAKey]

    @classmethod
    def of(cls, setting: str) -> Self:
        """Read the setting. Raises ValueError, which repeats nothing of it."""
        try:
            entries = json.loads(setting)["keys"]
            keys = [RSAKey.import_key(entry) for entry in entries]
        except Exception:  # whatever is wrong with it: an error that shows a key must not leave here
            raise ValueError("signing keys are a JWK Set of RSA keys, as JSON") from None
        if not keys or not keys[0].is_private:
            raise ValueError("the first of the signing keys signs, and needs its private part")
        if any(key.raw_value.key_size < LEAST_BITS for key in keys):
            raise ValueError(f"each of the signing keys has {LEAST_BITS} bits or more")
        return cls({key.thumbprint(): key for key in keys})

    @property
    def created(self) -> float | None:
        """When the key that signs was made, in seconds since the epoch; None where it does not say so."""
        made = next(iter(self.keys.values())).get("iat")
        return float(made) if isinstance(made, int | float) else None

    def sign(self, claims: Mapping[str, Any], named: Named) -> str:
        """The claims as a signed JWT; its header names the key, and holds nothing else of it."""
        name, key = next(iter(self.keys.items()))
        return jwt.encode({"alg": ALGORITHM, "kid": named(name)}, dict(claims), key)

    def published(self, named: Named) -> list[dict[str, Any]]:
        """The public parts of all keys, as a JWK Set has them."""
        return [self.public(name, named) for name in self.keys]

    def public(self, name: str, named: Named) -> dict[str, Any]:
        """The public part of one key. Raises KeyError."""
        bare = {part: value for part, value in self.keys[name].as_dict(private=False).items() if part != "kid"}
        return {**bare, "kid": named(name), "use": "sig", "alg": ALGORITHM}


def new_signing_keys() -> str:
    """A setting with one new key."""
    return json.dumps({"keys": [{**RSAKey.generate_key(LEAST_BITS).as_dict(private=True), "iat": int(time.time())}]})
