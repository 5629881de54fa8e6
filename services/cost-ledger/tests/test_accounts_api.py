"""Accounts over HTTP: balances at any date, by the date of the service and by the date recorded."""

from __future__ import annotations

from typing import Any

from kyodo_events.event import new_uuid
from tests.support.books_desk import CHIYODA, CHUO, Desk


async def test_accounts_are_named_and_come_to_nothing_together(desk: Desk) -> None:
    found = (await desk.get("/v1/accounts", limit="200"))["items"]
    assert sum(account["balance"] for account in found) == 0
    by_name = {(a["kind"], a["party_ja"], a["book"]): a["balance"] for a in found}
    assert by_name["municipality", "千代田区", "usage"] == 300
    assert by_name["tokyo", "東京都", "base"] == 600_000
    assert by_name["project", "project", "base"] == -1_200_000
    assert {account["project_ja"] for account in found} == {"共同電子申請システム"}
    trial = await desk.get("/v1/trial-balance")
    assert trial["sum"] == 0
    assert {kind["kind"]: kind["balance"] for kind in trial["kinds"]} == {
        "municipality": 600_000 + 510,
        "project": -1_200_510,
        "tokyo": 600_000,
    }


async def test_balances_at_a_date_of_service_and_at_a_date_recorded(desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        before = (await tx.scalar("SELECT clock_timestamp()")).isoformat()
    desk.story.used(CHIYODA, 100, "2024-06-01")
    await desk.learn()

    async def usage(**query: Any) -> int:
        rows = (await desk.get("/v1/accounts", "officer", CHIYODA, **query))["items"]
        return sum(row["balance"] for row in rows if row["book"] == "usage")

    assert await usage() == 3300
    assert await usage(until="2024-05") == 300
    assert await usage(as_of=before) == 300
    assert (await desk.get("/v1/trial-balance", as_of=before))["sum"] == 0
    assert (await desk.get("/v1/trial-balance", until="2024-05"))["sum"] == 0


async def test_rounding_and_payments_have_accounts_of_their_own(desk: Desk) -> None:
    posting = new_uuid()
    async with desk.database.transaction() as tx:
        await tx.run("INSERT INTO posting VALUES ($1, now(), '', 'x', 'x', gen_random_uuid())", posting)
        await tx.run(
            "INSERT INTO posting_line (party, project_id, book, item, month, posting_id, period, amount, posted_at)"
            " SELECT party, '', book, item, '2024-04', $1, '2024-04', yen, now() FROM (VALUES"
            " ($2, 'payment', 'payment', -250), ('bank', 'payment', 'payment', 250),"
            " ($2, 'base', 'rounding', 40), ('project', 'base', 'rounding', -40)) AS t (party, book, item, yen)",
            posting,
            CHUO,
        )
    rows = (await desk.get("/v1/accounts", municipality=CHUO))["items"]
    found = {row["kind_ja"]: row["balance"] for row in rows if not row["project_id"]}
    assert found == {"納付": -250, "端数負担": 40}
    trial = await desk.get("/v1/trial-balance")
    assert trial["sum"] == 0
    assert {"payments": -250, "bank": 250, "rounding": 40}.items() <= {
        kind["kind"]: kind["balance"] for kind in trial["kinds"]
    }.items()


async def test_a_municipality_sees_its_own_accounts(desk: Desk) -> None:
    rows = (await desk.get("/v1/accounts", "officer", CHUO))["items"]
    assert {row["party"] for row in rows} == {CHUO}
    assert (await desk.get("/v1/accounts", "officer", CHUO, municipality=CHIYODA))["items"] == []
    await desk.get("/v1/trial-balance", "officer", CHUO, status=403)
