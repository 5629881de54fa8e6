"""Usage as operators report it and readers see it, over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.building import As
from tests.support.running import Running

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"


class Usage:
    """An offering, and requests about its usage; without a role reports come from its operator."""

    def __init__(self, service: Running, as_: As, offering: str) -> None:
        self.service, self.as_, self.offering = service, as_, offering

    async def report(self, *records: Any, role: str = "operator") -> httpx.Response:
        """Report records as plain JSON."""
        body = {"offering_id": self.offering, "records": list(records)}
        return await self.service.client.post("/v1/usage", json=body, headers=self.as_(role))

    async def send(self, body: bytes, content_type: str = "application/json") -> httpx.Response:
        """Send a body as it is."""
        headers = self.as_("operator") | {"Content-Type": content_type}
        return await self.service.client.post("/v1/usage", content=body, headers=headers)

    async def get(self, path: str, *role: str, **params: str) -> Any:
        """What a path answers, which must be a success."""
        answer = await self.ask(path, *role, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ask(self, path: str, *role: str, **params: str) -> httpx.Response:
        """Ask a path."""
        return await self.service.client.get(path, params=params, headers=self.as_(*role or ("secretariat",)))

    async def put(self, path: str, body: Any, *role: str, if_match: str = "*") -> httpx.Response:
        """Change something, as the operator."""
        headers = self.as_(*role or ("operator",)) | {"If-Match": if_match}
        return await self.service.client.put(path, json=body, headers=headers)

    async def close(self, month: str, role: str = "operator") -> httpx.Response:
        """Close a month."""
        body = {"offering_id": self.offering, "month": month}
        return await self.service.client.post("/v1/meter-months", json=body, headers=self.as_(role))

    async def sums(self, *role: str, **params: str) -> list[tuple[str, str, str, int, int, bool]]:
        """The sums as rows."""
        rows = (await self.get("/v1/usage", *role, **params))["items"]
        names = ("municipality", "month", "meter", "quantity", "records", "settled")
        return [tuple(row[name] for name in names) for row in rows]

    async def events(self) -> int:
        """How many events about usage there are."""
        return int((await self.service.as_owner("SELECT count(*) FROM event WHERE category LIKE 'usage%'"))[0][0])


def used(record: str, municipality: str = CHIYODA, quantity: Any = 3, used_on: str = "2024-04-10", **more: Any) -> Any:
    """A record of the summed meter."""
    fields = {"record": record, "meter": "applications", "municipality": municipality, "quantity": quantity}
    return fields | {"used_on": used_on} | more


def outcomes(answer: httpx.Response) -> list[tuple[str, int]]:
    """What became of each record."""
    return [(result["outcome"], result["status"]) for result in answer.json()["results"]]


def problems(answer: httpx.Response) -> list[str]:
    """Why each record was refused."""
    return [result["problem"]["type"].removeprefix("/problems/") for result in answer.json()["results"]]
