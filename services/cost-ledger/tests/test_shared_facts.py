"""What all participants of a project read of it: consented terms, keys of apportionment, totals."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
import pytest_asyncio

from kyodo_cost_ledger.testing import PROJECT, terms
from tests.support.ledger_desk import CHIYODA, CHUO, MUSASHINO, Desk

OF_PROJECT = f"/v1/projects/{PROJECT}"
MEMBER = ("officer", CHUO)


@pytest_asyncio.fixture
async def desk(app_of: Any, as_: Any) -> Desk:
    """Two, then three, share a cost with Tokyo and used the service."""
    desk = await Desk.of(app_of, as_)
    desk.story.started().joined(CHIYODA, CHUO).joined(MUSASHINO, month="2024-10").agreed(terms(1_200_001, tokyo="1/2"))
    desk.story.used(CHIYODA, 10).used(CHUO, 7).used(MUSASHINO, 1, "2024-11-01")
    await desk.learn()
    return desk


async def test_consented_terms_are_read_with_their_articles(desk: Desk) -> None:
    [found] = (await desk.get(f"{OF_PROJECT}/terms", *MEMBER))["items"]
    assert (found["terms_version"], found["terms"]["base"]["tokyo_share"]) == (1, "1/2")
    article = next(article for article in found["articles"] if article["item"] == "population")
    assert article["text_ja"] == "残額の4/5は、人口割（国勢調査）により負担する。"
    assert (await desk.get(f"{OF_PROJECT}/terms", *MEMBER, as_of="2023-01-01T00:00:00Z"))["items"] == []


async def test_a_share_follows_from_the_keys(desk: Desk) -> None:
    rows = (await desk.get(f"{OF_PROJECT}/keys/2024", *MEMBER))["items"]
    assert {(row["first_month"], row["last_month"]) for row in rows} == {("2024-04", "2024-09"), ("2024-10", "2025-03")}
    first = [row for row in rows if row["municipality"] == CHIYODA and row["first_month"] == "2024-04"]
    exact = sum(Fraction(row["share"]) * Fraction(row["figure"]) / Fraction(row["total"]) for row in first)
    charges = (await desk.get("/v1/charges", municipality=CHIYODA, until="2024-09", limit=200))["items"]
    base = sum(row["amount"] for row in charges if row["book"] == "base")
    assert abs(base - exact * 300_000) < 2
    population = next(row for row in first if row["item"] == "population")
    assert (population["reference"], population["unit_ja"]) == ("2020-10-01", "人")
    assert population["source_ja"] == "令和2年国勢調査（総務省統計局）"
    csv = await desk.get(f"{OF_PROJECT}/keys/2024", *MEMBER, csv=True)
    assert "出典" in csv


async def test_keys_without_their_figures_are_left_out(desk: Desk) -> None:
    text = terms(year=2025).model_dump(mode="json")
    text["base"]["components"] = [{"driver": "staff", "share": "1", "base_date": "1_january"}]
    desk.story.agreed(type(terms()).model_validate(text))
    await desk.learn()
    assert (await desk.get(f"{OF_PROJECT}/keys/2025", *MEMBER))["items"] == []


async def test_totals_are_sums_and_nobodys_usage(desk: Desk) -> None:
    whole = await desk.get(f"{OF_PROJECT}/totals/2024")
    assert whole == {
        "project_id": PROJECT,
        "fiscal_year": 2024,
        "participants": 3,
        "base": 1_200_001,
        "usage": 18 * 30,
        "total": 1_200_001 + 540,
        "tokyo": 600_001,
        "municipalities": 600_540,
    }
    assert await desk.get(f"{OF_PROJECT}/totals/2024", *MEMBER) == whole
    before = await desk.get(f"{OF_PROJECT}/totals/2024", *MEMBER, as_of=datetime(2024, 1, 1, tzinfo=UTC).isoformat())
    assert (before["total"], before["participants"]) == (0, 3)


@pytest.mark.parametrize("path", ["terms", "keys/2024", "totals/2024"])
async def test_a_project_that_is_not_there(desk: Desk, path: str) -> None:
    nothing = "01941f29-7c00-7000-8000-0000000000ff"
    await desk.get(f"/v1/projects/{nothing}/{path}", *MEMBER, status=404)
