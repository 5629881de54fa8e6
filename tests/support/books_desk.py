"""The secretariat's desk over the ledger's books, on days of its own: an installation for exercises."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from kyodo_cost_ledger.charges.model import Cell
from kyodo_cost_ledger.testing import Story, balances, learn, terms
from kyodo_events.database import Database
from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.settings import Settings
from tests.support.building import ANY, As
from tests.support.databases import Databases
from tests.support.running import Running, running

CHIYODA, CHUO, MUSASHINO = "131016", "131024", "132039"
MONTHS = [str(month) for month in FiscalYear(2024).months()]


@dataclass
class Desk:
    """A running ledger, what it is told, and the day on which it is asked."""

    service: Running
    as_: As
    story: Story = field(default_factory=Story)
    today: str = "2025-04-10"

    @property
    def database(self) -> Database:
        """The ledger's database, as its application role."""
        found: Database = self.service.app.state.runtime.database
        return found

    async def learn(self) -> None:
        """Take what the story has told since."""
        async with self.database.transaction() as tx:
            await learn(tx, self.story.told)
        self.story.told.clear()

    async def ask(self, method: str, path: str, body: Any = None, *who: str, status: int = 200, **query: str) -> Any:
        """Ask as this role of this municipality; as the secretariat where none is named."""
        headers = self.as_(*(who or ("secretariat",))) | ANY | {"Kyodo-Exercise-Time": f"{self.today}T12:00:00+09:00"}
        answer = await self.service.client.request(method, path, json=body, params=query, headers=headers)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def get(self, path: str, *who: str, status: int = 200, **query: str) -> Any:
        """Read."""
        return await self.ask("GET", path, None, *who, status=status, **query)

    async def close(self, *months: str) -> None:
        """Close months."""
        for month in months:
            await self.ask("POST", "/v1/closings", {"month": month}, status=201)

    async def seal(self, *periods: str) -> None:
        """Seal periods."""
        for period in periods:
            await self.ask("POST", "/v1/seals", {"period": period}, status=201)

    async def calculate(self) -> None:
        """Close the whole fiscal year 2024 and calculate it."""
        await self.close(*MONTHS)
        await self.ask("POST", "/v1/fiscal-years", {"fiscal_year": 2024}, status=201)

    async def settle(self) -> None:
        """Begin the settlement period of the fiscal year 2024."""
        await self.calculate()
        await self.ask("PUT", "/v1/fiscal-years/2024/settlement")

    async def balances(self) -> dict[Cell, int]:
        """What the books say, by cell."""
        async with self.database.transaction() as tx:
            return await balances(tx)

    async def lines(self, party: str, month: str, item: str = "applications") -> list[tuple[str, int]]:
        """The lines of a cell, in the order in which they were posted: period and yen."""
        async with self.database.transaction() as tx:
            rows = await tx.rows(
                "SELECT period, amount FROM posting_line WHERE party = $1 AND month = $2 AND item = $3"
                " ORDER BY posted_at, posting_id",
                party,
                month,
                item,
            )
        return [(row["period"], row["amount"]) for row in rows]

    async def published(self, event_type: str) -> list[dict[str, Any]]:
        """The data of the events of this type that were recorded, oldest first."""
        async with self.database.transaction() as tx:
            rows = await tx.rows(
                "SELECT data FROM event WHERE type = $1 ORDER BY at, id", f"kyodo.cost-ledger.{event_type}"
            )
        return [row["data"] for row in rows]

    async def refused(self, method: str, path: str, body: Any, *who: str, status: int = 409, **query: str) -> str:
        """The type of the refusal."""
        answer = await self.ask(method, path, body, *who, status=status, **query)
        return str(answer["type"]).rpartition("/")[2]


@asynccontextmanager
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Desk]:
    """Chiyoda and Chuo share 1,200,000 yen with Tokyo bearing half, and used the service in April 2024."""
    async with running(databases, settings_for, "cost-ledger", exercise=True) as service:
        opened = Desk(service, as_)
        opened.story.started().joined(CHIYODA, CHUO).agreed(terms(1_200_000, tokyo="1/2"))
        opened.story.used(CHIYODA, 10).used(CHUO, 7)
        await opened.learn()
        yield opened
