"""Open data of procurement: what is decided and nothing before; how many need a theme, never which."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_events.values.municipalities import municipalities
from kyodo_platform.settings import Settings
from tests.support.building import ANY
from tests.support.databases import Databases
from tests.support.running import Running, running

CHIYODA, MUSASHINO, MITAKA = "131016", "132039", "132047"
THEME = {"kind": "existing_shared_service", "group": "existing_services", "stage": "full"}
NEEDED = {
    "need": "need",
    "firm_quantity": 1200,
    "optional_quantity": 300,
    "current_unit_price": 38,
    "current_contract_ends": "2025-03-31",
    "budget_year": 2025,
    "wanted_stage": "trial",
    "remarks": "見本の備考",
}


@pytest_asyncio.fixture
async def procurement(databases: Databases, settings_for: Callable[..., Settings]) -> AsyncIterator[Running]:
    async with running(databases, settings_for, "procurement") as service:
        yield service


async def rows(procurement: Running, name: str) -> list[dict[str, Any]]:
    """A data set as anybody reads it."""
    answer = await procurement.client.get(f"/v1/open-data/{name}.json")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def put(procurement: Running, path: str, body: Any, headers: dict[str, str]) -> None:
    answer = await procurement.client.put(path, json=body, headers=headers | ANY)
    assert answer.is_success, answer.text


async def drafted(procurement: Running, as_: As, name_ja: str) -> str:
    answer = await procurement.client.post("/v1/themes", json=THEME | {"name_ja": name_ja}, headers=as_("secretariat"))
    return f"/v1/themes/{answer.json()['id']}"


async def test_the_municipalities_are_all_there(procurement: Running) -> None:
    found = await rows(procurement, "municipalities")
    assert [row["code"] for row in found] == [one.code for one in municipalities()]
    assert found[0] == {
        "code": "131016",
        "name_ja": "千代田区",
        "name_kana": "ちよだく",
        "name_en": "Chiyoda",
        "kind": "special_ward",
        "kind_ja": "特別区",
        "area": "wards",
        "area_ja": "区部",
        "population_2020": 66680,
        "latitude": 35.694,
        "longitude": 139.754,
    }


async def test_a_theme_is_published_once_all_are_asked_and_until_it_is_put_aside(procurement: Running, as_: As) -> None:
    secretariat = as_("secretariat")
    await drafted(procurement, as_, "起案中のテーマ")
    asked, shelved = [await drafted(procurement, as_, name) for name in ("調査中のテーマ", "見送ったテーマ")]
    for theme in (asked, shelved):
        await put(procurement, f"{theme}/survey", {"deadline": "2099-12-31"}, secretariat)
    for code in (CHIYODA, MUSASHINO):
        await put(procurement, f"{asked}/answers/{code}", NEEDED, as_("officer", code))
    await put(procurement, f"{asked}/answers/{MITAKA}", {"need": "interest"}, as_("officer", MITAKA))
    await put(procurement, f"{shelved}/survey/closing", None, secretariat)
    await put(procurement, f"{shelved}/shelving", {"reason": "見本"}, secretariat)
    (row,) = await rows(procurement, "themes")
    assert row == {
        "theme_id": asked.rpartition("/")[2],
        "name_ja": "調査中のテーマ",
        **THEME,
        "kind_ja": row["kind_ja"],
        "group_ja": "既存サービス",
        "stage_ja": "本格導入",
        "status": "surveying",
        "status_ja": "調査中",
        "needs": 2,
    }
    text = (await procurement.client.get("/v1/open-data/themes.json")).text
    for private in (CHIYODA, MUSASHINO, "千代田区", "武蔵野市", "1200", NEEDED["remarks"]):
        assert str(private) not in text


PROJECT = (
    "INSERT INTO project (id, name_ja, theme_id, stage, status, version)"
    " VALUES ('project', '端末の共同調達', 'theme', 'full', 'active', 1)"
)
CALL = (
    "INSERT INTO joint_call (id, project_id, title_ja, status, mode, lots, criteria, commitments_until, top_up_until,"
    " questions_until, quotations_until, standstill_days, buyers, version) VALUES ('call', 'project', '端末の共同調達',"
    ' \'closed\', \'all_units\', \'[{"number": 1, "name_ja": "端末"}, {"number": 2, "name_ja": "電話"}]\', \'[]\','
    " '2026-01-10', '2026-01-20', '2026-01-20', '2026-02-01', 10, 2, 1)"
)
LOT = (
    "INSERT INTO evaluation_lot"
    " (call_id, lot, status, supplier_ja, corporate_number, total, reason, awarded_on, amount)"
    " VALUES ('call', {lot}, '{status}', '株式会社サンプル', '8000012010038', '90', '非公開の理由', {day}, {amount})"
)
CONTRACT = (
    "INSERT INTO municipal_contract"
    ' (municipality, call_id, lot, item, supplier_ja, corporate_number, quotation_id, firm, "optional",'
    " firm_amount, optional_unit_price, awarded_on) VALUES"
    " ('{code}', 'call', 1, '{item}', '株式会社サンプル', '8000012010038', 'quotation', 1, 0, 1, 1, '2026-03-01')"
)


async def test_a_lot_is_published_once_it_is_awarded(procurement: Running) -> None:
    contracts = [(CHIYODA, "tablet"), (CHIYODA, "cover"), (MUSASHINO, "tablet")]
    await procurement.as_owner(
        CALL,
        LOT.format(lot=1, status="awarded", day="'2026-03-01'", amount=890_000),
        LOT.format(lot=2, status="proposed", day="NULL", amount="NULL"),
        *(CONTRACT.format(code=code, item=item) for code, item in contracts),
    )
    assert await rows(procurement, "awards") == [
        {
            "ocid": "ocds-kyodo0-call",
            "call_id": "call",
            "title_ja": "端末の共同調達",
            "project_id": "project",
            "lot": 1,
            "lot_ja": "端末",
            "awarded_on": "2026-03-01",
            "supplier_ja": "株式会社サンプル",
            "corporate_number": "8000012010038",
            "amount": 890_000,
            "buyers": 2,
        }
    ]


async def test_participation_is_what_was_signed(procurement: Running) -> None:
    await procurement.as_owner(
        PROJECT,
        "INSERT INTO participation (project_id, municipality, from_month, last_month, kind) VALUES"
        f" ('project', '{CHIYODA}', '2026-04', NULL, 'full'), ('project', '{MUSASHINO}', '2025-04', '2026-03', 'full')",
        f"INSERT INTO candidacy (project_id, municipality, step) VALUES ('project', '{MITAKA}', 'invited')",
    )
    left, takes_part = sorted(await rows(procurement, "participation"), key=lambda row: row["from_month"])
    assert (left["municipality"], left["last_month"]) == (MUSASHINO, "2026-03")
    assert takes_part == {
        "project_id": "project",
        "project_ja": "端末の共同調達",
        "theme_id": "theme",
        "stage": "full",
        "stage_ja": "本格導入",
        "status": "active",
        "status_ja": "実施中",
        "municipality": CHIYODA,
        "municipality_ja": "千代田区",
        "kind": "full",
        "kind_ja": "正参加",
        "from_month": "2026-04",
        "last_month": None,
    }
