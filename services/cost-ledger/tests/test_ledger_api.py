"""The ledger over HTTP: what everybody owes, statements of closed months, explanations, waiting usage, the audit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import httpx
import pytest
import pytest_asyncio

from kyodo_cost_ledger.testing import PROJECT, Story, learn, terms
from kyodo_events.database import Database

CHIYODA, CHUO, MUSASHINO = "131016", "131024", "132039"


@dataclass
class World:
    """A running ledger, what it is told, and who asks."""

    client: httpx.AsyncClient
    database: Database
    story: Story
    as_: Any

    async def learn(self) -> None:
        async with self.database.transaction() as tx:
            await learn(tx, self.story.told)
        self.story.told.clear()

    async def get(self, path: str, *who: str, status: int = 200, **query: str) -> Any:
        answer = await self.client.get(path, params=query, headers=self.as_(*(who or ("secretariat",))))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def close(self, month: str, status: int = 201) -> Any:
        answer = await self.client.post("/v1/closings", json={"month": month}, headers=self.as_("secretariat"))
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest_asyncio.fixture
async def world(app_of: Any, as_: Any) -> AsyncIterator[World]:
    """Chiyoda and Chuo share 1,200,001 yen with Tokyo bearing half, and used the service in April and May."""
    app = await app_of("cost-ledger")
    story = Story().started().joined(CHIYODA, CHUO).agreed(terms(1_200_001, tokyo="1/2"))
    story.used(CHIYODA, 10).used(CHIYODA, 5).used(CHUO, 7).used(CHUO, 1, "2024-05-01").used(MUSASHINO, 4)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kyodo.test") as client:
        world = World(client, app.state.runtime.database, story, as_)
        await world.learn()
        yield world


async def test_totals_equal_the_projects_costs_to_the_yen(world: World) -> None:
    totals = await world.get("/v1/totals")
    assert len(totals["municipalities"]) == 62
    used = 30 * (10 + 5 + 7 + 1)
    assert totals["tokyo"]["municipality_ja"] == "東京都"
    assert totals["sum"] == {"base": 1_200_001, "usage": used, "total": 1_200_001 + used}
    assert (totals["cost"], totals["difference"], totals["balanced"]) == (1_200_001 + used, 0, True)
    assert totals["projects"][0]["project_ja"] == "共同電子申請システム"
    april = await world.get("/v1/totals", until="2024-04")
    assert april["sum"] == {"base": 100_000, "usage": 660, "total": 100_660}
    assert april["balanced"]


async def test_charges_as_they_were_known_at_a_moment(world: World) -> None:
    before = (await world.get("/v1/totals"))["sum"]
    async with world.database.transaction() as tx:
        moment = (await tx.scalar("SELECT clock_timestamp()")).isoformat()
    world.story.used(CHIYODA, 1000)
    await world.learn()
    assert (await world.get("/v1/totals", as_of=moment))["sum"] == before
    assert (await world.get("/v1/totals"))["sum"]["usage"] == before["usage"] + 30_000
    own = await world.get(f"/v1/municipalities/{CHIYODA}/charges", "officer", CHIYODA, as_of=moment)
    assert own["usage"] == 450
    await world.get("/v1/totals", status=422, as_of="2024-04-01T00:00:00")


async def test_a_municipality_sees_its_own_charges_only(world: World) -> None:
    own = await world.get("/v1/charges", "officer", CHUO, limit="200")
    assert {row["municipality"] for row in own["items"]} == {CHUO}
    assert len(own["items"]) == 12 * 2 + 2
    assert {row["item_ja"] for row in own["items"]} == {"均等割", "人口割", "applicationsの件数"}
    everybody = await world.get("/v1/charges", month="2024-04", limit="200")
    assert {row["municipality"] for row in everybody["items"]} == {CHIYODA, CHUO, "tokyo"}
    await world.get(f"/v1/municipalities/{CHIYODA}/charges", "officer", CHUO, status=404)
    for path in ("/v1/totals", "/v1/audit"):
        await world.get(path, "officer", CHUO, status=403)
        await world.get(path, "auditor", CHUO, status=403)  # a part of the rows cannot be checked
    await world.get("/v1/charges", "operator", status=403)


async def test_pages_of_charges_hold_every_row_once(world: World) -> None:
    whole = (await world.get("/v1/charges", limit="200"))["items"]
    found, cursor = [], None
    while True:
        page = await world.get("/v1/charges", limit="7", **({"cursor": cursor} if cursor else {}))
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == whole


async def test_usage_of_a_non_participant_waits_until_it_joins(world: World) -> None:
    [row] = (await world.get("/v1/waiting-usage"))["items"]
    assert (row["municipality"], row["quantity"], row["reason"]) == (MUSASHINO, 4, "not_a_participant")
    assert row["reason_ja"] == "当月の参加団体でない"
    assert (await world.get("/v1/waiting-usage", "officer", CHUO))["items"] == []
    world.story.joined(MUSASHINO)
    await world.learn()
    assert (await world.get("/v1/waiting-usage"))["items"] == []
    assert (await world.get(f"/v1/municipalities/{MUSASHINO}/charges"))["usage"] == 120
    outcomes = (await world.get("/v1/usage-outcomes"))["items"]
    assert {(o["municipality"], o["received"], o["charged"]) for o in outcomes} == {
        (CHIYODA, 2, 2),
        (CHUO, 2, 2),
        (MUSASHINO, 1, 1),
    }


async def test_a_closed_month_is_final_and_late_facts_go_to_the_next(world: World) -> None:
    path = f"/v1/municipalities/{CHIYODA}/statements/2024-04"
    await world.get(path, status=404)
    await world.close("2024-05", status=409)  # April is open
    closing = await world.close("2024-04")
    assert closing["statements"] == 2
    statement = await world.get(path, "officer", CHIYODA)
    lines = (await world.get(f"{path}/lines", "officer", CHIYODA))["items"]
    assert statement["usage"] == 450
    assert statement["total"] == sum(line["amount"] for line in lines) == statement["projects"][0]["total"]
    assert statement["kind"] == "monthly"

    refused = await world.close("2024-04", status=409)
    assert refused["type"].endswith("month-already-closed")

    world.story.used(CHIYODA, 100, "2024-04-30")
    await world.learn()
    assert await world.get(path, "officer", CHIYODA) == statement
    assert (await world.get(f"{path}/lines", "officer", CHIYODA))["items"] == lines
    await world.close("2024-05")
    may = (await world.get(f"/v1/municipalities/{CHIYODA}/statements/2024-05/lines"))["items"]
    assert [(line["month"], line["amount"]) for line in may if line["book"] == "usage"] == [("2024-04", 3000)]
    assert (await world.get("/v1/audit"))["consistent"]
    await world.get(path, "officer", CHUO, status=404)
    statements = await world.get(f"/v1/municipalities/{CHIYODA}/statements", "officer", CHIYODA)
    assert [row["statement_id"] for row in statements["items"]] == ["2024-04", "2024-05"]


async def test_statement_lines_as_csv(world: World) -> None:
    await world.close("2024-04")
    headers = world.as_("officer", CHIYODA) | {"Accept": "text/csv"}
    answer = await world.client.get(f"/v1/municipalities/{CHIYODA}/statements/2024-04/lines", headers=headers)
    assert answer.headers["content-type"].startswith("text/csv")
    text = answer.content.decode("utf-8-sig")
    assert "千代田区" in text
    assert "人口割" in text


async def test_a_base_charge_explained_comes_to_its_amount(world: World) -> None:
    cell = f"/v1/municipalities/{CHIYODA}/charges/{PROJECT}/base/population/2024-06/explanation"
    found = await world.get(cell, "officer", CHIYODA)
    base = found["base"]
    this, before = base["until_this_month"], base["until_month_before"]
    assert found["amount"] == found["posted"] == this["share"]["amount"] - before["share"]["amount"]
    total = sum(map(Fraction, base["weights"].values()))
    quota = this["component"]["amount"] * Fraction(base["weights"][CHIYODA]) / total
    assert Fraction(this["share"]["quota"]) == quota
    assert this["pool"] == 1_200_001 * 3 // 12
    assert sum(posting["amount"] for posting in found["postings"]) == found["posted"]
    assert base["terms"]["event_id"] in {posting["cause_event_id"] for posting in found["postings"]}
    await world.get(cell, "officer", CHUO, status=404)
    await world.get(cell.replace("2024-06", "2030-06"), status=404)


async def test_a_usage_charge_explained_names_its_records(world: World) -> None:
    cell = f"/v1/municipalities/{CHIYODA}/charges/{PROJECT}/usage/applications/2024-04/explanation"
    found = await world.get(cell, "officer", CHIYODA)
    usage = found["usage"]
    assert (usage["quantity"], found["amount"], found["posted"]) == (15, 450, 450)
    assert usage["steps"] == [{"units": 15, "unit_price": 30, "amount": 450}]
    assert usage["article"] == {"name_ja": "第8条第1号", "text_ja": "applicationsの件数は、1件につき30円とする。"}
    assert [record["quantity"] for record in usage["first_records"]] == [10, 5]
    waiting = await world.get(cell.replace(CHIYODA, MUSASHINO))
    assert (waiting["usage"]["reason"], waiting["amount"], waiting["postings"]) == ("not_a_participant", 0, [])


async def test_the_audit_finds_what_was_tampered_with(world: World) -> None:
    assert (await world.get("/v1/audit", "auditor")) == {
        "consistent": True,
        "cells": 12 * 5 + 4,
        "differences": 0,
        "first_differences": [],
        "held": 0,
        "first_held": [],
        "unbalanced_projects": 0,
        "first_unbalanced": [],
        "unaccounted_usage": 0,
        "journal_sum": 0,
    }
    async with world.database.transaction() as tx:
        await tx.run("UPDATE charge SET amount = amount + 1 WHERE party = $1 AND book = 'usage'", CHIYODA)
        await tx.run("UPDATE usage_cell SET records = records + 1 WHERE municipality = $1", MUSASHINO)
    report = await world.get("/v1/audit", "auditor")
    assert not report["consistent"]
    [difference] = report["first_differences"]
    assert (difference["municipality"], difference["target"], difference["posted"]) == (CHIYODA, 450, 451)
    assert (report["unbalanced_projects"], report["unaccounted_usage"]) == (1, 1)


@pytest.mark.parametrize("as_of", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2024-02-30T00:00:00Z"])
async def test_a_moment_beyond_the_calendar_is_refused(world: World, as_of: str) -> None:
    await world.get("/v1/charges", as_of=as_of, status=422)


@pytest.mark.parametrize("month", ["2024-4", "2024-13", "abc", "1999-01"])
async def test_a_month_that_is_none_is_refused(world: World, month: str) -> None:
    await world.close(month, status=422)


async def test_a_month_that_is_not_over_is_not_closed(world: World) -> None:
    refused = await world.close("2099-12", status=409)
    assert refused["type"].endswith("month-not-over")
