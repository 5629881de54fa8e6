"""Who signs badges: the service under its public address, with the keys of the setting `signing_keys`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Depends

from kyodo_events.errors import Refused
from kyodo_platform.context import current
from kyodo_platform.signing import SigningKeys


class BadgesNotSetUp(Refused):
    status, type = 404, "badges-not-set-up"
    title = "This installation issues no badges (バッジ未対応)"
    detail = "It has no keys to sign with, or does not know its own address."
    remedy = "Use the certificate on paper, or ask whoever runs the installation (docs/operations.md)."


@dataclass(frozen=True, slots=True, repr=False)
class Issuer:
    """The address under which badges are issued, and the keys that sign them."""

    url: str
    keys: SigningKeys

    def sign(self, claims: Mapping[str, Any]) -> str:
        """The claims as a signed JWT. Its header names the key by an address at which it is read."""
        return self.keys.sign(claims, self._named)

    def published(self) -> list[dict[str, Any]]:
        """All keys, today's and earlier ones."""
        return self.keys.published(self._named)

    def public(self, name: str) -> dict[str, Any] | None:
        """One key by its thumbprint."""
        return self.keys.public(name, self._named) if name in self.keys.keys else None

    def _named(self, name: str) -> str:
        return f"{self.url}/v1/badges/keys/{name}"


@lru_cache(maxsize=4)
def issuer_of(url: str, setting: str) -> Issuer:
    """The issuer of an installation; keys are read once, not with every request."""
    return Issuer(url, SigningKeys.of(setting))


async def _issuer() -> Issuer:
    settings = current.get().runtime.settings
    # A badge says for good who issued it: nobody is to find an address in it that was never chosen.
    if settings.signing_keys is None or "public_url" not in settings.model_fields_set:
        raise BadgesNotSetUp
    return issuer_of(settings.public_url, settings.signing_keys.get_secret_value())


Issuing = Annotated[Issuer, Depends(_issuer)]
"""The issuer, for an endpoint that says it raises BadgesNotSetUp."""
