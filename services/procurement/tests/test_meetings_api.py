"""Meetings of the forum over HTTP: kept by the secretariat, read by everybody."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest

from conftest import Api, As

ANY = {"If-Match": "*"}
MEETING = {"title_ja": "第4回CIOフォーラム", "held_on": "2023-02-14"}
MATERIAL = {"title_ja": "協働事業の進め方", "sha256": "ab" * 32, "link": "https://www.example.jp/forum/4/1.pdf"}
NOWHERE = "/v1/meetings/0193f1a0-0000-7000-8000-000000000000"


@pytest.fixture
async def procurement(api: Api) -> httpx.AsyncClient:
    return await api("procurement")


async def convened(procurement: httpx.AsyncClient, as_: As, **changes: Any) -> str:
    response = await procurement.post("/v1/meetings", json=MEETING | changes, headers=as_("secretariat"))
    assert response.status_code == 201, response.text
    return f"/v1/meetings/{response.json()['id']}"


async def send(procurement: httpx.AsyncClient, as_: As, method: str, url: str, body: Any) -> httpx.Response:
    return await procurement.request(method, url, json=body, headers=as_("secretariat") | ANY)


async def test_a_meeting_from_its_agenda_to_what_the_assemblies_recorded(
    procurement: httpx.AsyncClient, as_: As
) -> None:
    meeting = await convened(procurement, as_)
    for method, path, body in (
        ("PUT", "agenda", {"items": ["協働事業", "人材育成"]}),
        ("POST", "materials", MATERIAL),
        ("POST", "materials", MATERIAL | {"title_ja": "旧資料"}),
        ("PUT", "materials/2/withdrawal", {"reason": "差替え"}),
        ("PUT", "minutes", {"text": "要旨"}),
        ("POST", "confirmations", {"text_ja": "4つの類型で協働する。"}),
        ("POST", "confirmations", {"text_ja": "2団体以上のニーズで選ぶ。"}),
        ("PUT", "confirmations/2/records/cities", {"recorded_on": "2023-02-28"}),
        ("PUT", "confirmations/2/records/special_wards", {"recorded_on": "2023-03-03"}),
    ):
        answer = await send(procurement, as_, method, f"{meeting}/{path}", body)
        assert answer.status_code == 200, answer.text
    read = await procurement.get(meeting)
    assert (read.json(), read.headers["ETag"]) == (answer.json(), '"10"')
    assert read.json() == MEETING | {
        "id": meeting.rpartition("/")[2],
        "place": None,
        "agenda": ["協働事業", "人材育成"],
        "materials": [
            MATERIAL | {"number": 1, "withdrawn_because": None},
            MATERIAL | {"number": 2, "title_ja": "旧資料", "withdrawn_because": "差替え"},
        ],
        "minutes_sha256": hashlib.sha256("要旨".encode()).hexdigest(),
        "confirmations": [
            {
                "number": 1,
                "text_ja": "4つの類型で協働する。",
                "special_wards": None,
                "cities": None,
                "towns_and_villages": None,
                "superseded_by": None,
            },
            {
                "number": 2,
                "text_ja": "2団体以上のニーズで選ぶ。",
                "special_wards": "2023-03-03",
                "cities": "2023-02-28",
                "towns_and_villages": None,
                "superseded_by": None,
            },
        ],
        "version": 10,
    }


async def test_every_text_of_the_minutes_is_kept(procurement: httpx.AsyncClient, as_: As) -> None:
    meeting = await convened(procurement, as_)
    await send(procurement, as_, "PUT", f"{meeting}/minutes", {"text": "要旨"})
    bare = await send(procurement, as_, "PUT", f"{meeting}/minutes", {"text": "要旨\n改"})
    assert (bare.status_code, bare.json()["type"]) == (422, "/problems/correction-needs-reason")
    corrected = await send(procurement, as_, "PUT", f"{meeting}/minutes", {"text": "要旨\n改", "reason": "誤記"})
    rows = (await procurement.get(f"{meeting}/minutes")).json()["items"]
    assert [(row["meeting_version"], row["text"], row["reason"]) for row in rows] == [
        (2, "要旨", None),
        (3, "要旨\n改", "誤記"),
    ]
    assert corrected.json()["minutes_sha256"] == rows[1]["sha256"]
    assert (await procurement.get(f"{NOWHERE}/minutes")).status_code == 404


async def test_what_was_superseded_is_listed_apart(procurement: httpx.AsyncClient, as_: As) -> None:
    old = await convened(procurement, as_)
    new = await convened(procurement, as_, title_ja="第5回CIOフォーラム", held_on="2023-08-01")
    for meeting in (old, new):
        await send(procurement, as_, "POST", f"{meeting}/confirmations", {"text_ja": "2団体以上のニーズで選ぶ。"})
    body = {"by": {"meeting_id": new.rpartition("/")[2], "confirmation": 1}, "reason": "見直し"}
    done = await send(procurement, as_, "PUT", f"{old}/confirmations/1/superseding", body)
    assert done.json()["confirmations"][0]["superseded_by"] == "第5回CIOフォーラム（2023-08-01）確認事項1"

    async def listed(**filters: Any) -> list[str]:
        page = await procurement.get("/v1/meetings/confirmations", params=filters)
        return [row["title_ja"] for row in page.json()["items"]]

    assert await listed(sort="-held_on") == ["第5回CIOフォーラム", "第4回CIOフォーラム"]
    assert await listed(citable=True) == ["第5回CIOフォーラム"]
    assert await listed(citable=False) == ["第4回CIOフォーラム"]
    assert await listed(assembly="cities") == []
    back = {"by": {"meeting_id": old.rpartition("/")[2], "confirmation": 1}, "reason": "見直し"}
    refused = await send(procurement, as_, "PUT", f"{new}/confirmations/1/superseding", back)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-confirmed")
    missing = body | {"by": {"meeting_id": NOWHERE.rpartition("/")[2], "confirmation": 1}}
    assert (await send(procurement, as_, "PUT", f"{new}/confirmations/1/superseding", missing)).status_code == 404


async def test_meetings_are_listed_by_day_also_as_csv(procurement: httpx.AsyncClient, as_: As) -> None:
    await convened(procurement, as_, title_ja="第5回", held_on="2023-08-01")
    await convened(procurement, as_)

    async def listed(**filters: str) -> list[str]:
        page = await procurement.get("/v1/meetings", params=filters)
        return [row["title_ja"] for row in page.json()["items"]]

    assert await listed() == ["第5回", "第4回CIOフォーラム"]
    assert await listed(sort="held_on") == ["第4回CIOフォーラム", "第5回"]
    assert await listed(held_from="2023-03-01") == ["第5回"]
    assert await listed(held_until="2023-03-01") == ["第4回CIOフォーラム"]
    csv = await procurement.get("/v1/meetings/confirmations", headers={"Accept": "text/csv"})
    assert csv.text.startswith("\ufeff番号,確認事項,特別区長会,市長会,町村長会,")


async def test_the_history_tells_what_happened(procurement: httpx.AsyncClient, as_: As) -> None:
    meeting = await convened(procurement, as_)
    await send(procurement, as_, "POST", f"{meeting}/confirmations", {"text_ja": "共同で進める。"})
    await send(procurement, as_, "PUT", f"{meeting}/confirmations/1/records/cities", {"recorded_on": "2023-02-28"})
    rows = (await procurement.get(f"{meeting}/history")).json()["items"]
    assert [row["words"] for row in rows] == [
        "第4回CIOフォーラムを2023-02-14に招集した",
        "確認事項1：共同で進める。",
        "確認事項1を市長会が2023-02-28に確認した",
    ]
    assert (await procurement.get(f"{NOWHERE}/history")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "agenda", {"items": [""]}, 422),
        ("POST", "materials", MATERIAL | {"sha256": "AB" * 32}, 422),
        ("POST", "materials", MATERIAL | {"link": "http://www.example.jp/1.pdf"}, 422),
        ("PUT", "materials/1/withdrawal", {"reason": "差替え"}, 404),
        ("PUT", "minutes", {"text": ""}, 422),
        ("PUT", "minutes", {"text": "x" * 20_001}, 422),
        ("PUT", "confirmations/1/records/cities", {"recorded_on": "2023-02-28"}, 404),
        ("PUT", "confirmations/0/records/cities", {"recorded_on": "2023-02-28"}, 422),
        ("PUT", "confirmations/1/records/governors", {"recorded_on": "2023-02-28"}, 422),
        ("POST", "confirmations", {"text_ja": "x" * 201}, 422),
    ],
)
async def test_what_does_not_fit_writes_nothing(
    procurement: httpx.AsyncClient, as_: As, method: str, path: str, body: Any, status: int
) -> None:
    meeting = await convened(procurement, as_)
    refused = await send(procurement, as_, method, f"{meeting}/{path}", body)
    assert refused.status_code == status, refused.text
    assert (await procurement.get(meeting)).headers["ETag"] == '"1"'


async def test_a_meeting_to_come_confirms_nothing_yet(procurement: httpx.AsyncClient, as_: As) -> None:
    meeting = await convened(procurement, as_, held_on="2099-01-01")
    refused = await send(procurement, as_, "POST", f"{meeting}/confirmations", {"text_ja": "進める。"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/meeting-not-held")


async def test_only_the_secretariat_writes(procurement: httpx.AsyncClient, as_: As) -> None:
    meeting = await convened(procurement, as_)
    for headers in (as_("officer", "131016"), as_("auditor")):
        assert (await procurement.post("/v1/meetings", json=MEETING, headers=headers)).status_code == 403
        put = await procurement.put(f"{meeting}/agenda", json={"items": []}, headers=headers | ANY)
        assert put.status_code == 403
    stale = await procurement.put(
        f"{meeting}/agenda", json={"items": ["一"]}, headers=as_("secretariat") | {"If-Match": '"9"'}
    )
    assert stale.status_code == 412
