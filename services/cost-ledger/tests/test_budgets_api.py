"""Budgets over HTTP: the forum's 13 lines, what is moved and spent on them, and Tokyo's share by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

import httpx
import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from rich.progress import Progress
from starlette.applications import Starlette
from starlette.routing import Mount

from kyodo_cost_ledger.budgets.metrics import measure_at
from kyodo_cost_ledger.testing import PROJECT, Story, learn, terms
from kyodo_events.database import Database
from kyodo_local.demo.budgets import bodies, load_budgets
from kyodo_local.demo.client import Client
from kyodo_local.demo.telling import Telling
from kyodo_local.demo.tokens import LocalTokens
from kyodo_platform.identity.issuer import LocalIssuer
from tests.support.running import running

FORUM = json.loads(files("kyodo_local.demo").joinpath("forum-2023.json").read_text("utf-8"))["budget_thousand_yen"]
JULY = {"Kyodo-Exercise-Time": "2023-07-31T10:00:00+09:00"}
LINE = {"group_ja": "DX", "name_ja": "a", "amount": 10, "previous_amount": 4, "change": 6}


@dataclass
class Desk:
    """The secretariat's desk at the end of July 2023."""

    client: httpx.AsyncClient
    database: Database
    as_: Any

    async def send(self, method: str, path: str, body: Any = None, status: int = 200, **query: str) -> Any:
        headers = {**self.as_("secretariat"), **JULY, "If-Match": "*"}
        answer = await self.client.request(method, f"/v1/budgets{path}", json=body, headers=headers, params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def read(self, path: str, *who: str, status: int = 200, accept: str = "application/json") -> httpx.Response:
        headers = {**self.as_(*(who or ("auditor",))), **JULY, "Accept": accept}
        answer = await self.client.get(f"/v1/budgets{path}", headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    async def line(self, number: int) -> Any:
        found = (await self.read("/2023/execution")).json()
        return found["lines"][number - 1]


@pytest_asyncio.fixture
async def desk(databases: Any, settings_for: Any, as_: Any) -> AsyncIterator[Desk]:
    """A ledger in an installation for exercises, with the forum's budget."""
    async with running(databases, settings_for, "cost-ledger", exercise=True) as service:
        desk = Desk(service.client, service.app.state.runtime.database, as_)
        for body in bodies():
            await desk.send("POST", "", body, status=201)
        yield desk


async def test_the_forums_lines_are_in_the_books_in_yen(desk: Desk) -> None:
    rows = (await desk.read("/2023/lines", "officer", "131016")).json()["items"]
    assert [(r["name_ja"], r["amount"], r["previous_amount"], r["change"], r["new"]) for r in rows] == [
        (r["name_ja"], r["fy2023"] * 1000, r["fy2022"] * 1000, r["change"] * 1000, r.get("new", False)) for r in FORUM
    ]
    [rule] = [row for row in rows if row["subsidy_ratio"]]
    assert (rule["subsidy_ratio"], rule["subsidy_yearly_cap"], rule["subsidy_new_awards"]) == ("1/2", 20_000_000, 3)
    budget = (await desk.read("/2023")).json()
    assert (budget["lines"], budget["amount"], budget["change"]) == (13, 3_874_172_000, 2_720_398_000)


async def test_the_scenario_loads_and_checks_them(databases: Any, settings_for: Any, issuer: LocalIssuer) -> None:
    async with running(databases, settings_for, "cost-ledger", exercise=True) as service:
        stack = Starlette(routes=[Mount("/cost-ledger", service.app)])
        transport = httpx.ASGITransport(app=stack)
        async with httpx.AsyncClient(transport=transport, base_url="http://kyodo.test") as client:
            telling = Telling(Client(client, LocalTokens(issuer)), Progress(disable=True))
            for _ in range(2):  # played again, it only repeats what has no second effect
                [check] = await load_budgets(telling)
                assert check.holds
                assert check.says.startswith("13 budget lines of fiscal year 2023: 3,874,172,000円")


async def test_lines_and_execution_come_as_csv_for_excel(desk: Desk) -> None:
    table = (await desk.read("/2023/lines", accept="text/csv")).content.decode("utf-8-sig").splitlines()
    assert len(table) == 14
    assert table[0].startswith("番号,区分,事業,当初予算額,前年度当初予算額,増減,新規")
    execution = (await desk.read("/2023/execution/lines", accept="text/csv")).content.decode("utf-8-sig")
    assert "年度末執行見込額" in execution


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"lines": [{**LINE, "change": 5}]}, "lines/0"),
        ({"lines": [LINE, LINE]}, "#"),
        ({"unit": None}, "unit"),
        ({"lines": [{**LINE, "amount": 10**10, "change": 10**10 - 4}]}, "#"),
    ],
    ids=["change that does not add up", "a line twice", "no unit", "beyond a trillion yen"],
)
async def test_a_budget_that_cannot_be_is_refused(desk: Desk, body: dict[str, Any], where: str) -> None:
    whole = {"fiscal_year": 2024, "decided_on": "2024-03-28", "unit": "thousand_yen", "lines": [LINE], **body}
    refused = await desk.send("POST", "", whole, status=422)
    assert any(where in error["pointer"] for error in refused["errors"])
    await desk.read("/2024", status=404)


