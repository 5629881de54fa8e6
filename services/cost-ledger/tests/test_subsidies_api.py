"""Subsidies over HTTP: at most three awards, also at once; each is committed and spent on its budget line."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from kyodo_cost_ledger.budgets.views import budgets
from kyodo_cost_ledger.subsidies.model import Programme
from kyodo_cost_ledger.subsidies.views import subsidies
from kyodo_events.database import Database
from kyodo_events.rebuild import rebuild
from kyodo_local.demo.budgets import bodies
from tests.support.meanwhile import meanwhile
from tests.support.running import Running, running

JUNE = {"Kyodo-Exercise-Time": "2023-06-20T10:00:00+09:00"}
CODES = ["131016", "131024", "131032", "131041", "131059"]
A, B = CODES[:2]
HELD = 179_315_000


@dataclass
class Desk:
    """Everybody's desk in June 2023."""

    service: Running
    as_: Any

    @property
    def client(self) -> httpx.AsyncClient:
        return self.service.client

    async def send(self, method: str, path: str, body: Any, *who: str, status: int = 200, **query: str) -> Any:
        headers = {**self.as_(*(who or ("secretariat",))), **JUNE, "If-Match": "*"}
        answer = await self.client.request(method, f"/v1{path}", json=body, headers=headers, params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def apply(self, code: str, cost: int = 30_000_001, **options: Any) -> Any:
        body = {"planned_cost": cost, "purpose": "人流データ"}
        path = f"/subsidy-programmes/2023-9/applications/{code}"
        return await self.send("PUT", path, body, "officer", code, **options)

    async def award(self, code: str, **options: Any) -> Any:
        return await self.send("PUT", f"/subsidy-programmes/2023-9/awards/{code}", None, **options)

    async def line(self) -> tuple[int, int, int]:
        found = (await self.send("GET", "/budgets/2023/execution", None))["lines"][8]
        return found["spent"], found["committed"], found["remaining"]


@pytest_asyncio.fixture
async def desk(databases: Any, settings_for: Any, as_: Any) -> AsyncIterator[Desk]:
    """The forum's budget, and the programme of its ninth line."""
    async with running(databases, settings_for, "cost-ledger", exercise=True) as service:
        desk = Desk(service, as_)
        for body in bodies():
            await desk.send("POST", "/budgets", body, status=201)
        opening = {"fiscal_year": 2023, "line": 9, "applications_until": "2023-06-30"}
        found = await desk.send("POST", "/subsidy-programmes", opening, status=201)
        assert (found["id"], found["ratio"], found["new_awards"]) == ("2023-9", "1/2", 3)
        yield desk


async def test_of_five_awards_at_once_three_are_made(desk: Desk) -> None:
    for code in CODES:
        await desk.apply(code)
    headers = {**desk.as_("secretariat"), **JUNE, "If-Match": "*"}
    answers = await asyncio.gather(
        *(desk.client.put(f"/v1/subsidy-programmes/2023-9/awards/{code}", headers=headers) for code in CODES)
    )
    assert Counter(answer.status_code for answer in answers) == {200: 3, 409: 2}
    assert {a.json()["type"] for a in answers if a.is_error} == {"/problems/awards-exhausted"}
    found = await desk.send("GET", "/subsidy-programmes/2023-9", None)
    assert (found["awards"], found["awarded"]) == (3, 45_000_000)
    assert await desk.line() == (0, 45_000_000, HELD - 45_000_000)


async def test_an_award_is_committed_then_spent_and_its_surplus_is_back_in_the_line(desk: Desk) -> None:
    await desk.apply(A)
    assert (await desk.award(A, dry_run="true"))["awarded"] == 15_000_000
    assert await desk.line() == (0, 0, HELD)
    await desk.award(A)
    assert await desk.line() == (0, 15_000_000, HELD - 15_000_000)
    await desk.apply(A, 36_000_000)
    assert (await desk.award(A))["awarded"] == 18_000_000
    assert await desk.line() == (0, 18_000_000, HELD - 18_000_000)
    path = f"/subsidy-programmes/2023-9/awards/{A}/settlement"
    found = await desk.send("PUT", path, {"actual_cost": 34_000_001})
    assert (found["status_ja"], found["settled_amount"], found["surplus"]) == ("額の確定済み", 17_000_000, 1_000_000)
    assert await desk.line() == (17_000_000, 0, HELD - 17_000_000)
    await desk.send("PUT", path, {"actual_cost": 1}, status=409)


async def test_a_withdrawn_award_frees_its_place_and_its_yen(desk: Desk) -> None:
    for code in CODES[:4]:
        await desk.apply(code)
    for code in CODES[:3]:
        await desk.award(code)
    await desk.award(CODES[3], status=409)
    path = f"/subsidy-programmes/2023-9/applications/{A}"
    assert (await desk.send("DELETE", path, None, "officer", A))["status"] == "withdrawn"
    assert await desk.line() == (0, 30_000_000, HELD - 30_000_000)
    await desk.award(CODES[3])
    await desk.apply(A)
    await desk.award(A, status=409)


async def test_an_award_beyond_what_the_line_holds_is_refused_whole(desk: Desk) -> None:
    spending = {"reference": "s", "day": "2023-06-01", "amount": HELD - 14_999_999}
    await desk.send("POST", "/budgets/2023/lines/9/spendings", spending)
    await desk.apply(A)
    refused = await desk.award(A, status=409)
    assert refused["type"].endswith("budget-line-exhausted")
    found = await desk.send("GET", f"/subsidy-programmes/2023-9/applications/{A}", None)
    assert (found["status"], found["awarded"]) == ("applied", None)


async def test_the_read_models_equal_their_rebuild_after_every_kind_of_event(desk: Desk) -> None:
    path, lines = "/subsidy-programmes/2023-9", "/budgets/2023/lines/5"
    for code in CODES:
        await desk.apply(code)
    for code in CODES[:3]:
        await desk.award(code)
    await desk.apply(A, 20_000_000)
    await desk.award(A)
    await desk.send("PUT", f"{path}/awards/{B}/settlement", {"actual_cost": 1_000_001})
    for code in (CODES[2], CODES[4]):
        await desk.send("DELETE", f"{path}/applications/{code}", None, "officer", code)
    await desk.send("PUT", f"{path}/applications/{CODES[3]}/declining", {"reason": "対象外"})
    await desk.apply(CODES[3], 5)
    why = {"decided_on": "2023-06-01", "reason": "追加"}
    line = {"group_ja": "DX", "name_ja": "緊急", "amount": 7, "previous_amount": 0, "change": 7}
    moved = {**why, "changes": [{"line": 5, "amount": -3}], "added": [line]}
    await desk.send("POST", "/budgets/2023/supplements", moved)
    await desk.send("POST", "/budgets/2023/transfers", {**why, "from_line": 5, "to_line": 6, "amount": 2})
    await desk.send("PUT", f"{lines}/project", {"project_id": "01941f29-7c00-7000-8000-00000000000a"})
    entry = {"reference": "1", "day": "2023-06-01", "amount": 400_000_000}
    await desk.send("POST", f"{lines}/commitments", entry)
    await desk.send("POST", f"{lines}/spendings", {**entry, "commitment": "1"})  # 1,600,000,000 a year: told
    await desk.send("POST", f"{lines}/returns", {"reference": "1", "amount": 399_999_999, "reason": "誤り"})
    await desk.send("POST", f"{lines}/commitments", {**entry, "reference": "2", "amount": 10})
    await desk.send("POST", f"{lines}/releases", {"reference": "2", "amount": 1, "reason": "減額"})

    service = desk.service
    owner = await Database.connect(service.database.owner_url(service.admin_url))
    found = await rebuild(owner, [budgets, subsidies], source="cost-ledger", progress=lambda *_: None, switch=False)
    await owner.close()
    assert {table.table for table in found} == {table.name for view in (budgets, subsidies) for table in view.tables}
    assert [table for table in found if table.only_live or table.only_rebuilt] == []
    happened = await service.as_owner("SELECT DISTINCT type FROM event")
    assert {type_ for (type_,) in happened} == {event.event_type for event in budgets.events | subsidies.events}


async def test_applications_are_private_and_awards_are_not(desk: Desk) -> None:
    for code in (A, B):
        await desk.apply(code)
    await desk.award(B)
    path = "/subsidy-programmes/2023-9/applications"
    own = await desk.send("GET", path, None, "officer", A)
    assert [row["municipality"] for row in own["items"]] == [A]
    await desk.send("GET", f"{path}/{B}", None, "officer", A, status=404)
    assert len((await desk.send("GET", path, None))["items"]) == 2
    [award] = (await desk.send("GET", "/subsidy-programmes/2023-9/awards", None, "officer", A))["items"]
    assert (award["municipality"], award["amount"], award["decided_on"]) == (B, 15_000_000, "2023-06-20")
    await desk.send("PUT", f"{path}/{B}", {"planned_cost": 1, "purpose": "p"}, "officer", A, status=404)
    await desk.send("PUT", f"/subsidy-programmes/2023-9/awards/{A}", None, "officer", A, status=403)


async def test_a_programme_needs_a_rule_and_is_opened_once(desk: Desk) -> None:
    for line, status, slug in ((9, 409, "already-opened"), (8, 409, "no-subsidy-rule"), (14, 404, "no-such-budget")):
        opening = {"fiscal_year": 2023, "line": line, "applications_until": "2023-06-30"}
        refused = await desk.send("POST", "/subsidy-programmes", opening, status=status)
        assert slug in refused["type"]


async def test_declining_needs_a_reason_that_the_municipality_reads(desk: Desk) -> None:
    await desk.apply(A)
    path = f"/subsidy-programmes/2023-9/applications/{A}"
    await desk.send("PUT", f"{path}/declining", {}, status=422)
    await desk.send("PUT", f"{path}/declining", {"reason": "対象外"})
    found = await desk.send("GET", path, None, "officer", A)
    assert (found["status_ja"], found["reason"]) == ("不交付", "対象外")
    await desk.award(A, status=409)


async def test_what_two_award_or_withdraw_at_once_is_on_the_line_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.apply(A)
    meanwhile(monkeypatch, Programme, lambda: desk.award(A))
    assert (await desk.award(A))["awarded"] == 15_000_000
    assert await desk.line() == (0, 15_000_000, HELD - 15_000_000)

    async def withdrawn() -> None:
        await desk.send("DELETE", f"/subsidy-programmes/2023-9/applications/{A}", None, "officer", A)

    meanwhile(monkeypatch, Programme, withdrawn)
    await withdrawn()
    assert await desk.line() == (0, 0, HELD)
    words = await desk.service.as_owner("SELECT count(*) FROM event WHERE type LIKE '%.commitment-released'")
    assert words == [(1,)], "given back once"
