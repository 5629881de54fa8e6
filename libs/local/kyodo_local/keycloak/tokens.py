"""Tokens that a real Keycloak gives the people of an exercise, each of whom signs in with the exercises' password."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx

from kyodo_local.demo.who import Who
from kyodo_local.keycloak.people import people, username
from kyodo_local.keycloak.realm import EXERCISE_CLIENT, REALM, REGISTRAR, attributes_of, group_of

_RENEWED_BEFORE = 120.0  # seconds before its end a token is replaced
_TIMEOUT = 60.0  # seconds; a sign-in computes a slow hash, and many sign in at once
_CONNECTIONS = 4

Json = dict[str, Any]


class KeycloakTokens:
    """Signs people in by the exercise client, and makes accounts for those who have none yet by the registrar.

    Raises httpx.HTTPStatusError where Keycloak refuses.
    """

    def __init__(self, sign_in: httpx.AsyncClient, administration: httpx.AsyncClient, *, secret: str, password: str):
        self._sign_in, self._administration = sign_in, administration
        self._secret, self._password = secret, password
        self._known = {username(who) for who in people()}
        self._issued: dict[str, tuple[str, float]] = {}
        self._signing_in: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    @asynccontextmanager
    async def at(cls, public: str, inside: str, *, secret: str, password: str) -> AsyncIterator[Self]:
        """Tokens of the Keycloak below these two addresses: where people reach it, and where administrators do."""
        limits = httpx.Limits(max_connections=_CONNECTIONS)
        async with (
            httpx.AsyncClient(base_url=public, timeout=_TIMEOUT, limits=limits) as sign_in,
            httpx.AsyncClient(base_url=inside, timeout=_TIMEOUT, limits=limits) as administration,
        ):
            yield cls(sign_in, administration, secret=secret, password=password)

    async def of(self, who: Who) -> str:
        """A token of this person's account, which is made where it is missing."""
        name = username(who)
        async with self._signing_in[name]:
            if name not in self._known:
                await self._register(name, who)
            return await self._token(
                name, EXERCISE_CLIENT, grant_type="password", username=name, password=self._password
            )

    async def _register(self, name: str, who: Who) -> None:
        account = {
            "username": name,
            "enabled": True,
            "attributes": attributes_of(who),
            "groups": [group_of(who.role)],
            "credentials": [{"type": "password", "value": self._password, "temporary": False}],
        }
        registrar = await self._token(REGISTRAR, REGISTRAR, grant_type="client_credentials")
        path, headers = f"/admin/realms/{REALM}/users", {"Authorization": f"Bearer {registrar}"}
        answer = await self._administration.post(path, json=account, headers=headers)
        if answer.status_code != httpx.codes.CONFLICT:  # there from an earlier exercise
            answer.raise_for_status()
        self._known.add(name)

    async def _token(self, name: str, client: str, **grant: str) -> str:
        token, ends = self._issued.get(name, ("", 0.0))
        if time.monotonic() > ends - _RENEWED_BEFORE:
            path = f"/realms/{REALM}/protocol/openid-connect/token"
            form = {"client_id": client, "client_secret": self._secret, **grant}
            answer = (await self._sign_in.post(path, data=form)).raise_for_status().json()
            token, ends = answer["access_token"], time.monotonic() + answer["expires_in"]
            self._issued[name] = token, ends
        return token
