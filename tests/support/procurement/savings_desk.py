"""The service with an awarded lot in it, as tests of savings over HTTP use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from conftest import As
from kyodo_events.contracts.procurement.calls import ContractLine, LotAward, LotAwarded, MunicipalContract
from kyodo_events.event import Audit, Event, new_uuid
from kyodo_events.store import append
from kyodo_procurement.calls.events import CommitmentRegistered
from kyodo_procurement.calls.plan import Commitment, ItemTotal
from tests.support.awarded import BEFORE, SUPPLIER, Contracted
from tests.support.running import Running

CHIYODA, CHUO, MINATO, MUSASHINO, OKUTAMA = "131016", "131024", "131032", "132039", "133086"
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"
CONTRACTED: Contracted = {
    CHIYODA: (7, 3, 350_000),
    CHUO: (10, 0, 500_000),
    MINATO: (4, 0, 200_000),
    MUSASHINO: (5, 5, 250_000),
    OKUTAMA: (0, 2, 0),
}


def baseline(unit_price: int = 60_000, item: str = "tablet") -> dict[str, Any]:
    """A list price."""
    return {"item": item, "method": "list_price", "unit_price": unit_price, "source": "価格表2026年版"}


INDEXED = {
    "item": "tablet",
    "method": "last_price_indexed",
    "unit_price": 50_001,
    "source": "令和3年度契約第12号",
    "index": "103/100",
    "index_source": "企業物価指数 2026年1月",
}
ADJUSTMENT = {"baselines": [INDEXED], "reason": "前回単価による"}


@dataclass
class Desk:
    """The service with an awarded lot in it, and who asks."""

    service: Running
    as_: As
    call_id: str

    @property
    def client(self) -> httpx.AsyncClient:
        """Who sends."""
        return self.service.client

    async def send(self, method: str, path: str, body: Any, *who: str, match: str = "*") -> httpx.Response:
        """Command something as this role; the secretariat where none is named."""
        headers = self.as_(*who or ("secretariat",)) | {"If-Match": match}
        return await self.client.request(method, path, json=body, headers=headers)

    async def get(self, path: str, *who: str, **query: str) -> httpx.Response:
        """Read something."""
        return await self.client.get(path, params=query, headers=self.as_(*who or ("secretariat",)))

    async def items(self, path: str, *who: str, **query: str) -> list[dict[str, Any]]:
        """The rows of a list."""
        answer = await self.get(path, *who, **query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def state(self, municipality: str = CHIYODA, unit_price: int = 60_000, **changes: Any) -> httpx.Response:
        """State a saving in lot 1 for the first time."""
        body = {"call_id": self.call_id, "lot": 1, "municipality": municipality, "baselines": [baseline(unit_price)]}
        return await self.send("POST", "/v1/savings", body | changes)

    async def claimed(self, municipality: str = CHIYODA, unit_price: int = 60_000) -> str:
        """The address of a claim."""
        stated = await self.state(municipality, unit_price)
        assert stated.status_code == 201, stated.text
        return f"/v1/savings/{stated.json()['id']}"

    async def confirm(self, address: str, municipality: str) -> None:
        """Confirm a claim."""
        answer = await self.send("PUT", f"{address}/confirmation/{municipality}", None, "officer", municipality)
        assert answer.status_code == 200, answer.text

    async def commit(self, *municipalities: str) -> None:
        """Let them commit to three telephones each: lot 2, which is not awarded."""
        events = [
            CommitmentRegistered(
                municipality=code,
                commitments=(Commitment(item="phone", firm=3),),
                totals=(ItemTotal(item="phone", firm=3 * count, optional=0),),
                buyers=count,
            )
            for count, code in enumerate(municipalities, start=1)
        ]
        await self._store("call", 1, events)

    async def award_the_second(self, municipality: str) -> None:
        """Award lot 2: six telephones for 360,000 yen."""
        line = ContractLine(item="phone", firm=6, optional=0, firm_amount=360_000, optional_unit_price=60_000)
        award = LotAward(
            lot=2,
            supplier=SUPPLIER,
            quotation_id=NO_SUCH_ID,
            prices=(),
            contracts=(MunicipalContract(municipality=municipality, lines=(line,)),),
            awarded_on=BEFORE.date(),
        )
        await self._store("evaluation", 2, [LotAwarded(award=award)])

    async def _store(self, category: str, version: int, events: Sequence[Event]) -> None:
        audit = Audit(actor="secretariat@tokyo", organisation="tokyo", correlation=new_uuid())
        async with self.service.app.state.runtime.database.transaction() as tx:
            await append(tx, category, self.call_id, version, events, BEFORE, audit, "procurement")

    async def report(self, *who: str) -> dict[str, Any]:
        """The sums of the call."""
        (row,) = await self.items("/v1/savings-report", *who, call_id=self.call_id)
        return row
