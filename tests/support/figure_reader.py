"""Short ways to read figures, all pages of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.building import As
from tests.support.running import Running


@dataclass(frozen=True)
class FigureReader:
    """A service whose figures are read, by an auditor where nobody else is named."""

    service: Running
    as_: As

    async def get(self, path: str, *role: str) -> httpx.Response:
        """The answer."""
        return await self.service.client.get(f"/v1/{path}", headers=self.as_(*role or ("auditor",)))

    async def rows(self, path: str, *role: str, limit: int | None = None) -> list[dict[str, Any]]:
        """The rows of all pages."""
        found, query = list[dict[str, Any]](), "" if limit is None else f"&limit={limit}"
        cursor = ""
        while True:
            answer = await self.get(f"{path}{query}{cursor}", *role)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page["items"]
            if not page["next"]:
                return found
            cursor = f"&cursor={page['next']}"

    async def csv(self, path: str) -> str:
        """The same as CSV."""
        headers = self.as_("auditor") | {"Accept": "text/csv"}
        return (await self.service.client.get(f"/v1/{path}", headers=headers)).text
