"""What everybody would pay if something were different: computed by what charges, seen by who may, written nowhere."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio

from kyodo_cost_ledger.testing import PROJECT, Story, terms
from kyodo_events.values.municipalities import TOKYO, by_code, municipalities
from tests.support.ledger_desk import CHIYODA, CHUO, MITAKA, MUSASHINO, Desk, of

TIERED: dict[str, Any] = {
    "meter": "applications",
    "label_ja": "申請",
    "unit_ja": "件",
    "tiers": [{"up_to": 10, "unit_price": 50}, {"unit_price": 20}],
    "tier_mode": "graduated",
}


@pytest_asyncio.fixture
async def desk(app_of: Any, as_: Any) -> Desk:
    """Three share a cost of 2024 and 2025 with Tokyo, used the service in both years, and Mitaka looks on."""
    desk = await Desk.of(app_of, as_)
    desk.story.started().joined(CHIYODA, CHUO).joined(MUSASHINO, month="2024-08")
    desk.story.agreed(terms(1_200_001, tokyo="1/2")).agreed(terms(2_400_005, tokyo="1/3", year=2025))
    for on in ("2024-05-10", "2024-12-01", "2025-05-10"):
        desk.story.used(CHIYODA, 10, on).used(CHUO, 7, on).used(MUSASHINO, 25, on)
    await desk.learn()
    return desk


async def what_if(desk: Desk, *who: str, status: int = 200, csv: bool = False, year: int = 2025, **changes: Any) -> Any:
    body = {"project_id": PROJECT, "fiscal_year": year, **changes}
    return await desk.ask("POST", "/v1/what-if", *who, body=body, status=status, csv=csv)


async def test_without_a_change_it_is_what_the_books_charge(desk: Desk) -> None:
    found = await what_if(desk, usage_of="this_year")
    charged = await desk.charged(year=2025)
    assert of(found, "base") == of(found, "base_now") == {party: yen["base"] for party, yen in charged.items()}
    assert of(found, "usage") == {party: yen["usage"] for party, yen in charged.items()}
    before = await desk.charged(year=2024)
    assert of(found, "last_year") == {party: sum(before[party].values()) for party in charged}
    assert len(found["items"]) == 63
    assert {row["total"] for row in found["items"] if not row["concerned"]} == {0}
    assert found["sum"]["base"] == 2_400_005
    assert found["sum"]["last_year"] == sum(sum(yen.values()) for yen in before.values())
    for name in ("base", "usage", "total", "total_now", "change", "last_year", "change_from_last_year"):
        assert found["sum"][name] == sum(row[name] for row in found["items"]), name


async def test_last_years_usage_is_priced_month_by_month(desk: Desk) -> None:
    usage = of(await what_if(desk), "usage")
    assert usage == {CHIYODA: 2 * 10 * 30, CHUO: 2 * 7 * 30, MUSASHINO: 2 * 25 * 30, TOKYO: 0}
    tiered = of(await what_if(desk, prices=[TIERED]), "usage")
    assert tiered == {CHIYODA: 2 * 500, CHUO: 2 * 350, MUSASHINO: 2 * (500 + 15 * 20), TOKYO: 0}


async def test_what_is_changed_is_charged_and_the_rest_stays(desk: Desk) -> None:
    found = await what_if(
        desk, annual_amount=600_000, tokyo_amount=100_000, components=[{"driver": "equal", "share": "1"}]
    )
    assert of(found, "base")[TOKYO] == 100_000
    assert sorted(of(found, "base").values()) == [100_000, 166_666, 166_667, 166_667]
    assert found["sum"] | {"base": 600_000, "base_now": 2_400_005, "base_change": -1_800_005} == found["sum"]
    joined = await what_if(
        desk,
        membership=[
            {"municipality": MITAKA, "takes_part": True, "from_month": "2025-10"},
            {"municipality": CHUO, "takes_part": False, "from_month": "2025-04"},
        ],
    )
    base = of(joined, "base")
    assert base[MITAKA] > 0 == base[CHUO]
    assert of(joined, "usage")[CHUO] == 0  # who takes no part is not charged; its usage would wait
    assert joined["sum"]["base"] == 2_400_005


async def test_whole_terms_are_charged_as_if_they_came_into_force(desk: Desk) -> None:
    text = terms(3_000_001, tokyo="0", year=2025, prices={"applications": 31})
    found = await what_if(desk, terms=text.model_dump(mode="json"), usage_of="this_year")
    desk.story.agreed(text)
    await desk.learn()
    charged = await desk.charged(year=2025)
    assert of(found, "base") == {party: charged[party]["base"] for party in of(found, "base")}
    assert of(found, "usage") == {party: charged[party]["usage"] for party in of(found, "usage")}


async def test_yen_for_each_resident_are_exact(desk: Desk) -> None:
    found = await what_if(desk)
    for row in found["items"]:
        if row["municipality"] == TOKYO:
            assert row["per_resident"] is None
        else:
            whole, hundredths = row["per_resident"].split(".")
            people = by_code(row["municipality"]).population
            assert abs((int(whole) * 100 + int(hundredths)) * people - row["total"] * 100) * 2 <= people


async def test_a_municipality_sees_every_base_share_and_its_own_usage_and_the_sum(desk: Desk) -> None:
    whole = await what_if(desk)
    own = await what_if(desk, "officer", CHUO)
    assert of(own, "base") == of(whole, "base")
    assert of(own, "usage") == {CHIYODA: None, CHUO: 420, MUSASHINO: None, TOKYO: None}
    for name in ("total", "change", "last_year", "per_resident"):
        assert [party for party, value in of(own, name).items() if value is not None] == [CHUO], name
    assert own["sum"] == whole["sum"]
    pair = Story("01941f29-7c00-7000-8000-00000000000b").started().joined(CHIYODA, CHUO).agreed(terms(year=2025))
    pair.used(CHIYODA, 10, "2024-05-10").used(CHUO, 7, "2024-05-10")
    await desk.learn(pair)
    of_two = await what_if(desk, "officer", CHUO, project_id=pair.project)
    assert of_two["sum"]["usage"] is None  # the sum less one's own would be the other's
    assert (await what_if(desk, project_id=pair.project))["sum"]["usage"] == 510


@pytest.mark.parametrize(
    "changes",
    [
        {"membership": [{"municipality": MUSASHINO, "takes_part": False, "from_month": "2025-04"}]},
        {"membership": [{"municipality": MITAKA, "takes_part": True, "from_month": "2025-04"}]},
        {"prices": [TIERED]},
        {"prices": [TIERED | {"tiers": [], "tier_mode": None, "unit_price": 5, "maximum": 100}]},
        {"prices": [TIERED | {"tiers": [], "tier_mode": None, "unit_price": 5, "minimum": 100}]},
        {"prices": [TIERED | {"tiers": [], "tier_mode": None, "unit_price": 5, "package_size": 10}]},
        {"prices": [TIERED | {"tiers": [], "tier_mode": None, "unit_price": 5, "included": 5}]},
        {"terms": terms(year=2025).model_dump(mode="json") | {"usage": [TIERED]}},
    ],
)
async def test_the_sum_is_not_told_where_questions_could_single_somebody_out(desk: Desk, changes: Any) -> None:
    """Leave one member out, or let a price begin above a quantity: two sums would differ by one municipality's use."""
    own = await what_if(desk, "officer", CHUO, **changes)
    assert (own["sum"]["usage"], own["sum"]["total"], own["sum"]["change"]) == (None, None, None)
    assert own["sum"]["base"] == (await what_if(desk, **changes))["sum"]["base"]
    assert of(own, "usage")[CHUO] > 0


