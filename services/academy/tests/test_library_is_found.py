"""What stands in the library is found by the portal's search, by those for whom it is and as it is now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from conftest import As
from tests.support.awarded import set_clock
from tests.support.library_desk import CHIYODA, FINDING, MEETING, MUSASHINO, PDF, PRECEDENT, VISIT, LibraryDesk

OFFICER, OTHER = ("officer", CHIYODA), ("officer", MUSASHINO)


@pytest.fixture
async def app(app_of: Callable[[str], Awaitable[FastAPI]]) -> FastAPI:
    return await app_of("academy")


@pytest.fixture
async def desk(app: FastAPI, as_: As) -> LibraryDesk:
    client = AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://kyodo.test")
    return LibraryDesk(client, as_)


async def found(desk: LibraryDesk, words: str, *role: str) -> set[str]:
    """The addresses that a search leads to."""
    return {hit["url"] for hit in (await desk.done("GET", f"search?q={words}", None, *role))["items"]}


async def test_a_material_is_found_as_it_was_published_last(desk: LibraryDesk) -> None:
    id_ = await desk.published(*OFFICER, file=PDF, title_ja="共同電子申請システムの手引", visibility="municipality")
    here = {f"/v1/materials/{id_}"}
    assert await found(desk, "電子申請", *OFFICER) == await found(desk, "電子申請") == here
    assert await found(desk, "電子申請", *OTHER) == await found(desk, "電子申請", "anonymous") == set()
    next_ = {"content": (await desk.done("GET", f"material-works/{id_}"))["content"] | {"visibility": "public"}}
    next_["content"]["title_ja"] = "窓口の手引"
    next_["content"] |= {"tags": [], "description_ja": ""}
    await desk.done("PUT", f"material-works/{id_}/content", next_, *OFFICER)
    assert await found(desk, "窓口", *OFFICER) == set()
    await desk.done("PUT", f"material-works/{id_}/publication", None, *OFFICER)
    assert await found(desk, "窓口", "anonymous") == here
    assert await found(desk, "電子申請", *OFFICER) == set()
    await desk.done("PUT", f"material-works/{id_}/withdrawal", {"reason_ja": "古い"}, *OFFICER)
    assert await found(desk, "窓口") == set()


async def test_precedents_are_found_by_what_they_say(desk: LibraryDesk) -> None:
    await desk.done("POST", "precedents/forum-2023")
    assert len(await found(desk, "kintone", "anonymous")) == 1
    made = await desk.done("POST", "precedents", {"content": PRECEDENT | {"visibility": "officials"}})
    address = f"precedents/{made['precedent_id']}"
    assert await found(desk, "庁内研修", *OFFICER) == {f"/v1/{address}"}
    assert await found(desk, "庁内研修", "anonymous") == set()
    await desk.done("PUT", f"{address}/content", {"content": PRECEDENT | {"visibility": "draft"}})
    assert await found(desk, "庁内研修", *OFFICER) == set()


async def test_findings_are_found_as_long_as_they_hold(desk: LibraryDesk) -> None:
    visit = f"visits/{(await desk.done('POST', 'visits', {'content': VISIT}))['visit_id']}"
    for topic in ("電子調達", "電子投票"):
        await desk.done("POST", f"{visit}/findings", {"finding": FINDING | {"topic_ja": topic}})
    assert await found(desk, "ソウル特別市", "anonymous") == {f"/v1/{visit}"}
    assert await found(desk, "電子投票", "anonymous") == {f"/v1/{visit}/findings"}
    await desk.done("DELETE", f"{visit}/findings/2")
    assert await found(desk, "電子投票") == set()
    await desk.done("PUT", f"{visit}/content", {"content": VISIT | {"visibility": "officials"}})
    for words in ("ソウル特別市", "電子調達"):
        assert (len(await found(desk, words, *OFFICER)), await found(desk, words, "anonymous")) == (1, set())


async def test_minutes_are_found_by_officials(desk: LibraryDesk, app: FastAPI) -> None:
    made = await desk.done("POST", "precedent-meetings", {"content": MEETING | {"visibility": "public"}})
    meeting = f"precedent-meetings/{made['meeting_id']}"
    set_clock(app, datetime.fromisoformat(MEETING["ends_at"]))
    await desk.done("PUT", f"{meeting}/minutes", {"minutes_ja": "押印の廃止について話した。"})
    assert await found(desk, "押印", *OFFICER) == {f"/v1/{meeting}/minutes"}
    assert await found(desk, "押印", "anonymous") == set()
    assert await found(desk, "事例紹介", "anonymous") == {f"/v1/{meeting}"}


async def test_answers_of_a_meeting_are_found_by_officials_for_whom_it_is(desk: LibraryDesk) -> None:
    made = await desk.done("POST", "precedent-meetings", {"content": MEETING | {"visibility": "public"}})
    meeting = f"precedent-meetings/{made['meeting_id']}"
    await desk.done("POST", f"{meeting}/questions", {"question_ja": "窓口の混雑は減ったか。"}, *OFFICER)
    assert await found(desk, "混雑", *OFFICER) == set(), "not before it is answered"
    await desk.done("PUT", f"{meeting}/questions/1/answer", {"answer_ja": "来庁者が半減した。"})
    for words in ("混雑", "半減"):
        assert await found(desk, words, *OFFICER) == {f"/v1/{meeting}/questions"}
        assert await found(desk, words, "anonymous") == set()
    await desk.done("PUT", f"{meeting}/content", {"content": MEETING | {"visibility": "tokyo"}})
    assert (await found(desk, "半減", *OFFICER), len(await found(desk, "半減"))) == (set(), 1)
