"""Forecasts over HTTP: lines with what they rest on, and a table of all 62 that foots."""

from __future__ import annotations

from typing import Any

import pytest_asyncio

from kyodo_cost_ledger.testing import PROJECT, terms
from kyodo_events.contracts.cost_ledger.plans import PlanLine, UsagePlanHandedIn
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import TOKYO
from tests.support.ledger_desk import CHIYODA, CHUO, MUSASHINO, Desk

SUMS = ("base_booked", "base_to_come", "usage_booked", "usage_to_come", "total")
HALF = {"through": "2024-09"}


@pytest_asyncio.fixture
async def desk(app_of: Any, as_: Any) -> Desk:
    """Chiyoda planned, Chuo used last year, Musashino uses since this year."""
    desk = await Desk.of(app_of, as_)
    desk.story.started().joined(CHIYODA, CHUO, MUSASHINO, month="2023-04")
    desk.story.agreed(terms(600_000, year=2023)).agreed(terms(1_200_001, tokyo="1/2"))
    desk.story.used(CHUO, 7, "2023-11-02").used(CHIYODA, 10, "2024-05-01").used(MUSASHINO, 12, "2024-06-01")
    lines = (PlanLine(project_id=PROJECT, meter="applications", monthly=tuple(range(12))),)
    plan = UsagePlanHandedIn(
        municipality=CHIYODA, fiscal_year=FiscalYear(2024), lines=lines, handed_in_on="2024-01-09", late=False
    )
    desk.story.tell(plan, f"{CHIYODA}.2024")
    await desk.learn()
    return desk


async def forecast(desk: Desk, code: str, *who: str, status: int = 200, **query: Any) -> Any:
    return await desk.get(f"/v1/municipalities/{code}/forecasts/2024", *who, status=status, **{**HALF, **query})


def usage_lines(found: Any) -> list[tuple[str, int | None, int]]:
    return [(row["rests_on"], row["quantity"], row["amount"]) for row in found["items"] if row["book"] == "usage"]


async def test_each_line_says_what_it_rests_on(desk: Desk) -> None:
    planned = await forecast(desk, CHIYODA, "officer", CHIYODA)
    assert usage_lines(planned) == [("booked", None, 300), ("plan", sum(range(6, 12)), sum(range(6, 12)) * 30)]
    assert usage_lines(await forecast(desk, CHUO)) == [("last_year", 7, 210)]
    assert usage_lines(await forecast(desk, MUSASHINO)) == [("booked", None, 360), ("run_rate", 12, 360)]
    base = [row for row in planned["items"] if row["book"] == "base"]
    assert {row["rests_on_ja"] for row in base} == {"計上済み", "費用負担条件による"}
    assert {(row["first_month"], row["last_month"]) for row in base} == {("2024-04", "2024-09"), ("2024-10", "2025-03")}
    assert planned["sum"]["total"] == sum(row["amount"] for row in planned["items"])
    assert planned["through"] == "2024-09"


async def test_all_62_side_by_side_foot(desk: Desk) -> None:
    found = await desk.get("/v1/forecasts/2024", **HALF)
    assert len(found["items"]) == 63
    for name in SUMS:
        assert found["sum"][name] == sum(row[name] for row in found["items"])
        assert found["sum"][name] == sum(row[name] for row in found["projects"])
    assert found["sum"]["base_booked"] + found["sum"]["base_to_come"] == 1_200_001
    tokyo = next(row for row in found["items"] if row["municipality"] == TOKYO)
    assert tokyo["total"] == 600_001
    row = next(row for row in found["items"] if row["municipality"] == CHUO)
    assert {name: row[name] for name in SUMS} == {name: (await forecast(desk, CHUO))["sum"][name] for name in SUMS}
    csv = await desk.get("/v1/forecasts/2024", **HALF, csv=True)
    assert "年度末見込み" in csv
    await desk.get("/v1/forecasts/2024", "officer", CHUO, status=403, **HALF)
    await desk.get("/v1/forecasts/2024", "auditor", CHUO, status=403, **HALF)


async def test_a_municipality_sees_its_own_forecast_only(desk: Desk) -> None:
    await forecast(desk, CHIYODA, "officer", CHUO, status=404)
    assert {row["municipality"] for row in (await forecast(desk, CHUO, "approver", CHUO))["items"]} == {CHUO}


async def test_a_year_that_is_over_is_what_is_booked_and_one_without_terms_is_not_complete(desk: Desk) -> None:
    over = await desk.get("/v1/forecasts/2024")
    assert over["through"] == "2025-03"
    charged = await desk.charged(year=2024)
    assert over["sum"]["total"] == sum(sum(yen.values()) for yen in charged.values())
    assert (over["sum"]["base_to_come"], over["sum"]["usage_to_come"], over["sum"]["complete"]) == (0, 0, True)
    ahead = await desk.get("/v1/forecasts/2090")
    assert (ahead["through"], ahead["sum"]["complete"]) == (None, False)