async def test_a_year_is_entered_once(desk: Desk) -> None:
    body = {"fiscal_year": 2023, "decided_on": "2023-03-28", "unit": "yen", "lines": [LINE]}
    refused = await desk.send("POST", "", body, status=409)
    assert refused["type"].endswith("budget-already-entered")


async def test_amounts_are_moved_by_supplements_and_transfers(desk: Desk) -> None:
    why = {"decided_on": "2023-07-20", "reason": "追加開催"}
    over = {"reference": "s1", "day": "2023-07-20", "amount": 13_392_001}
    refused = await desk.send("POST", "/2023/lines/4/spendings", over, status=409)
    assert refused["type"].endswith("budget-line-exhausted")
    await desk.send("POST", "/2023/transfers", {**why, "from_line": 1, "to_line": 5, "amount": 1}, status=409)
    await desk.send("POST", "/2023/transfers", {**why, "from_line": 1, "to_line": 4, "amount": 1})
    await desk.send("POST", "/2023/lines/4/spendings", over)
    supplement = {**why, "changes": [{"line": 5, "amount": -1000}], "added": [{**LINE, "name_ja": "緊急"}]}
    found = await desk.send("POST", "/2023/supplements", supplement)
    assert len(found["lines"]) == 14
    rows = (await desk.read("/2023/lines")).json()["items"]
    kinds = ("initial_amount", "supplemented", "transferred", "amount")
    assert [[row[kind] for kind in kinds] for row in (rows[0], rows[3], rows[4], rows[13])] == [
        [51_099_000, 0, -1, 51_098_999],
        [13_392_000, 0, 1, 13_392_001],
        [463_140_000, -1000, 0, 463_139_000],
        [0, 10, 0, 10],
    ]
    assert [row["amount"] for row in rows] == [line["amount"] for line in found["lines"]]
    entries = (await desk.read("/2023/lines/4/entries")).json()["items"]
    assert [(entry["kind_ja"], entry["amount"]) for entry in entries] == [("流用", 1), ("支出", 13_392_001)]
    history = (await desk.read("/2023/history")).json()["items"]
    assert "予算1円を1番の事業から4番の事業へ流用した" in history[1]["words"]


async def test_of_two_spendings_at_once_one_is_refused_where_the_line_holds_one(desk: Desk) -> None:
    headers = {**desk.as_("secretariat"), **JULY, "If-Match": "*"}
    bodies_ = [{"reference": f"s{number}", "day": "2023-07-20", "amount": 10_000_000} for number in range(4)]
    posts = [desk.client.post("/v1/budgets/2023/lines/4/spendings", json=body, headers=headers) for body in bodies_]
    answers = await asyncio.gather(*posts)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {a.json()["type"] for a in answers if a.is_error} == {"/problems/budget-line-exhausted"}
    assert (await desk.line(4))["spent"] == 10_000_000


