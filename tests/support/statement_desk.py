"""A ledger on the exercise clock: months are closed, statements issued and paid on the days that a test names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from kyodo_cost_ledger.testing import Story, learn, terms
from kyodo_platform.settings import Settings
from tests.support.building import ANY, As
from tests.support.databases import Databases
from tests.support.running import Running, running

CHIYODA, CHUO = "131016", "131024"


@dataclass
class Desk:
    """A running ledger, what it is told, who asks, and what day it is."""

    service: Running
    as_: As
    story: Story = field(default_factory=Story)
    today: str = "2024-05-10"

    async def learn(self) -> None:
        """Take what was told."""
        async with self.service.app.state.runtime.database.transaction() as tx:
            await learn(tx, self.story.told)
        self.story.told.clear()

    async def ask(self, method: str, path: str, body: Any = None, *who: str, status: int = 200, **query: str) -> Any:
        """Send a request as of noon of the day; its answer, as JSON where it is."""
        headers = self.as_(*(who or ("secretariat",))) | ANY | {"Kyodo-Exercise-Time": f"{self.today}T12:00:00+09:00"}
        answer = await self.service.client.request(method, path, json=body, params=query, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer

    async def get(self, path: str, *who: str, status: int = 200, **query: str) -> Any:
        """Read something."""
        return await self.ask("GET", path, None, *who, status=status, **query)

    async def close(self, *months: str) -> None:
        """Close months."""
        for month in months:
            await self.ask("POST", "/v1/closings", {"month": month}, status=201)

    async def statement(self, statement_id: str, code: str = CHIYODA) -> Any:
        """A statement as its municipality reads it."""
        return await self.get(f"{path_of(statement_id, code)}", "officer", code)

    async def pay(
        self,
        amount: int,
        reference: str,
        *,
        statement_id: str = "2024-04",
        paid_on: str = "2024-05-10",
        code: str = CHIYODA,
        status: int = 200,
        **query: str,
    ) -> Any:
        """Enter a payment."""
        body = {"amount": amount, "paid_on": paid_on, "reference": reference}
        return await self.ask("POST", f"{path_of(statement_id, code)}/payments", body, status=status, **query)

    async def journal_sum(self) -> int:
        """All lines of the journal together."""
        return int((await self.service.as_owner("SELECT sum(amount)::bigint FROM posting_line"))[0][0])


def path_of(statement_id: str, code: str = CHIYODA) -> str:
    """Where a statement stands."""
    return f"/v1/municipalities/{code}/statements/{statement_id}"


@asynccontextmanager
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Desk]:
    """Chiyoda and Chuo share 1,200,001 yen with Tokyo bearing half, and used the service in April and May 2024."""
    async with running(databases, settings_for, "cost-ledger", exercise=True) as service:
        found = Desk(service, as_)
        found.story.started().joined(CHIYODA, CHUO).agreed(terms(1_200_001, tokyo="1/2"))
        found.story.used(CHIYODA, 10).used(CHIYODA, 5).used(CHUO, 7).used(CHUO, 1, "2024-05-01")
        await found.learn()
        yield found
