"""Meetings with precedent municipalities over HTTP: who takes part, who reads what, and whose names are told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from conftest import As
from tests.support.awarded import set_clock
from tests.support.library_desk import CHIYODA, MEETING, MUSASHINO, OFFICIAL, LibraryDesk, kind_of

OFFICER, OTHER = ("officer", CHIYODA), ("officer", MUSASHINO)
LINK = MEETING["link"]


@pytest.fixture
async def app(app_of: Callable[[str], Awaitable[FastAPI]]) -> FastAPI:
    return await app_of("academy")


@pytest.fixture
async def desk(app: FastAPI, as_: As) -> LibraryDesk:
    client = AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://kyodo.test")
    return LibraryDesk(client, as_)


async def planned(desk: LibraryDesk, **changes: Any) -> str:
    meeting = await desk.done("POST", "precedent-meetings", {"content": MEETING | changes})
    return f"precedent-meetings/{meeting['meeting_id']}"


async def test_from_the_plan_to_the_minutes(desk: LibraryDesk, app: FastAPI) -> None:
    meeting = await planned(desk)
    await desk.done("PUT", f"{meeting}/content", {"content": MEETING | {"title_ja": "新しい題"}})
    await desk.done("POST", f"{meeting}/registrations", OFFICIAL, *OFFICER)
    minutes = {"minutes_ja": "議事の要旨"}
    assert kind_of(await desk.send("PUT", f"{meeting}/minutes", minutes)) == (409, "precedent-meeting-not-held")
    assert (await desk.send("GET", f"{meeting}/minutes")).status_code == 404
    set_clock(app, datetime.fromisoformat(MEETING["ends_at"]))
    held = await desk.done("PUT", f"{meeting}/minutes", minutes)
    assert held.items() >= {"status_ja": "開催済み", "registered": 1, "has_minutes": True, "version": 4}.items()
    assert (await desk.done("GET", f"{meeting}/minutes", None, *OTHER))["minutes_ja"] == "議事の要旨"
    assert [one["status"] for one in (await desk.done("GET", "precedent-meetings?status=held"))["items"]] == ["held"]
    told = [row["words"] for row in (await desk.done("GET", f"{meeting}/history"))["items"]]
    assert told[2] == "千代田区の職員1名が参加登録した"


async def test_a_cancelled_meeting_says_why(desk: LibraryDesk) -> None:
    meeting = await planned(desk)
    await desk.done("PUT", f"{meeting}/cancellation", {"reason_ja": "先方の都合"})
    assert (await desk.done("GET", meeting, None, *OFFICER))["cancelled_because_ja"] == "先方の都合"
    refused = await desk.send("POST", f"{meeting}/registrations", OFFICIAL, *OFFICER)
    assert kind_of(refused) == (409, "precedent-meeting-not-planned")


async def test_governments_see_their_own_officials_and_tokyo_all(desk: LibraryDesk) -> None:
    meeting = await planned(desk)
    for role, names in ((OFFICER, ("見本 花子", "見本 太郎")), (OTHER, ("見本 次郎",)), ((), ("見本 都子",))):
        for name in names:
            made = await desk.done("POST", f"{meeting}/registrations", OFFICIAL | {"name_ja": name}, *role)
            assert name not in str(made)

    async def named(*role: str) -> set[tuple[str, str | None]]:
        rows = (await desk.done("GET", f"{meeting}/registrations", None, *role))["items"]
        return {(row["municipality"], row["name_ja"]) for row in rows}

    own: set[tuple[str, str | None]] = {(CHIYODA, "見本 花子"), (CHIYODA, "見本 太郎")}
    everybody = own | {(MUSASHINO, "見本 次郎"), ("tokyo", "見本 都子")}
    assert await named(*OFFICER) == await named("approver", CHIYODA) == own
    assert await named() == everybody
    assert await named("auditor") == {(code, None) for code, _ in everybody}
    counts = (await desk.done("GET", f"{meeting}/registration-counts"))["items"]
    assert {row["municipality_ja"]: row["registered"] for row in counts} == {"千代田区": 2, "武蔵野市": 1, "東京都": 1}
    own_count = (await desk.done("GET", f"{meeting}/registration-counts", None, *OTHER))["items"]
    assert [(row["municipality"], row["registered"]) for row in own_count] == [(MUSASHINO, 1)]
    assert (await desk.send("GET", f"{meeting}/registrations", None, "learner")).status_code == 403


async def test_a_withdrawn_officials_name_is_nowhere(desk: LibraryDesk, app: FastAPI) -> None:
    meeting = await planned(desk)
    made = await desk.done("POST", f"{meeting}/registrations", OFFICIAL, *OFFICER)
    address = f"{meeting}/registrations/{made['registration_id']}"
    assert (await desk.send("DELETE", address, None, *OTHER)).status_code == 404
    assert (await desk.done("DELETE", address, None, *OFFICER))["registered"] == 0
    assert (await desk.done("GET", f"{meeting}/registrations"))["items"] == []
    assert (await desk.send("DELETE", address, None, *OFFICER)).status_code == 404
    async with app.state.runtime.database.transaction() as tx:
        stored = str(await tx.rows("SELECT data FROM event")) + str(await tx.rows("SELECT * FROM idempotency"))
        keys = await tx.rows("SELECT wrapped FROM personal_key")
    assert not [text for text in OFFICIAL.values() if text in stored]
    assert [row["wrapped"] for row in keys] == [None]


async def test_seats_are_not_oversold_by_those_who_come_at_once(desk: LibraryDesk) -> None:
    meeting = await planned(desk, seats=3)
    codes = ("131016", "131024", "132039", "132047", "131032", "131041")
    sent = [desk.send("POST", f"{meeting}/registrations", OFFICIAL, "officer", code) for code in codes]
    answers = [answer.status_code for answer in await asyncio.gather(*sent)]
    assert sorted(answers) == [200, 200, 200, 409, 409, 409]
    assert (await desk.done("GET", meeting))["registered"] == 3


VISIBLE = {
    "public": {"secretariat", "auditor", "officer", "learner", "supplier", "anonymous"},
    "officials": {"secretariat", "auditor", "officer", "learner"},
    "tokyo": {"secretariat", "auditor"},
    "draft": {"secretariat", "auditor"},
}


@pytest.mark.parametrize("visibility", VISIBLE)
async def test_who_sees_it_and_the_way_in(desk: LibraryDesk, app: FastAPI, visibility: str) -> None:
    meeting = await planned(desk, visibility=visibility)
    await desk.done("POST", f"{meeting}/questions", {"question_ja": "費用はどれほどか。"})
    set_clock(app, datetime.fromisoformat(MEETING["ends_at"]))
    await desk.done("PUT", f"{meeting}/minutes", {"minutes_ja": "議事の要旨"})
    looked_for = {
        "precedent-meetings": MEETING["title_ja"],
        meeting: MEETING["title_ja"],
        f"{meeting}/questions": "費用はどれほどか。",
        f"{meeting}/minutes": "議事の要旨",
    }
    found: dict[str, set[str]] = {address: set() for address in (*looked_for, "the way in")}
    for name in VISIBLE["public"]:
        role = (name, CHIYODA) if name == "officer" else (name,)
        for address, text in looked_for.items():
            answer = await desk.send("GET", address, None, *role)
            assert answer.status_code < 500
            found[address] |= {name} if text in answer.text else set()
            found["the way in"] |= {name} if LINK in answer.text else set()
    seen, officials = VISIBLE[visibility], VISIBLE[visibility] & VISIBLE["officials"]
    expected = {"precedent-meetings": seen, meeting: seen}
    assert found == expected | dict.fromkeys([f"{meeting}/questions", f"{meeting}/minutes", "the way in"], officials)


async def test_questions_and_answers(desk: LibraryDesk) -> None:
    meeting = await planned(desk)
    await desk.done("POST", f"{meeting}/questions", {"question_ja": "費用は。"}, *OFFICER)
    await desk.done("POST", f"{meeting}/questions", {"question_ja": "期間は。"}, *OTHER)
    await desk.done("PUT", f"{meeting}/questions/2/answer", {"answer_ja": "一年。"})
    assert (await desk.send("PUT", f"{meeting}/questions/3/answer", {"answer_ja": "？"})).status_code == 404

    async def told(query: str) -> list[tuple[str, str, str | None]]:
        rows = (await desk.done("GET", f"{meeting}/questions{query}", None, *OFFICER))["items"]
        return [(row["asked_by_ja"], row["question_ja"], row["answer_ja"]) for row in rows]

    first, second = ("千代田区", "費用は。", None), ("武蔵野市", "期間は。", "一年。")
    assert await told("") == [first, second]
    assert (await told("?answered=true"), await told("?answered=false")) == ([second], [first])
    assert (await desk.send("POST", f"{meeting}/questions", {"question_ja": "？"}, "supplier")).status_code == 403
