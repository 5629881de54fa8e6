"""Notices over HTTP: what each municipality is to expect of a year, from the books, the terms and the plans."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from kyodo_cost_ledger.testing import PROJECT, terms
from kyodo_events.contracts.cost_ledger.plans import PlanLine, UsagePlanHandedIn
from kyodo_events.values.fiscal import FiscalYear
from tests.support.statement_desk import CHIYODA, CHUO, Desk, desk, path_of

MONTHS = [f"2024-{number:02d}" for number in range(4, 13)] + ["2025-01"]


@pytest_asyncio.fixture
async def ledger_desk(databases: Any, settings_for: Any, as_: Any) -> AsyncIterator[Desk]:
    """A ledger in which nothing is closed."""
    async with desk(databases, settings_for, as_) as found:
        yield found


async def issue(ledger_desk: Desk, kind: str, year: int, status: int = 201, **query: str) -> Any:
    return await ledger_desk.ask("POST", "/v1/notices", {"kind": kind, "fiscal_year": year}, status=status, **query)


async def test_an_interim_notice_is_the_books_until_september_and_the_run_rate_after(ledger_desk: Desk) -> None:
    ledger_desk.today = "2024-11-01"
    await ledger_desk.close(*MONTHS[:5])
    refused = await issue(ledger_desk, "interim", 2024, 409)
    assert refused["type"].endswith("notice-basis-missing")
    assert "2024-09" in refused["detail"]
    await ledger_desk.close("2024-09")
    answer = await issue(ledger_desk, "interim", 2024)
    assert (answer["due_by"], answer["late"], len(answer["statements"])) == ("2024-11-05", False, 2)
    found = await ledger_desk.statement("2024-interim")
    assert (found["number"], found["kind_ja"], found["due_on"]) == ("令和6年度-中間-0001", "中間", None)
    lines = (await ledger_desk.get(f"{path_of('2024-interim')}/lines"))["items"]
    spans = {(line["item"], line["month"], line["last_month"], line["forecast"]): line["amount"] for line in lines}
    used = {key[1:]: yen for key, yen in spans.items() if key[0] == "applications"}
    # 15 applications in six months: 2, 3, 2, 3, 2, 3 in the six to come.
    assert used == {("2024-04", "2024-09", False): 450, ("2024-10", "2025-03", True): 450}
    # The base of the months to come is in the books already, so the whole year is exact.
    year = (await ledger_desk.get(f"/v1/municipalities/{CHIYODA}/charges"))["base"]
    assert sum(yen for key, yen in spans.items() if key[0] != "applications") == found["base"] == year
    assert found["forecast"] == sum(line["amount"] for line in lines if line["forecast"])
    refused = await issue(ledger_desk, "interim", 2024, 409)
    assert refused["type"].endswith("notices-issued-before")


async def test_a_final_notice_that_comes_late_is_marked(ledger_desk: Desk) -> None:
    ledger_desk.today = "2025-02-16"
    await ledger_desk.close(*MONTHS)
    rehearsed = await issue(ledger_desk, "final", 2024, dry_run="true")
    assert (rehearsed["late"], rehearsed["due_by"]) == (True, "2025-02-15")
    await ledger_desk.get(path_of("2024-final"), status=404)
    answer = await issue(ledger_desk, "final", 2024)
    assert answer == rehearsed
    assert (await ledger_desk.statement("2024-final"))["late"]
    # 15 applications in ten months: 1 and 2 in the two to come.
    lines = (await ledger_desk.get(f"{path_of('2024-final')}/lines"))["items"]
    assert [line["amount"] for line in lines if line["item"] == "applications"] == [450, 90]


async def test_an_estimate_rests_on_terms_in_force_or_proposed_and_last_years_usage(ledger_desk: Desk) -> None:
    ledger_desk.today = "2025-02-01"
    refused = await issue(ledger_desk, "estimate", 2025, 409)
    assert refused["type"].endswith("notice-basis-missing")
    ledger_desk.story.proposed(terms(2_400_000, prices={"applications": 50}, year=2025))
    await ledger_desk.learn()
    answer = await issue(ledger_desk, "estimate", 2025)
    assert (answer["due_by"], answer["late"]) == ("2025-02-10", False)
    totals = {row["municipality"]: row for row in answer["statements"]}
    assert sum(row["base"] for row in totals.values()) == 2_400_000
    # 15 applications in ten months are 18 in a year, 8 are 9.
    assert (totals[CHIYODA]["usage"], totals[CHUO]["usage"]) == (18 * 50, 9 * 50)
    assert all(row["forecast"] == row["total"] for row in totals.values())
    lines = (await ledger_desk.get(f"{path_of('2025-estimate')}/lines", "officer", CHIYODA))["items"]
    [used] = [line for line in lines if line["book"] == "usage"]
    assert (used["quantity"], used["unit_price"], used["last_month"]) == (18, 50, "2026-03")
    assert {line["basis"]["label_ja"] for line in lines if line["book"] == "base"} == {"均等割", "人口割"}
    # It asks for no money, and stands in no book.
    answer = await ledger_desk.pay(1, "note", statement_id="2025-estimate", paid_on="2025-02-01", status=409)
    assert answer["type"].endswith("statement-not-payable")
    assert (await ledger_desk.get("/v1/audit"))["consistent"]


async def test_notices_say_what_the_forecast_says_plans_and_all(ledger_desk: Desk) -> None:
    """Chiyoda planned for both years, Chuo used the service in the months to come of last year."""
    ledger_desk.story.joined(CHUO, month="2023-04").used(CHUO, 20, "2023-12-01")
    ledger_desk.story.proposed(terms(2_400_000, prices={"applications": 50}, year=2025))
    for year, quantity in ((2024, 4), (2025, 6)):
        line = PlanLine(project_id=PROJECT, meter="applications", monthly=(quantity,) * 12)
        plan = UsagePlanHandedIn(
            municipality=CHIYODA, fiscal_year=FiscalYear(year), lines=(line,), handed_in_on="2024-01-09", late=False
        )
        ledger_desk.story.tell(plan, f"{CHIYODA}.{year}")
    await ledger_desk.learn()
    ledger_desk.today = "2024-11-01"
    await ledger_desk.close(*MONTHS[:6])
    notices = {row["municipality"]: row for row in (await issue(ledger_desk, "interim", 2024))["statements"]}
    assert (notices[CHIYODA]["usage"], notices[CHUO]["usage"]) == ((15 + 6 * 4) * 30, (8 + 20) * 30)
    for code, row in notices.items():
        path = f"/v1/municipalities/{code}/forecasts/2024"
        expected = (await ledger_desk.get(path, "officer", code, through="2024-09"))["sum"]
        assert row["total"] == expected["total"]
        assert row["forecast"] == expected["base_to_come"] + expected["usage_to_come"]
    ledger_desk.today = "2025-02-01"
    notices = {row["municipality"]: row for row in (await issue(ledger_desk, "estimate", 2025))["statements"]}
    assert (notices[CHIYODA]["usage"], notices[CHUO]["usage"]) == (12 * 6 * 50, 9 * 50)


async def test_a_month_is_no_notice(ledger_desk: Desk) -> None:
    await issue(ledger_desk, "monthly", 2024, 422)
    await issue(ledger_desk, "settlement", 2024, 422)
    await ledger_desk.ask(
        "POST", "/v1/notices", {"kind": "interim", "fiscal_year": 2024}, "officer", CHIYODA, status=403
    )
