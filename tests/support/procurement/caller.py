"""Procurement as its callers use it over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.building import ANY, As

Json = dict[str, Any]


class Caller:
    """Sends requests in somebody's role: the secretariat's where none is named, an officer's where a code is."""

    def __init__(self, client: httpx.AsyncClient, as_: As) -> None:
        self.client, self._as = client, as_

    async def post(self, path: str, body: Any, *role: str) -> httpx.Response:
        """Create something."""
        return await self.client.post(path, json=body, headers=self._headers(role))

    async def put(self, path: str, body: Any = None, *role: str) -> httpx.Response:
        """Set something, whatever stands there."""
        return await self.client.put(path, json=body, headers=self._headers(role) | ANY)

    async def delete(self, path: str, *role: str) -> httpx.Response:
        """Withdraw something, whatever stands there."""
        return await self.client.delete(path, headers=self._headers(role) | ANY)

    async def get(self, path: str, *role: str, **headers: str) -> httpx.Response:
        """Read something."""
        return await self.client.get(path, headers=self._headers(role) | headers)

    async def items(self, path: str, *role: str) -> list[Json]:
        """The rows of a list."""
        answer = await self.get(path, *role)
        assert answer.status_code == 200, answer.text
        items: list[Json] = answer.json()["items"]
        return items

    def _headers(self, role: tuple[str, ...]) -> dict[str, str]:
        return (
            self._as("officer", *role) if len(role) == 1 and role[0].isdigit() else self._as(*role or ("secretariat",))
        )


def problem(answer: httpx.Response) -> tuple[int, str]:
    """The status of a refusal, and the slug of its type."""
    return answer.status_code, str(answer.json()["type"]).removeprefix("/problems/")
