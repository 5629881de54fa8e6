"""Precedents: their rules, the forum's five, comparison, and the themes that have one."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from conftest import Api, As
from kyodo_academy.precedents.model import Precedent, PrecedentContent, PrecedentCorrected, PrecedentRecorded
from kyodo_academy.precedents.reference import forum_precedents
from kyodo_academy.precedents.themes import words_for
from kyodo_events.testing import given
from tests.support.library_desk import PRECEDENT, LibraryDesk, kind_of

CONTENT = PrecedentContent.model_validate(PRECEDENT)
OTHER = CONTENT.model_copy(update={"cost_yen": 5})
FORUM = dict(forum_precedents())


@pytest.fixture
async def desk(api: Api, as_: As) -> LibraryDesk:
    return LibraryDesk(await api("academy"), as_)


def test_a_precedent_is_recorded_and_corrected() -> None:
    recorded = PrecedentRecorded(content=CONTENT)
    given(Precedent).when(lambda one: one.record(CONTENT)).then(recorded)
    known = given(Precedent).that(recorded)
    known.when(lambda one: one.correct(CONTENT)).then()
    known.when(lambda one: one.correct(OTHER)).then(PrecedentCorrected(content=OTHER))


@pytest.mark.parametrize(
    ("theme", "places"),
    [
        ("共同電子申請システム", {"千葉県市川市": ["電子申請", "申請"], "新潟県三条市": ["電子申請", "申請"]}),
        ("共同契約システム", {"岐阜県": ["契約"]}),
        ("窓口支援システム", {"埼玉県川越市": ["窓口"], "愛知県・愛知県豊田市": ["窓口"]}),
        ("ＡＩチャットボット", {"愛知県・愛知県豊田市": ["チャットボット"]}),
        ("RPA", {}),
        ("AI議事録", {}),
        ("サイバー攻撃訓練", {}),
    ],
)
def test_which_theme_has_a_precedent(theme: str, places: dict[str, list[str]]) -> None:
    assert {one.place_ja: words for one in FORUM.values() if (words := words_for(theme, one))} == places


def test_own_keywords_and_own_categories_count() -> None:
    overseas = PrecedentContent.model_validate(PRECEDENT | {"category_ja": "都市OS", "keywords_ja": ["データ連携"]})
    assert words_for("都市OS情報連携基盤の整備", overseas) == []
    assert words_for("データ連携基盤", overseas) == ["データ連携"]
    told = overseas.model_copy(update={"details_ja": "都市ＯＳの上で動く。"})
    assert words_for("都市OS情報連携基盤の整備", told) == ["都市OS"]


async def test_the_five_of_the_forum_are_recorded_once(desk: LibraryDesk) -> None:
    assert await desk.done("POST", "precedents/forum-2023") == {"recorded": 5, "known": 0}
    id_ = next(iter(FORUM))
    await desk.done("PUT", f"precedents/{id_}/content", {"content": PRECEDENT})
    assert await desk.done("POST", "precedents/forum-2023") == {"recorded": 0, "known": 5}
    assert (await desk.send("POST", "precedents/forum-2023", None, "officer", "131016")).status_code == 403
    rows = (await desk.done("GET", "precedents", None, "anonymous"))["items"]
    assert len(rows) == 5
    assert (await desk.done("GET", f"precedents/{id_}"))["content"]["place_ja"] == PRECEDENT["place_ja"]
    untold = [row["content"] for row in rows if row["precedent_id"] != id_]
    assert {(one["cost_yen"], one["contact_ja"], *one["barriers"]) for one in untold} == {(None, None)}
    told = (await desk.done("GET", f"precedents/{id_}/history"))["items"]
    assert [row["type"].rpartition("-")[2] for row in told] == ["recorded", "corrected"]


async def test_lists_tell_home_from_abroad(desk: LibraryDesk) -> None:
    await desk.done("POST", "precedents/forum-2023")
    abroad = {"country": "KR", "country_ja": "韓国", "place_ja": "ソウル特別市"}
    await desk.done("POST", "precedents", {"content": PRECEDENT | abroad})

    async def found(query: str) -> set[str]:
        return {row["place_ja"] for row in (await desk.done("GET", f"precedents?{query}", None, "anonymous"))["items"]}

    assert await found("overseas=true") == await found("country=KR") == {"ソウル特別市"}
    assert len(await found("overseas=false")) == 5
    assert await found("category_ja=内部事務のデジタル化") == {"岐阜県"}


VISIBLE = {
    "public": {"secretariat", "auditor", "officer", "learner", "supplier", "anonymous"},
    "officials": {"secretariat", "auditor", "officer", "learner"},
    "tokyo": {"secretariat", "auditor"},
    "draft": {"secretariat", "auditor"},
}


@pytest.mark.parametrize("visibility", VISIBLE)
async def test_who_sees_it(desk: LibraryDesk, visibility: str) -> None:
    first, second = [await _recorded(desk, visibility=visibility) for _ in range(2)]
    addresses = [
        "precedents",
        f"precedents/{first}",
        f"precedents/comparison?id={first}&id={second}",
        "precedents/for-themes?theme_ja=電子申請",
    ]
    found: dict[str, set[str]] = {address: set() for address in addresses}
    for name in VISIBLE["public"]:
        role = (name, "131016") if name == "officer" else (name,)
        for address in addresses:
            answer = await desk.send("GET", address, None, *role)
            found[address] |= {name} if PRECEDENT["place_ja"] in answer.text else set()
    assert found == dict.fromkeys(addresses, VISIBLE[visibility])


async def test_several_side_by_side(desk: LibraryDesk) -> None:
    first = await _recorded(desk)
    second = await _recorded(desk, place_ja="別の市", cost_yen=None, barriers=[])
    matrix = await desk.done("GET", f"precedents/comparison?id={second}&id={first}", None, "anonymous")
    assert [column["label_ja"] for column in matrix["columns"]] == ["別の市", PRECEDENT["place_ja"]]
    cells = {row["label_ja"]: (row["cells"][second], row["cells"][first]) for row in matrix["rows"]}
    assert cells["費用"] == ("", "1,200,000円")
    assert cells["課題と解決"] == ("", "職員の抵抗 → 庁内研修を重ねた")
    assert cells["効果"] == ("申請数の増加", "申請数の増加")
    answer = await desk.send("GET", f"precedents/comparison?id={first}&id={first}")
    assert kind_of(answer) == (422, "nothing-to-compare")
    gone = "0193f1a0-0000-7000-8000-000000000000"
    assert kind_of(await desk.send("GET", f"precedents/comparison?id={first}&id={gone}")) == (404, "not-found")


async def test_which_of_my_needs_has_a_precedent(desk: LibraryDesk) -> None:
    await desk.done("POST", "precedents/forum-2023")
    query = {"theme_ja": ["RPA", "共同電子申請システム", "RPA"]}
    answer: httpx.Response = await desk.client.get("/v1/precedents/for-themes", params=query)
    rows: list[dict[str, Any]] = answer.json()["items"]
    assert [(row["theme_ja"], row["has_precedent"]) for row in rows] == [("RPA", False), ("共同電子申請システム", True)]
    assert {one["place_ja"] for one in rows[1]["precedents"]} == {"千葉県市川市", "新潟県三条市"}


async def test_it_is_tokyos(desk: LibraryDesk) -> None:
    refused = await desk.send("POST", "precedents", {"content": PRECEDENT | {"visibility": "municipality"}})
    assert refused.status_code == 422
    assert (await desk.send("POST", "precedents", {"content": PRECEDENT}, "officer", "131016")).status_code == 403


async def _recorded(desk: LibraryDesk, **changes: Any) -> str:
    return str((await desk.done("POST", "precedents", {"content": PRECEDENT | changes}))["precedent_id"])
