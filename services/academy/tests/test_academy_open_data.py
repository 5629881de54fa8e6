"""Open data of the academy: seminars for everybody, and targets beside counts in which nobody is recognised."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_academy.kpi.model import Cell, Months, empty
from kyodo_academy.kpi.open_data import rows_of
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import TOKYO
from kyodo_platform.settings import Settings
from tests.support.academy_desk import BEGINS, MITAKA, NOW
from tests.support.databases import Databases
from tests.support.exchange_desk import ExchangeDesk
from tests.support.running import running

CORE, CUSTOMISED, SHARED = ProgrammeCode
TOLD: dict[str, Any] = {
    "title_ja": "見本のセミナー",
    "starts_at": BEGINS.isoformat(),
    "ends_at": (BEGINS + timedelta(hours=2)).isoformat(),
    "place_ja": "見本会議室",
}


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[ExchangeDesk]:
    """The academy."""
    async with running(databases, settings_for, "academy") as service:
        desk = ExchangeDesk(service, as_)
        desk.at(NOW)
        yield desk


async def announced(desk: ExchangeDesk, *role: str, **changes: Any) -> str:
    found = await desk.done("POST", "seminars", {"plan": TOLD | changes}, *role)
    return str(found["seminar_id"])


async def test_only_seminars_for_the_public_are_published(desk: ExchangeDesk) -> None:
    url = "https://placeholder.example.jp/seminar"
    tokyos = await announced(desk, visibility="public", place_ja=None, online_url=url)
    musashinos = await announced(desk, "officer", MITAKA, visibility="public", capacity=30)
    cancelled = await announced(desk, "officer", MITAKA, visibility="public")
    withdrawn = await announced(desk, "officer", MITAKA, visibility="public")
    for visibility in ("officials", "municipality"):
        await announced(desk, "officer", MITAKA, visibility=visibility)
    await announced(desk, visibility="tokyo")
    await desk.done("PUT", f"seminars/{cancelled}/cancellation", None, "officer", MITAKA)
    plan = {"plan": TOLD | {"visibility": "officials"}}
    await desk.done("PUT", f"seminars/{withdrawn}/plan", plan, "officer", MITAKA)
    found = {row["NO"]: row for row in (await desk.service.client.get("/v1/open-data/public-seminars.json")).json()}
    assert set(found) == {tokyos, musashinos, cancelled}
    assert {number: row["備考"] for number, row in found.items()} == {tokyos: None, musashinos: None, cancelled: "中止"}
    assert {name: value for name, value in found[tokyos].items() if value is not None} == {
        "都道府県コード又は市区町村コード": "130001",
        "NO": tokyos,
        "都道府県名": "東京都",
        "イベント名": "見本のセミナー",
        "開始日": BEGINS.date().isoformat(),
        "終了日": BEGINS.date().isoformat(),
        "開始時間": f"{BEGINS:%H:%M}",
        "終了時間": f"{BEGINS + timedelta(hours=2):%H:%M}",
        "主催者": "東京都",
        "場所名称": "オンライン",
        "URL": url,
    }
    assert (found[musashinos]["場所名称"], found[musashinos]["定員"]) == ("見本会議室", 30)


def counted(**by_programme: int) -> Months:
    """A month of fiscal year 2024 with these attendances of a municipality, and one of Tokyo's own."""

    def cell(programme: ProgrammeCode | None, party: str, attendances: int) -> Cell:
        return empty(programme, party).model_copy(update={"attendances": attendances})

    cells = [cell(ProgrammeCode(name), MITAKA, number) for name, number in by_programme.items()]
    return {Month("2024-06"): [*cells, cell(None, MITAKA, sum(by_programme.values())), cell(CORE, TOKYO, 900)]}


def shown(months: Months) -> dict[str | None, int | None]:
    """What is published of the year."""
    return {row["programme"]: row["attendances"] for row in rows_of(months) if row["fiscal_year"] == 2024}


def test_large_counts_are_published_beside_the_target() -> None:
    rows = [row for row in rows_of(counted(core_talent_study=40, shared_training=200)) if row["fiscal_year"] == 2024]
    assert [(row["programme"], row["target"], row["attendances"]) for row in rows] == [
        (None, 1_500, 240),
        (CORE, None, 40),
        (CUSTOMISED, None, 0),
        (SHARED, None, 200),
    ]


def test_small_counts_are_hidden_with_what_would_tell_them() -> None:
    assert shown(counted(core_talent_study=3, customised_training=7, shared_training=200)) == {
        None: 210,
        CORE: None,
        CUSTOMISED: None,
        SHARED: 200,
    }
    assert shown(counted(core_talent_study=2)) == {None: None, CORE: None, CUSTOMISED: 0, SHARED: 0}


def test_plans_are_those_of_the_forum() -> None:
    planned = {row["programme"]: row["target"] for row in rows_of({}) if row["fiscal_year"] == 2023}
    assert planned == {None: 1_500, CORE: 60, CUSTOMISED: 1_200, SHARED: 220}
