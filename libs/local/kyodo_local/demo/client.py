"""A client of the public API, as an officer's, a supplier's or the secretariat's system would be one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx

from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.identity.model import Role

RETRIES = 5
CONNECTIONS = 12

Json = dict[str, Any]


class Unexpected(RuntimeError):
    """The API answered something else than the scenario expects; the message holds its problem."""


class Client:
    """Speaks for every role of the scenario, each with a token of its own."""

    def __init__(self, http: httpx.AsyncClient, issuer: LocalIssuer) -> None:
        self._http, self._issuer = http, issuer
        self._tokens: dict[tuple[Role, str | None], str] = {}

    @classmethod
    @asynccontextmanager
    async def of(cls, url: str, issuer: LocalIssuer) -> AsyncIterator[Client]:
        """A client of the stack at this address."""
        limits = httpx.Limits(max_connections=CONNECTIONS)
        async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits) as http:
            yield cls(http, issuer)

    async def get(self, path: str, role: Role, municipality: str | None = None, **query: str) -> Json:
        """Read something."""
        return await self._send("GET", path, role, municipality, params=query)

    async def do(
        self, method: str, path: str, body: Json, role: Role, municipality: str | None = None, *, key: str, **more: Any
    ) -> Json:
        """Command something; the key makes a repetition harmless, also that of a scenario played again."""
        headers = {"Idempotency-Key": f"scenario-{key}", "If-Match": "*"}
        return await self._send(method, path, role, municipality, json=body, headers=headers, **more)

    async def _send(
        self,
        method: str,
        path: str,
        role: Role,
        municipality: str | None,
        *,
        headers: dict[str, str] | None = None,
        refused_as: str | None = None,
        **request: Any,
    ) -> Json:
        tokens = {"Authorization": f"Bearer {self._token(role, municipality)}"}
        for attempt in range(1, RETRIES + 1):
            response = await self._http.request(method, path, headers={**(headers or {}), **tokens}, **request)
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE or attempt == RETRIES:
                break
            await asyncio.sleep(attempt)  # 503 says: again, with the same key
        answer: Json = response.json()
        if response.is_success == (refused_as is not None) or (refused_as and answer["type"] != refused_as):
            raise Unexpected(
                f"{method} {path} as {role} {municipality or ''} answered {response.status_code}: {answer}"
            )
        return answer

    def _token(self, role: Role, municipality: str | None) -> str:
        if (role, municipality) not in self._tokens:
            issued = self._issuer.issue(role, municipality=municipality, lifetime=timedelta(hours=2))
            self._tokens[role, municipality] = issued
        return self._tokens[role, municipality]