async def test_a_sum_at_other_unit_prices_is_told(desk: Desk) -> None:
    price = TIERED | {"tiers": [], "tier_mode": None, "unit_price": 5}
    assert (await what_if(desk, "officer", CHUO, prices=[price]))["sum"]["usage"] == 2 * 42 * 5


async def test_figures_that_are_missing_are_named_and_may_be_assumed(desk: Desk) -> None:
    by_staff = [{"driver": "staff", "share": "1", "base_date": "1_january"}]
    refused = await what_if(desk, components=by_staff, status=409)
    assert refused["type"] == "/problems/figures-missing"
    assert "staff 2025-01-01 千代田区 中央区 武蔵野市" in refused["detail"]
    figures = [{"driver": "staff", "figures": {CHIYODA: 1, CHUO: 2}}]
    assert "武蔵野市" in (await what_if(desk, components=by_staff, figures=figures, status=409))["detail"]
    figures = [{"driver": "staff", "figures": {CHIYODA: 1, CHUO: 2, MUSASHINO: 5}}]
    base = of(await what_if(desk, components=by_staff, figures=figures, tokyo_share="0", annual_amount=800), "base")
    assert base == {CHIYODA: 100, CHUO: 200, MUSASHINO: 500, TOKYO: 0}


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"figures": [{"driver": "equal", "figures": {CHIYODA: 2}}]}, 422, "driver-not-weighed"),
        ({"prices": [TIERED | {"from_month": "2024-05"}]}, 422, "unsound-terms"),
        ({"tokyo_amount": 9_000_000}, 422, "unsound-terms"),
        ({"year": 2030, "annual_amount": 5}, 409, "no-terms-to-change"),
        ({"project_id": "01941f29-7c00-7000-8000-0000000000ff"}, 404, "not-found"),
        ({"tokyo_share": "1/2", "tokyo_amount": 1}, 422, "invalid-request"),
        ({"terms": terms(year=2024).model_dump(mode="json")}, 422, "invalid-request"),
        ({"annual_amount": -1}, 422, "invalid-request"),
        ({"components": [{"driver": "equal", "share": "1/2"}]}, 422, "unsound-terms"),
    ],
)
async def test_what_cannot_be_is_refused(desk: Desk, changes: Any, status: int, kind: str) -> None:
    assert (await what_if(desk, status=status, **changes))["type"] == f"/problems/{kind}"


async def test_nothing_is_written(desk: Desk, databases: Any) -> None:
    async def everything() -> dict[str, int]:
        async with desk.database.transaction() as tx:
            names = await tx.rows(
                "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                " AND has_table_privilege(oid, 'SELECT')"
            )
            return {name: await tx.scalar(f"SELECT count(*) FROM {name}") for (name,) in names}

    before = await everything()
    assert before["charge"] > 0
    assert before["event"] == 0
    for who in (("secretariat",), ("officer", CHUO)):
        await what_if(desk, *who, annual_amount=1, prices=[TIERED], usage_of="this_year")
    assert await everything() == before


async def test_as_a_spreadsheet(desk: Desk) -> None:
    header, *lines = (await what_if(desk, csv=True)).splitlines()
    assert "人口1人当たり（円）" in header
    assert len(lines) == len(municipalities()) + 1
    assert lines[0].startswith("131016,千代田区,")
