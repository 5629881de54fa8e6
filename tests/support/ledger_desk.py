"""A running ledger at a desk: what procurement tells it, and who asks it what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from kyodo_cost_ledger.app import service
from kyodo_cost_ledger.testing import Story, learn
from kyodo_events.database import Database
from tests.support.building import ANY, As

CHIYODA, CHUO, MUSASHINO, MITAKA, FUCHU = "131016", "131024", "132039", "132047", "132063"


@dataclass
class Desk:
    """A ledger without any facts yet, unless the story tells some."""

    client: httpx.AsyncClient
    database: Database
    as_: As
    story: Story = field(default_factory=Story)

    @classmethod
    async def of(cls, app_of: Any, as_: As) -> Desk:
        """A fresh one."""
        app = await app_of(service.name)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        return cls(
            httpx.AsyncClient(transport=transport, base_url="http://kyodo.test"), app.state.runtime.database, as_
        )

    async def learn(self, *stories: Story) -> None:
        """Take what was told since the last time."""
        for story in stories or (self.story,):
            async with self.database.transaction() as tx:
                await learn(tx, story.told)
            story.told.clear()

    async def ask(
        self, method: str, path: str, *who: str, body: Any = None, status: int = 200, csv: bool = False, **query: Any
    ) -> Any:
        """Ask as somebody, the secretariat where nobody is named; answers with the JSON, or the text of a CSV."""
        headers = self.as_(*(who or ("secretariat",))) | ANY | ({"Accept": "text/csv"} if csv else {})
        answer = await self.client.request(method, path, params=query, headers=headers, json=body)
        assert answer.status_code == status, answer.text
        return answer.content.decode("utf-8-sig") if csv else answer.json()

    async def get(self, path: str, *who: str, **options: Any) -> Any:
        """Read."""
        return await self.ask("GET", path, *who, **options)

    async def charged(self, *, year: int) -> dict[str, dict[str, int]]:
        """Base and usage that the books charge each party for a fiscal year."""
        async with self.database.transaction() as tx:
            rows = await tx.rows(
                "SELECT party, book, sum(amount)::bigint AS amount FROM charge WHERE month BETWEEN $1 AND $2"
                " GROUP BY 1, 2",
                f"{year}-04",
                f"{year + 1}-03",
            )
        found: dict[str, dict[str, int]] = {}
        for party, book, amount in rows:
            found.setdefault(party, {"base": 0, "usage": 0})[book] = amount
        return found


def of(answer: Any, name: str) -> dict[str, Any]:
    """One column of an answer's rows, by party; rows of those whom it does not concern are left out."""
    return {row["municipality"]: row[name] for row in answer["items"] if row.get("concerned", True)}
