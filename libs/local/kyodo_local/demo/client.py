"""A client of the public API, as an officer's, a supplier's or the secretariat's system would be one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx

from kyodo_local.demo.tokens import Tokens
from kyodo_local.demo.who import Who
from kyodo_platform.exercise import HEADER as EXERCISE_TIME

RETRIES = 5
CONNECTIONS = 12
PAGE = "200"  # the longest that the services give
# uvicorn closes a connection that is idle for 5 s. A client that keeps one as long meets the close now and then.
IDLE_SECONDS = 2.0

Json = dict[str, Any]


class Unexpected(RuntimeError):
    """The API answered something else than the scenario expects; the message holds its problem."""


class Client:
    """Speaks for everybody in the scenario, each with a token of their own."""

    def __init__(self, http: httpx.AsyncClient, tokens: Tokens) -> None:
        self._http, self._tokens = http, tokens

    @classmethod
    @asynccontextmanager
    async def of(cls, url: str, tokens: Tokens) -> AsyncIterator[Client]:
        """A client of the stack at this address."""
        limits = httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=IDLE_SECONDS)
        async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits) as http:
            yield cls(http, tokens)

    async def get(self, path: str, who: Who, **query: str) -> Json:
        """Read something as it stands now."""
        return await self._send("GET", path, who, params=query)

    async def get_at(self, at: datetime, path: str, who: Who) -> Json:
        """Read something as who looks at this moment sees it."""
        return await self._send("GET", path, who, headers={EXERCISE_TIME: at.isoformat()})

    async def all(self, path: str, who: Who, **query: str) -> list[Json]:
        """Read a whole list, page by page."""
        page = await self.get(path, who, **query, limit=PAGE)
        rows: list[Json] = page["items"]
        while page["next"]:
            page = await self.get(path, who, **query, limit=PAGE, cursor=page["next"])
            rows += page["items"]
        return rows

    async def do(
        self, method: str, path: str, body: Json | None, who: Who, at: datetime, *, key: str, refused_as: str = ""
    ) -> Json:
        """Command something that happens at this moment, and must succeed or be refused as stated.

        The key makes a repetition harmless, also that of a scenario played again.
        """
        headers = {
            "Idempotency-Key": f"scenario-{key}",
            "If-Match": "*",
            EXERCISE_TIME: at.isoformat(),
        }
        return await self._send(method, path, who, json=body, headers=headers, refused_as=refused_as)

    async def _send(
        self,
        method: str,
        path: str,
        who: Who,
        *,
        headers: dict[str, str] | None = None,
        refused_as: str = "",
        **request: Any,
    ) -> Json:
        for attempt in range(1, RETRIES + 1):
            told = {**(headers or {}), "Authorization": f"Bearer {await self._tokens.of(who)}"}
            response = await self._http.request(method, path, headers=told, **request)
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE or attempt == RETRIES:
                break
            await asyncio.sleep(attempt)  # 503 says: again, with the same key
        answer: Json = response.json()
        if response.is_success == bool(refused_as) or (refused_as and answer["type"] != refused_as):
            raise Unexpected(f"{method} {path} as {who} answered {response.status_code}: {answer}")
        return answer
