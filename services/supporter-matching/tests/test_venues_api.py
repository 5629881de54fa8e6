"""Venues over HTTP: found in a list and on a map by everybody, changed by their municipality."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from conftest import Api, As
from kyodo_supporter_matching.venues import api as venues_api
from tests.support.supporter_matching.venues import DETAILS

ANY = {"If-Match": "*"}
CHIYODA, MUSASHINO = "131016", "132039"


@pytest.fixture
async def matching(api: Api) -> httpx.AsyncClient:
    return await api("supporter-matching")


async def opened(matching: httpx.AsyncClient, as_: As, code: str = CHIYODA, **changes: Any) -> dict[str, Any]:
    body = DETAILS | {"municipality": code} | changes
    answer = await matching.post("/v1/venues", json=body, headers=as_("officer", code))
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"'), answer.text
    venue: dict[str, Any] = answer.json()
    return venue


async def put(matching: httpx.AsyncClient, headers: dict[str, str], path: str, body: Any = None) -> httpx.Response:
    return await matching.put(f"/v1/venues/{path}", json=body, headers=ANY | headers)


async def test_a_venue_is_opened_changed_closed_and_reopened(matching: httpx.AsyncClient, as_: As) -> None:
    venue, officer = await opened(matching, as_), as_("officer", CHIYODA)
    assert venue["accessibility"] == {"step_free": "段差なし", "hearing_loop": "ヒアリングループ"}
    assert (venue["latitude"], venue["longitude"]) == (35.694, 139.7536)
    path = venue["venue_id"]
    changed = await put(matching, officer, f"{path}/details/{CHIYODA}", DETAILS | {"seats": 30})
    assert (changed.json()["seats"], changed.headers["ETag"]) == (30, '"2"')
    closed = (await put(matching, officer, f"{path}/closing/{CHIYODA}", {"reason_ja": "改修"})).json()
    assert (closed["closed"], closed["closing_reason_ja"]) == (True, "改修")
    reopened = (await put(matching, as_("secretariat"), f"{path}/reopening/{CHIYODA}")).json()
    assert (reopened["closed"], reopened["closing_reason_ja"]) == (False, None)

    everybody = as_("supporter", person="0193f1a0-0000-7000-8000-00000000000a")
    assert (await matching.get(f"/v1/venues/{path}", headers=everybody)).json() == reopened
    history = (await matching.get(f"/v1/venues/{path}/history", headers=everybody)).json()["items"]
    assert history[0]["words"] == "千代田区の会場「区民センター」を登録した"
    assert len(history) == 4


async def test_no_other_municipality_changes_it(matching: httpx.AsyncClient, as_: As) -> None:
    venue, other = await opened(matching, as_), as_("officer", MUSASHINO)
    for code in (CHIYODA, MUSASHINO):
        answer = await put(matching, other, f"{venue['venue_id']}/closing/{code}", {"reason_ja": "改修"})
        assert answer.status_code == 404
    body = DETAILS | {"municipality": CHIYODA}
    assert (await matching.post("/v1/venues", json=body, headers=other)).status_code == 404
    assert (await matching.post("/v1/venues", json=body, headers=as_("approver", CHIYODA))).status_code == 403
    assert (await matching.post("/v1/venues", json=body, headers=as_("secretariat"))).status_code == 201


async def test_the_list_is_narrowed(matching: httpx.AsyncClient, as_: As) -> None:
    here = await opened(matching, as_)
    there = await opened(matching, as_, MUSASHINO, accessibility=[], equipment=["whiteboard"])
    closed = await opened(matching, as_)
    await put(matching, as_("secretariat"), f"{closed['venue_id']}/closing/{CHIYODA}", {"reason_ja": "改修"})

    async def found(**query: Any) -> list[str]:
        answer = await matching.get("/v1/venues", params=query, headers=as_("supporter", person=None))
        return [row["venue_id"] for row in answer.json()["items"]]

    assert await found(closed=False) == [here["venue_id"], there["venue_id"]]
    assert await found(municipality=CHIYODA, closed=True) == [closed["venue_id"]]
    assert await found(accessibility="step_free", closed=False) == [here["venue_id"]]
    assert await found(equipment="whiteboard") == [there["venue_id"]]

    sheet = await matching.get("/v1/venues", headers=as_("host") | {"Accept": "text/csv"})
    assert "会場名" in sheet.text
    assert "ヒアリングループ" in sheet.text


async def test_the_map_shows_open_venues_as_geojson(
    matching: httpx.AsyncClient, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = await opened(matching, as_), await opened(matching, as_, MUSASHINO, longitude=139.5661)
    closed = await opened(matching, as_)
    await put(matching, as_("secretariat"), f"{closed['venue_id']}/closing/{CHIYODA}", {"reason_ja": "改修"})
    shown = await matching.get("/v1/venues/map", headers=as_("supplier"))
    assert shown.headers["Content-Type"] == "application/geo+json"
    assert (shown.json()["type"], shown.json()["complete"]) == ("FeatureCollection", True)
    features = shown.json()["features"]
    assert [one["id"] for one in features] == [here["venue_id"], there["venue_id"]]
    assert features[1]["geometry"] == {"type": "Point", "coordinates": [139.5661, 35.694]}
    assert features[1]["properties"]["name_ja"] == "区民センター"

    of_one = await matching.get("/v1/venues/map", params={"municipality": MUSASHINO}, headers=as_("supplier"))
    assert [one["id"] for one in of_one.json()["features"]] == [there["venue_id"]]
    monkeypatch.setattr(venues_api, "ON_A_MAP", 1)
    first = (await matching.get("/v1/venues/map", headers=as_("supplier"))).json()
    assert ([one["id"] for one in first["features"]], first["complete"]) == ([here["venue_id"]], False)


@pytest.mark.parametrize("wrong", [{"latitude": 52.5}, {"longitude": 13.4}, {"seats": -1}, {"equipment": ["sauna"]}])
async def test_a_place_outside_tokyo_is_refused(matching: httpx.AsyncClient, as_: As, wrong: dict[str, Any]) -> None:
    body = DETAILS | {"municipality": CHIYODA} | wrong
    refused = await matching.post("/v1/venues", json=body, headers=as_("officer", CHIYODA))
    assert refused.status_code == 422
    assert (await matching.get("/v1/venues", headers=as_("officer", CHIYODA))).json()["items"] == []
