"""Subsidies over HTTP: at most three awards, also at once; each is committed and spent on its budget line."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest_asyncio

from kyodo_local.demo.budgets import bodies
from tests.support.running import running

JUNE = {"Kyodo-Exercise-Time": "2023-06-20T10:00:00+09:00"}
CODES = ["131016", "131024", "131032", "131041", "131059"]
A, B = CODES[:2]
HELD = 179_315_000


@dataclass
class Desk:
    """Everybody's desk in June 2023."""

    client: httpx.AsyncClient
    as_: Any

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
        desk = Desk(service.client, as_)
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
