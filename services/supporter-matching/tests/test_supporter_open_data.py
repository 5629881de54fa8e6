"""Open data of supporter matching: published classes, venues in use, targets; in the forms of the standard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import HALL, MUSASHINO, SupporterDesk


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """Supporter matching with a hall."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield await SupporterDesk(service, as_).with_venue()


async def rows(desk: SupporterDesk, name: str) -> list[dict[str, Any]]:
    """A data set as anybody reads it."""
    answer = await desk.client.get(f"/v1/open-data/{name}.json")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def filled(row: dict[str, Any]) -> dict[str, Any]:
    """The cells that are not empty."""
    return {name: value for name, value in row.items() if value is not None}


async def cancel(desk: SupporterDesk, session_id: str) -> None:
    path = f"municipalities/{MUSASHINO}/sessions/{session_id}/cancellation"
    await desk.done("PUT", path, {"reason_ja": "荒天のため"}, "officer", MUSASHINO)


async def planned(desk: SupporterDesk) -> str:
    """A session that is not published."""
    plan = {"kind": "consultation", "title_ja": "計画中の相談会", "venue_id": desk.venue_id, "needs": [{"seats": 1}]}
    times = {"starts_at": "2026-12-09T10:00:00+09:00", "ends_at": "2026-12-09T12:00:00+09:00"}
    path = f"municipalities/{MUSASHINO}/sessions"
    return str((await desk.done("POST", path, {"plan": plan, "times": times}, "officer", MUSASHINO))["session_id"])


async def test_classes_are_published_with_their_venue_and_nobodys_name(desk: SupporterDesk) -> None:
    supporter_id, session_id = await desk.supporter(), await desk.session(expected_visitors=3)
    await desk.answer(await desk.offered(session_id, supporter_id), supporter_id, "acceptance")
    (row,) = await rows(desk, "smartphone-classes")
    assert filled(row) == {
        "都道府県コード又は市区町村コード": MUSASHINO,
        "NO": session_id,
        "都道府県名": "東京都",
        "市区町村名": "武蔵野市",
        "イベント名": "見本の体験会",
        "開始日": "2026-12-07",
        "終了日": "2026-12-07",
        "開始時間": "10:00",
        "終了時間": "12:00",
        "説明": "スマートフォンの体験会",
        "主催者": "武蔵野市",
        "場所名称": HALL["name_ja"],
        "住所": HALL["address_ja"],
        "緯度": HALL["latitude"],
        "経度": HALL["longitude"],
    }


async def test_what_was_never_published_is_not_there_and_what_is_cancelled_says_so(desk: SupporterDesk) -> None:
    kept, gone = await desk.session(), await desk.session("2026-12-08")
    await planned(desk)
    never = await planned(desk)
    await cancel(desk, gone)
    await cancel(desk, never)
    assert {row["NO"]: row["備考"] for row in await rows(desk, "smartphone-classes")} == {kept: None, gone: "中止"}


async def test_venues_are_those_in_use(desk: SupporterDesk) -> None:
    closed = (await desk.done("POST", "venues", HALL | {"name_ja": "閉館した会館"}, "officer", MUSASHINO))["venue_id"]
    path = f"venues/{closed}/closing/{MUSASHINO}"
    await desk.done("PUT", path, {"reason_ja": "見本のため"}, "officer", MUSASHINO)
    details = {name: value for name, value in HALL.items() if name != "municipality"}
    features = {"accessibility": ["hearing_loop", "step_free"], "equipment": ["projector", "wifi"]}
    path = f"venues/{desk.venue_id}/details/{MUSASHINO}"
    await desk.done("PUT", path, details | features, "officer", MUSASHINO)
    (row,) = await rows(desk, "venues")
    assert filled(row) == {
        "都道府県コード又は市区町村コード": MUSASHINO,
        "NO": desk.venue_id,
        "都道府県名": "東京都",
        "市区町村名": "武蔵野市",
        "名称": HALL["name_ja"],
        "住所": HALL["address_ja"],
        "緯度": HALL["latitude"],
        "経度": HALL["longitude"],
        "説明": "席数30、設備：Wi-Fi、プロジェクター",
        "バリアフリー情報": "段差なし;ヒアリングループ",
    }


async def test_targets_are_the_forums(desk: SupporterDesk) -> None:
    found = {
        (row["figure"], row["period_ja"], row["what"]): row["value"] for row in await rows(desk, "supporter-targets")
    }
    assert found["supporters", "2023年", "target"] == 1_000
    assert found["people_supported", "2023年", "target"] == 22_500
    assert found["sessions_experience", "2021年度", "reported"] == 500
    assert found["sessions_consultation", "2022年度（12月まで）", "reported"] == 490
