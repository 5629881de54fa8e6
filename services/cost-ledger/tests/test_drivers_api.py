"""Figures that weight a split: published, corrected, fixed from usage; the books follow by differences."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from kyodo_cost_ledger.testing import PROJECT, Story, learn, terms
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.values.municipalities import by_code

A, B = "131016", "132039"


class Desk:
    """A ledger, and who asks it."""

    def __init__(self, client: httpx.AsyncClient, database: Any, as_: Any) -> None:
        self.client, self.database, self.as_ = client, database, as_

    async def learn(self, story: Story) -> None:
        async with self.database.transaction() as tx:
            await learn(tx, story.told)
        story.told.clear()

    async def get(self, path: str, *who: str) -> Any:
        answer = await self.client.get(path, headers=self.as_(*(who or ("secretariat",))))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any, *who: str, status: int = 201) -> Any:
        answer = await self.client.post(path, json=body, headers=self.as_(*(who or ("secretariat",))))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def base(self) -> dict[str, int]:
        totals = await self.get("/v1/totals")
        assert totals["balanced"]
        return {row["municipality"]: row["base"] for row in totals["municipalities"] if row["base"]}


@pytest_asyncio.fixture
async def desk(app_of: Any, as_: Any) -> AsyncIterator[Desk]:
    app = await app_of("cost-ledger")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kyodo.test") as client:
        yield Desk(client, app.state.runtime.database, as_)


def by(driver: str, year: int = 2024, **component: Any) -> BurdenTerms:
    base = {"annual_amount": 1_200_000, "components": [{"driver": driver, "share": "1", **component}]}
    return BurdenTerms.model_validate({"fiscal_year": year, "effective_from": f"{year}-04", "base": base})


def figures(**fields: Any) -> dict[str, Any]:
    return {
        "driver": "elderly",
        "reference": "2024-01-01",
        "label_ja": "65歳以上人口",
        "unit_ja": "人",
        "source_ja": "架空の値",
        "figures": {A: 100, B: 300},
        **fields,
    }


async def test_the_base_cost_waits_for_its_figures_and_follows_their_correction(desk: Desk) -> None:
    await desk.learn(Story().started().joined(A, B).agreed(by("elderly", base_date="1_january")))
    assert await desk.base() == {}
    [missing] = (await desk.get("/v1/driver-figures/missing", "officer", A))["items"]
    assert (missing["driver"], missing["reference"]) == ("elderly", "2024-01-01")
    assert missing["municipalities_ja"] == [by_code(A).name_ja, by_code(B).name_ja]

    tried = await desk.post("/v1/driver-figures?dry_run=true", figures())
    assert (tried["figures"], await desk.base()) == ({A: 100, B: 300}, {})
    published = await desk.post("/v1/driver-figures", figures())
    assert (published["version"], published["figures"]) == (1, {A: 100, B: 300})
    assert await desk.base() == {A: 300_000, B: 900_000}
    assert (await desk.get("/v1/driver-figures/missing"))["items"] == []

    await desk.post("/v1/driver-figures", figures(figures={A: 300, B: 300}))
    assert await desk.base() == {A: 600_000, B: 600_000}
    again = await desk.post("/v1/driver-figures", figures(figures={A: 300, B: 300}))
    assert again["version"] == 2  # the same figures once more change nothing
    assert (await desk.get("/v1/audit", "auditor"))["consistent"]

    cell = f"/v1/municipalities/{A}/charges/{PROJECT}/base/elderly/2024-04/explanation"
    explained = await desk.get(cell, "officer", A)
    basis = explained["base"]["basis"]
    assert (basis["figure"], basis["total"], basis["reference"], basis["source_ja"]) == (
        "300",
        "600",
        "2024-01-01",
        "架空の値",
    )
    assert {posting["reason"] for posting in explained["postings"]} == {"drivers"}


async def test_usage_of_a_year_weighs_in_the_year_after_once_it_is_fixed(desk: Desk) -> None:
    story = Story().started().joined(A, B).agreed(terms(None))
    story.agreed(by("usage_of_previous_year", 2025, base_date="previous_fiscal_year", meter="applications"))
    story.used(A, 10).used(B, 20).used(A, 30, "2025-03-31").used(B, 999, "2025-04-01")
    await desk.learn(story)
    assert await desk.base() == {}
    body = {"project_id": PROJECT, "meter": "applications", "fiscal_year": 2024}
    fixed = await desk.post("/v1/driver-figures/usage", body)
    assert fixed["figures"] == {A: 40, B: 20}
    assert await desk.base() == {A: 800_000, B: 400_000}
    await desk.learn(story.used(B, 1_000_000, "2024-05-05"))  # late use is charged, the weights stay fixed
    assert await desk.base() == {A: 800_000, B: 400_000}
    nothing = await desk.post("/v1/driver-figures/usage", body | {"meter": "faxes"}, status=422)
    assert nothing["type"].endswith("nothing-to-weigh")


async def test_a_published_population_stands_before_the_census(desk: Desk) -> None:
    await desk.learn(Story().started().joined(A, B).agreed(by("population", base_date="census")))
    before = await desk.base()
    census = figures(driver="population", reference="2020-10-01", figures={A: 1, B: 1})
    await desk.post("/v1/driver-figures", census)
    assert await desk.base() == {A: 600_000, B: 600_000} != before


async def test_weights_for_terms_are_worked_out_once(desk: Desk) -> None:
    found = await desk.get("/v1/driver-figures/weights?doubling=3/2", "officer", A)
    weights = {code: found["weights"][code] for code in (A, B)}
    await desk.learn(
        Story()
        .started()
        .joined(A, B)
        .agreed(by("population_power", base_date="census", doubling="3/2", weights=weights))
    )
    shares = await desk.base()
    assert sum(shares.values()) == 1_200_000
    ratio, population = shares[B] / shares[A], by_code(B).population / by_code(A).population
    assert 1 < ratio < population


@pytest.mark.parametrize(
    "wrong",
    [
        {"figures": {A: -1}},
        {"figures": {A: 1.5}},
        {"figures": {"999999": 1}},
        {"figures": {}},
        {"reference": "2024"},
        {"reference": "FY24"},
        {"source_ja": ""},
    ],
)
async def test_figures_that_are_none_are_refused_and_nothing_is_written(desk: Desk, wrong: dict[str, Any]) -> None:
    await desk.post("/v1/driver-figures", figures(**wrong), status=422)
    assert (await desk.get("/v1/driver-figures"))["items"] == []


@pytest.mark.parametrize("doubling", ["0", "1", "-3/2", "5/2", "1.5"])
async def test_weights_that_do_not_grow_less_are_refused(desk: Desk, doubling: str) -> None:
    answer = await desk.client.get(f"/v1/driver-figures/weights?doubling={doubling}", headers=desk.as_("secretariat"))
    assert answer.status_code == 422


async def test_only_the_secretariat_publishes(desk: Desk) -> None:
    await desk.post("/v1/driver-figures", figures(), "officer", A, status=403)
    await desk.post("/v1/driver-figures", figures(figures={A: 0, B: 0}), status=422)
