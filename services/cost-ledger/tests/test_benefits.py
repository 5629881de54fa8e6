"""Benefit beside cost: exact unit costs, and comparisons in which nobody is told apart."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio

from kyodo_cost_ledger.benefits.model import Band, Received, band_of, peers_of
from kyodo_cost_ledger.exact import two_decimals
from kyodo_cost_ledger.testing import PROJECT, Story, terms
from kyodo_events.database import Scope
from kyodo_events.values.municipalities import by_code, municipalities
from tests.support.ledger_desk import CHIYODA, CHUO, FUCHU, MITAKA, MUSASHINO, Desk

MINATO, HACHIOJI = "131032", "132012"
OWN = {CHIYODA: 10}
PEERS = {CHUO: 20, MUSASHINO: 30, MITAKA: 40}  # with Chiyoda between 50,000 and 200,000 residents
LARGER = {MINATO: 5, FUCHU: 6, HACHIOJI: 7}


@pytest_asyncio.fixture
async def desk(app_of: Any, as_: Any) -> Desk:
    """An empty ledger."""
    return await Desk.of(app_of, as_)


async def used(desk: Desk, quantities: dict[str, int], *, project: str = PROJECT, **prices: int) -> None:
    """These take part in a project and use it so much."""
    story = Story(project).started().joined(*quantities).agreed(terms(prices=prices or {"applications": 30}))
    for code, quantity in quantities.items():
        if quantity:
            story.used(code, quantity)
    await desk.learn(story)


async def benefit_of(desk: Desk, code: str, *who: str) -> Any:
    found = await desk.get(f"/v1/municipalities/{code}/benefits/2024", *who)
    return found["items"][0]


@pytest.mark.parametrize(
    ("population", "band"),
    [
        (9_999, Band.UNDER_10_000),
        (10_000, Band.FROM_10_000),
        (49_999, Band.FROM_10_000),
        (50_000, Band.FROM_50_000),
        (199_999, Band.FROM_50_000),
        (200_000, Band.FROM_200_000),
    ],
)
def test_bands_begin_where_they_say(population: int, band: Band, monkeypatch: pytest.MonkeyPatch) -> None:
    one = type("M", (), {"population": population})
    monkeypatch.setattr("kyodo_cost_ledger.benefits.model.by_code", lambda _: one)
    assert band_of("131016") is band


def test_every_municipality_is_the_peer_of_all_others_of_its_band() -> None:
    for one in municipalities():
        assert len(peers_of(one.code)) == sum(band_of(m.code) is band_of(one.code) for m in municipalities()) - 1


def test_nothing_is_divided_by_nothing() -> None:
    nothing = Received(quantity=0, usage=0, base=5, population=10, only_meter=True)
    assert (nothing.usage_per_unit, nothing.unit_cost, nothing.uses_per_1000) == (None, None, "0.00")


async def test_what_was_received_stands_beside_what_it_cost(desk: Desk) -> None:
    await used(desk, OWN | PEERS)
    charged = (await desk.charged(year=2024))[CHIYODA]
    row = await benefit_of(desk, CHIYODA, "officer", CHIYODA)
    assert (row["quantity"], row["usage"], row["base"]) == (10, 300, charged["base"])
    assert row["usage_per_unit"] == "30.00"
    assert row["unit_cost"] == two_decimals(charged["base"] + 300, 10)
    assert row["uses_per_1000"] == two_decimals(10_000, by_code(CHIYODA).population)
    assert row["band_ja"] == "人口5万人以上20万人未満"
    [project] = (await desk.get(f"/v1/municipalities/{CHIYODA}/benefits/2024"))["projects"]
    assert (project["total"], project["project_ja"]) == (charged["base"] + 300, "共同電子申請システム")
    assert project["per_resident"] == two_decimals(project["total"], by_code(CHIYODA).population)


async def test_the_mean_is_of_the_others_of_the_band(desk: Desk) -> None:
    await used(desk, OWN | PEERS)
    charged = await desk.charged(year=2024)
    row = await benefit_of(desk, CHIYODA, "officer", CHIYODA)
    cost = sum(charged[code]["base"] + charged[code]["usage"] for code in PEERS)
    people = sum(by_code(code).population for code in PEERS)
    assert (row["peers"], row["peers_usage_per_unit"]) == (3, "30.00")
    assert row["peers_unit_cost"] == two_decimals(cost, 90)
    assert row["peers_uses_per_1000"] == two_decimals(90_000, people)
    assert row == await benefit_of(desk, CHIYODA)


@pytest.mark.parametrize(
    ("others", "shown"),
    [
        ({CHUO: 20, MUSASHINO: 30}, False),
        ({CHUO: 20, MUSASHINO: 30, MITAKA: 0}, False),  # takes part and used nothing
        (PEERS, True),
        (PEERS | {MINATO: 5}, False),  # the project's total less all others is Minato's
        (PEERS | {MINATO: 5, FUCHU: 6}, False),
        (PEERS | LARGER, True),
    ],
)
async def test_a_mean_that_would_tell_of_one_or_two_is_not_shown(
    desk: Desk, others: dict[str, int], shown: bool
) -> None:
    await used(desk, OWN | others)
    row = await benefit_of(desk, CHIYODA, "officer", CHIYODA)
    assert (row["peers"] is not None) is shown
    assert (row["peers_unit_cost"] is not None) is shown


async def test_a_base_cost_of_several_meters_is_no_units_cost(desk: Desk) -> None:
    await used(desk, OWN | PEERS, applications=30, seats=500)
    row = await benefit_of(desk, CHIYODA)
    assert (row["usage_per_unit"], row["unit_cost"], row["peers_unit_cost"]) == ("30.00", None, None)
    assert row["peers_usage_per_unit"] == "30.00"


async def test_the_database_gives_out_sums_of_three_or_more_only(desk: Desk) -> None:
    """Whatever the application asks: rows of others stay hidden, two are too few for a sum."""
    await used(desk, OWN | PEERS | LARGER)

    async def asked(sql: str, codes: list[str]) -> int:
        async with desk.database.transaction(Scope(CHIYODA), read_only=True) as tx:
            return len(await tx.rows(sql, codes))

    rows = "SELECT FROM usage_cell WHERE municipality = ANY($1)"
    each = "array_fill({}, ARRAY[cardinality($1::text[])])"
    people, april = each.format("1000::bigint"), each.format("'2024-04'::text")
    unnamed = f"SELECT FROM unnamed_usage('{PROJECT}', $1::text[], {april})"
    group = f"SELECT FROM usage_of_group('{CHIYODA}', $1::text[], {people}, '2024-04', '2025-03')"
    for sql in (rows, unnamed, group):
        for few in ([CHUO, MUSASHINO], [CHUO, CHUO, CHUO], [CHUO, "131000", ""]):
            assert await asked(sql, few) == 0, sql
    assert await asked(unnamed, [*PEERS]) == 3
    assert await asked(group, [*PEERS]) == 1


async def test_tokyo_sees_all_and_a_municipality_its_own(desk: Desk) -> None:
    await used(desk, OWN | PEERS)
    found = await desk.get("/v1/benefits/2024")
    assert {row["municipality"]: row["quantity"] for row in found["items"]} == OWN | PEERS
    csv = await desk.get("/v1/benefits/2024", csv=True)
    assert "1単位当たりの総経費" in csv
    await desk.get("/v1/benefits/2024", "officer", CHUO, status=403)
    await desk.get("/v1/benefits/2024", "auditor", CHUO, status=403)
    await desk.get(f"/v1/municipalities/{CHIYODA}/benefits/2024", "officer", CHUO, status=404)
    own = await desk.get(f"/v1/municipalities/{CHUO}/benefits/2024", "approver", CHUO, csv=True)
    assert "比較団体数" in own
