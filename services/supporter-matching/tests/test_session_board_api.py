"""The board of sessions and their map, over HTTP, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from kyodo_supporter_matching.sessions import api
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import CHIYODA, MITAKA, MUSASHINO, SupporterDesk


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """A hall in Musashino."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield await SupporterDesk(service, as_).with_venue()


async def seen(desk: SupporterDesk, path: str, **query: Any) -> Any:
    found = await desk.client.get(f"/v1/{path}", params=query, headers=desk.as_("officer", CHIYODA))
    assert found.status_code == 200, found.text
    return found.json()


async def test_the_board_names_the_venue_and_what_is_open(desk: SupporterDesk) -> None:
    full = await desk.session(needs=[{"seats": 1}])
    looking = await desk.session("2026-12-08", kind="consultation")
    supporter = await desk.supporter()
    await desk.answer(await desk.offered(full, supporter), supporter, "acceptance")
    rows = (await seen(desk, "sessions", municipality=MUSASHINO))["items"]
    assert [(r["session_id"], r["status"], r["seats_open"], r["venue_ja"], r["address_ja"]) for r in rows] == [
        (full, "staffed", 0, "見本会館", "見本町1"),
        (looking, "published", 2, "見本会館", "見本町1"),
    ]
    for query, expected in (
        ({"status": "published"}, [looking]),
        ({"kind": "consultation"}, [looking]),
        ({"municipality": MITAKA}, []),
        ({"before": "2026-12-08T00:00:00+09:00"}, [full]),
    ):
        assert [r["session_id"] for r in (await seen(desk, "sessions", **query))["items"]] == expected


async def test_the_map_shows_published_sessions_to_come_and_no_others(desk: SupporterDesk) -> None:
    published, over = await desk.session("2026-12-14", kind="cafe"), await desk.session("2026-11-30")
    cancelled = await desk.session("2026-12-15")
    plan = {"kind": "experience", "title_ja": "計画だけ", "venue_id": desk.venue_id, "needs": [{"seats": 1}]}
    times = {"starts_at": "2026-12-16T10:00:00+09:00", "ends_at": "2026-12-16T12:00:00+09:00"}
    path = f"municipalities/{MUSASHINO}/sessions"
    await desk.done("POST", path, {"plan": plan, "times": times}, "officer", MUSASHINO)
    await desk.done("PUT", f"{path}/{cancelled}/cancellation", {"reason_ja": "荒天"}, "officer", MUSASHINO)
    set_clock(desk.service.app, datetime(2026, 12, 1, tzinfo=UTC))
    shown = await seen(desk, "sessions/map")
    (feature,) = shown["features"]
    assert (feature["id"], feature["geometry"]) == (published, {"type": "Point", "coordinates": [139.566, 35.718]})
    told = feature["properties"]
    assert (told["kind_ja"], told["venue_ja"], told["seats_open"], shown["complete"]) == (
        "交流カフェ",
        "見本会館",
        2,
        True,
    )
    for query, count in (
        ({"kind": "experience"}, 0),
        ({"municipality": MITAKA}, 0),
        ({"status": "staffed"}, 0),
        ({"status": "published"}, 1),
        ({"since": "2026-12-14T02:00:00Z"}, 0),
        ({"before": "2026-12-14T00:00:00+09:00"}, 0),
    ):
        assert len((await seen(desk, "sessions/map", **query))["features"]) == count, query
    earlier = await seen(desk, "sessions/map", since="2026-11-29T00:00:00Z")
    assert [feature["id"] for feature in earlier["features"]] == [over, published]


async def test_a_map_that_is_cut_off_says_so(desk: SupporterDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = await desk.session(), await desk.session("2026-12-08")
    monkeypatch.setattr(api, "ON_A_MAP", 1)
    shown = await seen(desk, "sessions/map")
    assert ([feature["id"] for feature in shown["features"]], shown["complete"]) == ([first], False)
    refused = await desk.client.get("/v1/sessions/map?status=held", headers=desk.as_("officer", CHIYODA))
    assert refused.status_code == 422
