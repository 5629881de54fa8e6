"""FOCUS rows and whole years of charges: columns and values by the specification, and every yen of the origin."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from kyodo_cost_ledger.exports.focus import COLUMNS, focus_row
from kyodo_cost_ledger.testing import PROJECT, Story, learn, terms
from kyodo_events.database import Database
from kyodo_events.values.municipalities import municipalities

CHIYODA, CHUO = "131016", "131024"
SECOND = "01941f29-7c00-7000-8000-00000000000b"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:00:00Z")

# FOCUS 1.2: columns that every dataset has, and those of them that are never empty.
MANDATORY = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
]
NULLABLE = {"ChargeClass", "PricingQuantity", "PricingUnit"}


@dataclass
class World:
    """A running ledger and who asks."""

    client: httpx.AsyncClient
    database: Database
    as_: Any

    async def learn(self, story: Story) -> None:
        async with self.database.transaction() as tx:
            await learn(tx, story.told)
        story.told.clear()

    async def export(self, name: str, *who: str, year: str = "2024", **query: str) -> str:
        headers = self.as_(*(who or ("secretariat",)))
        answer = await self.client.get(f"/v1/exports/{name}/{year}", params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def focus(self, *who: str, **query: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(await self.export("focus", *who, **query))))


@pytest_asyncio.fixture
async def world(app_of: Any, as_: Any) -> AsyncIterator[World]:
    """Two projects; all 62 share the cost of the first, and April is closed before a correction comes."""
    app = await app_of("cost-ledger")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kyodo.test") as client:
        world = World(client, app.state.runtime.database, as_)
        codes = [one.code for one in municipalities()]
        first = Story().started().joined(*codes).agreed(terms(120_000_001, tokyo="1/2"))
        first.used(CHIYODA, 10).used(CHUO, 7).used(CHIYODA, 4, "2024-05-02")
        second = Story(SECOND).started("共同調達; システム:基盤").joined(CHIYODA).agreed(terms(1_000_003))
        await world.learn(first)
        await world.learn(second)
        answer = await client.post("/v1/closings", json={"month": "2024-04"}, headers=as_("secretariat"))
        assert answer.status_code == 201
        await world.learn(first.used(CHIYODA, 3))
        yield world


async def test_allocated_lines_sum_to_what_each_project_cost(world: World) -> None:
    rows = await world.focus()
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["ResourceId"]] += int(row["BilledCost"])
    totals = (await world.client.get("/v1/totals", headers=world.as_("secretariat"))).json()
    assert dict(sums) == {project["project_id"]: project["total"] for project in totals["projects"]}
    assert sum(sums.values()) == totals["cost"] == 120_000_001 + 1_000_003 + 24 * 30
    assert {row["SubAccountId"] for row in rows} == {*(one.code for one in municipalities()), "tokyo"}


async def test_columns_and_values_are_those_of_the_specification(world: World) -> None:
    rows = await world.focus()
    assert tuple(rows[0]) == COLUMNS
    assert set(MANDATORY) <= set(COLUMNS)
    for row in rows:
        assert all(row[name] for name in set(MANDATORY) - NULLABLE)
        assert row["ChargeCategory"] in ("Usage", "Purchase")
        assert row["ChargeClass"] in ("", "Correction")
        assert row["ChargeFrequency"] in ("Usage-Based", "Recurring")
        assert (row["BillingCurrency"], row["ServiceCategory"]) == ("JPY", "Other")
        for name in ("BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd"):
            assert MOMENT.fullmatch(row[name])
        assert row["BilledCost"] == row["EffectiveCost"] == row["ListCost"] == row["ContractedCost"]
        if not row["ChargeClass"]:
            assert int(row["PricingQuantity"]) * int(row["ListUnitPrice"]) == int(row["BilledCost"])
        json.loads(row["Tags"])


async def test_used_units_and_a_correction_after_the_month_was_closed(world: World) -> None:
    [april, late, may] = [row for row in await world.focus("officer", CHIYODA) if row["ChargeCategory"] == "Usage"]
    assert (april["PricingQuantity"], april["PricingUnit"], april["ListUnitPrice"]) == ("10", "件", "30")
    assert (april["BillingPeriodStart"], april["BillingPeriodEnd"]) == ("2024-03-31T15:00:00Z", "2024-04-30T15:00:00Z")
    assert (late["ChargeClass"], late["BilledCost"], late["PricingQuantity"]) == ("Correction", "90", "")
    assert (late["ChargePeriodStart"], late["x_AccountingPeriod"]) == ("2024-03-31T15:00:00Z", "2024-05")
    assert (may["ConsumedQuantity"], may["BilledCost"]) == ("4", "120")


async def test_a_municipality_exports_its_own(world: World) -> None:
    own = await world.focus("officer", CHUO)
    assert {row["SubAccountId"] for row in own} == {CHUO}
    assert own == await world.focus(municipality=CHUO)
    assert await world.focus("officer", CHUO, municipality=CHIYODA) == []
    answer = await world.client.get("/v1/exports/focus/2024", headers=world.as_("operator"))
    assert answer.status_code == 403


async def test_a_years_charges_come_whole_for_a_spreadsheet(world: World) -> None:
    text = await world.export("charges")
    assert text.startswith("\ufeff団体コード,団体,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 62 * 2 * 12 + 12 + 2 * 12 + 3  # more than any page holds
    assert sum(int(row["金額（円）"]) for row in rows) == 120_000_001 + 1_000_003 + 24 * 30
    assert {row["団体"] for row in rows} >= {"千代田区", "東京都"}
    own = (await world.export("charges", "officer", CHUO)).splitlines()
    assert len(own) == 1 + 2 * 12 + 1
    assert len((await world.export("charges", year="2023")).splitlines()) == 1


@pytest.mark.parametrize(
    ("quantity", "whole", "amount", "priced"),
    [
        (10, 300, 300, (10, "件", 30)),
        (10, 301, 301, (1, "Months", 301)),  # tiers or a minimum: no one price goes through
        (10, 300, 100, (1, "Months", 100)),
        (0, 500, 500, (1, "Months", 500)),
        (None, 500, 500, (1, "Months", 500)),
        (10, 0, 90, (1, "Months", 90)),
    ],
)
def test_quantity_times_price_is_the_amount(
    quantity: int | None, whole: int, amount: int, priced: tuple[int, str, int]
) -> None:
    row = focus_row(
        {
            **{"party": CHIYODA, "project_id": PROJECT, "project_ja": None, "book": "usage", "item": "m"},
            **{"item_ja": "m", "unit_ja": "件", "month": "2025-03", "period": "2025-03"},
            **{"quantity": quantity, "cell_amount": whole, "amount": amount},
        }
    )
    assert (row["PricingQuantity"], row["PricingUnit"], row["ListUnitPrice"]) == priced


def test_the_settlement_period_is_april_and_may() -> None:
    row = focus_row(
        {
            **{"party": CHIYODA, "project_id": PROJECT, "project_ja": "p", "book": "base", "item": "equal"},
            **{"item_ja": "均等割", "unit_ja": None, "month": "2025-03", "period": "2025-03s"},
            **{"quantity": None, "cell_amount": 5, "amount": 5},
        }
    )
    assert (row["BillingPeriodStart"], row["BillingPeriodEnd"]) == ("2025-03-31T15:00:00Z", "2025-05-31T15:00:00Z")
    assert row["ChargeClass"] == "Correction"
