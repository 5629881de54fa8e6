"""Usage plans over HTTP: handed in by officers, confirmed by approvers, missing ones seen by Tokyo."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from kyodo_cost_ledger.testing import PROJECT
from kyodo_events.values.fiscal import FiscalYear
from tests.support.ledger_desk import CHIYODA, CHUO, MUSASHINO, Desk

THIS_YEAR = FiscalYear.of(datetime.now(UTC))
AHEAD = FiscalYear(THIS_YEAR + 2)  # whatever the day, its deadline is to come; this year's is past
PLANS = f"/v1/usage-plans/{int(AHEAD)}"
GAPS = f"{PLANS}/gaps"
LINES = [{"project_id": PROJECT, "meter": "applications", "quantity": 1200}]


@pytest_asyncio.fixture
async def desk(app_of: Any, as_: Any) -> Desk:
    """A project of two."""
    desk = await Desk.of(app_of, as_)
    desk.story.started().joined(CHIYODA, CHUO)
    await desk.learn()
    return desk


def path(code: str, year: int = AHEAD, tail: str = "") -> str:
    return f"/v1/municipalities/{code}/usage-plans/{int(year)}{tail}"


async def hand_in(desk: Desk, code: str, lines: Any = LINES, year: int = AHEAD, status: int = 200) -> Any:
    return await desk.ask("PUT", path(code, year), "officer", code, body={"lines": lines}, status=status)


async def test_a_plan_is_handed_in_revised_and_confirmed(desk: Desk) -> None:
    first = await hand_in(desk, CHIYODA)
    assert (first["late"], first["confirmed"], first["planned"]) == (False, False, 1)
    assert first["deadline"] == f"{int(AHEAD)}-01-31"
    confirmed = await desk.ask("PUT", path(CHIYODA, tail="/confirmation"), "approver", CHIYODA)
    assert confirmed["confirmed"]
    revised = await hand_in(desk, CHIYODA, [LINES[0] | {"quantity": None, "monthly": [1] * 12}])
    assert (revised["confirmed"], revised["lines"][0]["monthly"]) == (False, [1] * 12)
    assert await desk.get(path(CHIYODA), "approver", CHIYODA) == revised


async def test_a_late_plan_is_marked(desk: Desk) -> None:
    assert (await hand_in(desk, CHUO, year=THIS_YEAR))["late"]
    refused = await hand_in(desk, CHUO, [], year=THIS_YEAR, status=409)
    assert refused["type"] == "/problems/plan-is-fixed"
    over = await hand_in(desk, CHUO, year=THIS_YEAR - 1, status=409)
    assert over["type"] == "/problems/plan-year-over"


async def test_tokyo_sees_all_plans_and_the_gaps(desk: Desk) -> None:
    await hand_in(desk, CHIYODA)
    gaps = await desk.get(GAPS)
    assert (gaps["handed_in"], gaps["late"], gaps["unconfirmed"]) == (1, 0, 1)
    assert [(gap["municipality"], gap["projects"]) for gap in gaps["missing"]] == [(CHUO, [PROJECT])]
    await hand_in(desk, CHUO)
    assert (await desk.get(GAPS))["missing"] == []
    csv = await desk.get(PLANS, csv=True)
    assert "千代田区" in csv
    assert "提出日" in csv
    await desk.get(GAPS, "officer", CHUO, status=403)
    await desk.get(GAPS, "auditor", CHUO, status=403)


async def test_a_municipality_sees_its_own_plan_only(desk: Desk) -> None:
    await hand_in(desk, CHIYODA)
    await desk.get(path(CHIYODA), "officer", CHUO, status=404)
    await desk.ask("PUT", path(CHIYODA), "officer", CHUO, body={"lines": LINES}, status=404)
    await desk.ask("PUT", path(CHIYODA, tail="/confirmation"), "officer", CHIYODA, status=403)
    await desk.ask("PUT", path(CHUO, tail="/confirmation"), "approver", CHUO, status=404)  # there is none yet
    assert (await desk.get(PLANS, "officer", CHUO))["items"] == []
    assert len((await desk.get(PLANS, "auditor"))["items"]) == 1


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([LINES[0], LINES[0]], 422),
        ([LINES[0] | {"quantity": -1}], 422),
        ([LINES[0] | {"quantity": 1.5}], 422),
        ([LINES[0] | {"monthly": [1] * 11, "quantity": None}], 422),
        ([LINES[0] | {"project_id": "01941f29-7c00-7000-8000-0000000000ff"}], 404),
    ],
)
async def test_what_is_no_plan_is_refused(desk: Desk, lines: Any, status: int) -> None:
    await hand_in(desk, MUSASHINO, lines, status=status)
    await desk.get(path(MUSASHINO), "officer", MUSASHINO, status=404)
