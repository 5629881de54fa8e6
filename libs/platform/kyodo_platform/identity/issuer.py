"""The local issuer of the embedded default: real signed tokens without an identity provider.

It signs with a key of its own that never leaves the state directory, and publishes the public half as a JWKS
file that the services read as they would read a provider's. Identity is therefore never switched off.
"""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

from kyodo_events.values.municipalities import TOKYO, by_code
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role
from kyodo_platform.identity.tokens import MUNICIPALITY_CLAIM, PERSON_CLAIM, ROLES_CLAIM

LOCAL_ISSUER = "urn:kyodo:local-issuer"
LOCAL_AUDIENCE = "kyodo"
ALGORITHM = "ES256"


class LocalIssuer:
    """Issues access tokens signed with ES256 by a key in `directory`, which is created on first use.

    `issuer-key.json` is the private key (mode 0600); `jwks.json` publishes the current key and the one before,
    so that tokens issued just before a rotation stay valid.
    """

    def __init__(self, directory: Path, *, issuer: str = LOCAL_ISSUER, audience: str = LOCAL_AUDIENCE) -> None:
        self.issuer = issuer
        self.audience = audience
        self.jwks_path = directory / "jwks.json"
        self._key_path = directory / "issuer-key.json"
        directory.mkdir(parents=True, exist_ok=True)
        if not self._key_path.exists():
            self._create_key()
        self._key = self._load_key()
        if self._key.kid not in {entry["kid"] for entry in self._published()}:
            self._publish(self._key)

    @property
    def jwks_url(self) -> str:
        """The address of the published keys, as the setting `oidc_jwks_url` takes it."""
        return self.jwks_path.absolute().as_uri()

    @property
    def kid(self) -> str:
        """The id of the current key: its RFC 7638 thumbprint."""
        return str(self._key.kid)

    def issue(
        self,
        *roles: Role,
        municipality: str | None = None,
        person: str | None = None,
        subject: str | None = None,
        lifetime: timedelta = timedelta(hours=1),
    ) -> str:
        """A signed access token for these roles.

        The subject is a placeholder such as `officer@131016` unless one is given. Raises ValueError for no
        role and for a municipal role without a municipality, and UnknownMunicipality for an unknown one.
        """
        if not roles:
            raise ValueError("a token needs at least one role")
        if municipality is not None:
            by_code(municipality)
        elif MUNICIPAL_ROLES & set(roles):
            raise ValueError("officers and approvers work for a municipality: name it")
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": subject or f"{'+'.join(roles)}@{municipality or TOKYO}",
            "iat": now,
            "nbf": now,
            "exp": now + int(lifetime.total_seconds()),
            "jti": str(uuid4()),
            ROLES_CLAIM: [str(role) for role in roles],
        }
        if municipality is not None:
            claims[MUNICIPALITY_CLAIM] = municipality
        if person is not None:
            claims[PERSON_CLAIM] = person
        return jwt.encode({"alg": ALGORITHM, "kid": self.kid}, claims, self._key)

    def rotate(self) -> None:
        """Sign with a new key from now on; tokens of the key before stay valid, those of older keys do not."""
        new = _new_key()
        # Published before it is used: a crash in between leaves a published key that signs nothing.
        self._publish(new, self._key)
        _replace(self._key_path, _private_json(new), mode=0o600)
        self._key = new

    def _create_key(self) -> None:
        """Make the first key; where another process was faster, its key stands."""
        draft = self._key_path.with_name(f".{self._key_path.name}.{uuid4()}")
        _write(draft, _private_json(_new_key()), mode=0o600)
        try:
            os.link(draft, self._key_path)
        except FileExistsError:
            return
        finally:
            draft.unlink()

    def _load_key(self) -> ECKey:
        return ECKey.import_key(json.loads(self._key_path.read_bytes()))

    def _published(self) -> list[dict[str, Any]]:
        try:
            keys: list[dict[str, Any]] = json.loads(self.jwks_path.read_bytes())["keys"]
        except FileNotFoundError:
            return []
        return keys

    def _publish(self, *keys: ECKey) -> None:
        entries = [key.as_dict(private=False, use="sig", alg=ALGORITHM) for key in keys]
        _replace(self.jwks_path, json.dumps({"keys": entries}, indent=2), mode=0o644)


def _new_key() -> ECKey:
    return ECKey.generate_key("P-256", auto_kid=True)


def _private_json(key: ECKey) -> str:
    return json.dumps(key.as_dict(private=True))


def _replace(path: Path, text: str, *, mode: int) -> None:
    """Write the file whole or not at all: readers never see half of it."""
    draft = path.with_name(f".{path.name}.{uuid4()}")
    _write(draft, text, mode=mode)
    draft.replace(path)


def _write(path: Path, text: str, *, mode: int) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
