"""A client of the public API, as an officer's, a supplier's or the secretariat's system would be one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from kyodo_platform.exercise import HEADER as EXERCISE_TIME
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.identity.model import Role

RETRIES = 5
CONNECTIONS = 12
PAGE = "200"  # the longest that the services give
# uvicorn closes a connection that is idle for 5 s. A client that keeps one as long meets the close now and then.
IDLE_SECONDS = 2.0

Json = dict[str, Any]


class Unexpected(RuntimeError):
    """The API answered something else than the scenario expects; the message holds its problem."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who asks: a role, the municipality it is held in, a subject where several hold the same, a record."""

    role: Role
    municipality: str | None = None
    subject: str | None = None
    person: str | None = None

    def __str__(self) -> str:
        return f"{self.subject or self.role} {self.municipality or ''}".strip()


SECRETARIAT = Who(Role.SECRETARIAT)
AUDITOR = Who(Role.AUDITOR)


def officer(municipality: str) -> Who:
    """An officer of a municipality."""
    return Who(Role.OFFICER, municipality)


def approver(municipality: str) -> Who:
    """An approver of a municipality."""
    return Who(Role.APPROVER, municipality)


class Client:
    """Speaks for everybody in the scenario, each with a token of their own."""

    def __init__(self, http: httpx.AsyncClient, issuer: LocalIssuer) -> None:
        self._http, self._issuer = http, issuer
        self._tokens: dict[Who, str] = {}

    @classmethod
    @asynccontextmanager
    async def of(cls, url: str, issuer: LocalIssuer) -> AsyncIterator[Client]:
        """A client of the stack at this address."""
        limits = httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=IDLE_SECONDS)
        async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits) as http:
            yield cls(http, issuer)

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
        tokens = {"Authorization": f"Bearer {self._token(who)}"}
        for attempt in range(1, RETRIES + 1):
            response = await self._http.request(method, path, headers={**(headers or {}), **tokens}, **request)
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE or attempt == RETRIES:
                break
            await asyncio.sleep(attempt)  # 503 says: again, with the same key
        answer: Json = response.json()
        if response.is_success == bool(refused_as) or (refused_as and answer["type"] != refused_as):
            raise Unexpected(f"{method} {path} as {who} answered {response.status_code}: {answer}")
        return answer

    def _token(self, who: Who) -> str:
        if who not in self._tokens:
            self._tokens[who] = self._issuer.issue(
                who.role,
                municipality=who.municipality,
                person=who.person,
                subject=who.subject,
                lifetime=timedelta(hours=2),
            )
        return self._tokens[who]