async def test_tokyos_own_share_counts_by_itself(desk: Desk) -> None:
    story = Story().started().joined("131016", "131024", month="2023-04")
    story.agreed(terms(24_000_001, tokyo="1/2", year=2023))
    await desk.send("PUT", "/2023/lines/3/project", {"project_id": PROJECT})
    assert (await desk.line(3))["spent"] == 0
    async with desk.database.transaction() as tx:
        await learn(tx, story.told)
    line = await desk.line(3)
    assert (line["spent"], line["committed"], line["remaining"]) == (4_000_000, 8_000_001, 19_473_000 - 12_000_001)
    assert sum(line["months"].values()) == line["spent"]
    assert line["forecast"] == 12_000_001
    refused = await desk.send("PUT", "/2023/lines/4/project", {"project_id": PROJECT}, status=409)
    assert refused["type"].endswith("project-linked-elsewhere")


async def test_a_forecast_that_passes_is_in_the_answer_told_once_and_measured(desk: Desk) -> None:
    async def told() -> int:
        async with desk.database.transaction() as tx:
            query = "SELECT count(*) FROM event WHERE type = 'kyodo.cost-ledger.budget-forecast-exceeded'"
            return int(await tx.scalar(query))

    await desk.send("PUT", "/2023/lines/3/project", {"project_id": PROJECT})
    story = Story().started().joined("131016", month="2023-04").agreed(terms(60_000_000, tokyo="1/2", year=2023))
    async with desk.database.transaction() as tx:
        await learn(tx, story.told)
    assert (await desk.line(3))["exceeded"]
    assert await told() == 0
    found = await desk.send("PUT", "/2023/forecast")
    assert (found["alerts"], found["lines"][2]["remaining"], await told()) == (1, 19_473_000 - 30_000_000, 1)
    await desk.send("PUT", "/2023/forecast")
    assert await told() == 1
    async with desk.database.transaction(read_only=True) as tx:
        await measure_at(tx, datetime.fromisoformat(JULY["Kyodo-Exercise-Time"]))
    third = found["lines"][2]
    labels = {"fiscal_year": "2023", "line": "3", "name": third["name_ja"]}
    ratio = REGISTRY.get_sample_value("kyodo_ledger_budget_forecast_ratio", labels)
    assert ratio == 15_406  # 30,000,000 of 19,473,000, rounded up
    for figure in ("amount", "spent", "committed", "remaining", "run_rate", "forecast"):
        assert REGISTRY.get_sample_value("kyodo_ledger_budget_yen", {**labels, "figure": figure}) == third[figure]
    assert third["run_rate"] == third["spent"] // 4 == 2_500_000, "a twelfth of 30,000,000 in each month begun"


async def test_a_dry_run_answers_the_same_and_writes_nothing(desk: Desk) -> None:
    spending = {"reference": "s1", "day": "2023-07-20", "amount": 1_000}
    before = (await desk.read("/2023/execution")).json()
    rehearsed = await desk.send("POST", "/2023/lines/4/spendings", spending, dry_run="true")
    assert rehearsed["lines"][3]["spent"] == 1_000
    assert (await desk.read("/2023/execution")).json() == before
    await desk.send("POST", "/2023/lines/4/spendings", {**spending, "amount": 10**12}, status=409, dry_run="true")
    assert await desk.send("POST", "/2023/lines/4/spendings", spending) == rehearsed


async def test_who_may_see_and_change(desk: Desk) -> None:
    await desk.read("/2023", "operator", status=403)
    await desk.read("/2023/execution", "officer", "131016", status=403)
    await desk.read("/2023/lines/4/entries", "officer", "131016", status=403)
    body = {"reference": "s1", "day": "2023-07-20", "amount": 1}
    for who in (("auditor",), ("officer", "131016")):
        answer = await desk.client.post(
            "/v1/budgets/2023/lines/4/spendings", json=body, headers={**desk.as_(*who), "If-Match": "*"}
        )
        assert answer.status_code == 403
