"""The journal for hledger, checked by hledger itself: whole, of a year, of a municipality, and tampered with."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from kyodo_cost_ledger.testing import Story, learn, terms
from kyodo_events.database import Database
from kyodo_events.event import new_uuid
from tests.support.building import OTHER, OWN, Building
from tests.support.ledger import build
from tests.support.outside import outside
from tests.support.running import running

pytestmark = outside("hledger")

CHIYODA, CHUO = "131016", "131024"
SECOND = "01941f29-7c00-7000-8000-00000000000b"
UTF8 = {"LC_ALL": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"}  # hledger reads by the locale


async def hledger(journal: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run hledger on a journal."""
    return await asyncio.to_thread(
        subprocess.run,
        ["hledger", "-f", "-", *arguments],
        input=journal,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=UTF8,
        check=False,
    )


async def balance(journal: str, account: str) -> int:
    """What hledger says an account and those below it come to."""
    found = await hledger(journal, "balance", "-N", "--depth=2", "--layout=bare", "-O", "csv", f"^{account}")
    assert found.returncode == 0, found.stderr
    return sum(int(line.rsplit(",", 1)[1].strip('"')) for line in found.stdout.splitlines()[1:])


@dataclass
class World:
    """A running ledger and who asks."""

    client: httpx.AsyncClient
    database: Database
    as_: Any

    async def learn(self, *stories: Story) -> None:
        for story in stories:
            async with self.database.transaction() as tx:
                await learn(tx, story.told)
            story.told.clear()

    async def journal(self, *who: str, **query: str) -> str:
        headers = self.as_(*(who or ("secretariat",)))
        answer = await self.client.get("/v1/exports/hledger", params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def pay(self, municipality: str, amount: int, period: str) -> None:
        """A payment as the journal holds it: the municipality owes less, the bank has more."""
        posting = new_uuid()
        async with self.database.transaction() as tx:
            await tx.run(
                "INSERT INTO posting (posting_id, posted_at, project_id, book, reason, cause)"
                " VALUES ($1, now(), '', 'payment', 'payment', $1)",
                posting,
            )
            await tx.run(
                "INSERT INTO posting_line (party, project_id, book, item, month, posting_id, period, amount, posted_at)"
                " VALUES ($1, '', 'payment', 'payment', $2, $3, $2, -$4::bigint, now()),"
                " ('bank', '', 'payment', 'payment', $2, $3, $2, $4::bigint, now())",
                municipality,
                period,
                posting,
                amount,
            )


@pytest_asyncio.fixture
async def world(app_of: Any, as_: Any) -> AsyncIterator[World]:
    """Two years, two projects of one name with signs that mean something to hledger, a closed month, a payment."""
    app = await app_of("cost-ledger")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kyodo.test") as client:
        world = World(client, app.state.runtime.database, as_)
        name = "共同調達; システム:基盤  (試行)"
        first = Story().started(name).joined(CHIYODA, CHUO).agreed(terms(1_200_001, tokyo="1/2"))
        first.used(CHIYODA, 10).used(CHUO, 7).used(CHUO, 1, "2024-05-01")
        second = Story(SECOND).started(name).joined(CHIYODA, month="2025-04").agreed(terms(60_007, year=2025))
        second.used(CHIYODA, 2, "2025-06-01", meter="seats")
        await world.learn(first, second)
        answer = await client.post("/v1/closings", json={"month": "2024-04"}, headers=as_("secretariat"))
        assert answer.status_code == 201
        await world.learn(first.used(CHIYODA, 3))
        await world.pay(CHIYODA, 20_000, "2024-05")
        yield world


async def owed(world: World, municipality: str) -> int:
    """What the ledger's own journal says a municipality owes."""
    async with world.database.transaction() as tx:
        return int(await tx.scalar("SELECT sum(amount) FROM posting_line WHERE party = $1", municipality))


@pytest.mark.parametrize(
    ("who", "query"),
    [
        ((), {}),
        ((), {"fiscal_year": "2024"}),
        ((), {"fiscal_year": "2025"}),
        ((), {"fiscal_year": "2030"}),
        ((), {"municipality": CHUO}),
        (("officer", CHIYODA), {}),
        (("officer", CHIYODA), {"fiscal_year": "2025"}),
        (("officer", "132039"), {}),
    ],
)
async def test_hledger_checks_every_export(world: World, who: tuple[str, ...], query: dict[str, str]) -> None:
    checked = await hledger(await world.journal(*who, **query), "check", "--strict", "ordereddates")
    assert checked.returncode == 0, checked.stderr


async def test_hledger_comes_to_the_ledgers_balances(world: World) -> None:
    whole = await world.journal()
    for code in (CHIYODA, CHUO):
        assert await balance(whole, f"負担金:{code}") == await owed(world, code)
    assert await balance(whole, "東京都負担") == 600_001
    assert await balance(whole, "預金") == 20_000
    assert await balance(whole, "事業費") == -(1_200_001 + 60_007 + 21 * 30)
    later = await world.journal(fiscal_year="2025")
    assert await balance(later, f"負担金:{CHIYODA}") == await owed(world, CHIYODA)  # brought forward


async def test_a_municipalitys_own_journal_balances_without_what_it_may_not_see(world: World) -> None:
    own = await world.journal("officer", CHIYODA)
    assert CHUO not in own
    assert await balance(own, f"負担金:{CHIYODA}") == await owed(world, CHIYODA)
    assert "負担金:131016 千代田区:入金  -20000 JPY" in own
    assert "預金  20000 JPY" in own
    assert own.replace("（千代田区", "（") == (await world.journal(municipality=CHIYODA)).replace("（千代田区", "（")


async def test_every_posting_is_in_it_with_its_id_and_each_month_end_is_asserted(world: World) -> None:
    whole = await world.journal()
    async with world.database.transaction() as tx:
        rows = await tx.rows("SELECT posting_id, amount FROM posting_line ORDER BY 1, 2")
        periods = await tx.rows("SELECT DISTINCT period FROM posting_line ORDER BY 1")
    lines = re.findall(r"^    \S.*?  (-?\d+) JPY  ; id:([0-9a-f-]{36}),", whole, re.MULTILINE)
    assert sorted((id_, int(amount)) for amount, id_ in lines) == [(str(row[0]), row[1]) for row in rows]
    asserted = re.findall(r"^\d{4}-\d\d-\d\d \* 残高の確認 (\S+)$", whole, re.MULTILINE)
    assert asserted == [row[0] for row in periods]
    assert whole.count("=* ") >= 2 * 12


OF_CHUO = r"(?m)^    負担金:131024 中央区:(.*)  (\d+) JPY  ; id"
TO_CHIYODA = r"    負担金:131016 千代田区:\1  \2 JPY  ; id"


@pytest.mark.parametrize(
    ("found", "planted", "said"),
    [
        ("  90 JPY", "  91 JPY", "balance"),
        (OF_CHUO, TO_CHIYODA, "assert"),
        (r"(=\* \d+)(\d) JPY", r"\g<1>9\2 JPY", "assert"),
        (r"JPY  ; id", "JPN  ; id", "commodity|balance"),
        (r"(?m)^    預金  ", "    預貯金  ", "account"),
    ],
    ids=["an amount", "who owes", "an assertion", "the currency", "an account"],
)
async def test_a_tampered_journal_fails(world: World, found: str, planted: str, said: str) -> None:
    tampered, times = re.subn(found, planted, await world.journal(), count=1)
    assert times == 1
    checked = await hledger(tampered, "check", "--strict")
    assert checked.returncode != 0
    assert re.search(said, checked.stderr), checked.stderr


async def test_a_transaction_lost_on_the_way_is_noticed(world: World) -> None:
    """It balances without it; the assertions, which the database summed, do not hold any more."""
    transactions = (await world.journal()).split("\n\n")
    lost = next(place for place, text in enumerate(transactions) if "利用実績" in text)
    checked = await hledger("\n\n".join(transactions[:lost] + transactions[lost + 1 :]), "check")
    assert checked.returncode != 0
    assert "assert" in checked.stderr


async def test_hledger_checks_what_all_slices_leave_behind(databases: Any, settings_for: Any, as_: Any) -> None:
    """Corrections, disputes, statements, payments: whatever a slice posts is in the journal, and balances there."""
    async with running(databases, settings_for, "cost-ledger") as service:
        await build(Building(service, as_))
        for who in (("secretariat",), ("officer", OWN), ("officer", OTHER)):
            answer = await service.client.get("/v1/exports/hledger", headers=as_(*who))
            checked = await hledger(answer.text, "check", "--strict", "ordereddates")
            assert checked.returncode == 0, checked.stderr
            assert who != ("secretariat",) or ":入金  -" in answer.text
        books = await service.as_owner("SELECT DISTINCT book FROM posting_line")
        assert {book for (book,) in books} >= {"base", "usage", "payment"}
