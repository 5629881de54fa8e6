"""The follow-up over HTTP, on a real PostgreSQL: one tap without signing in, counted once, told of many alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from kyodo_supporter_matching.follow_ups.views import follow_ups, links
from tests.support.aftercare_desk import HOME, Aftercare
from tests.support.building import ANY
from tests.support.databases import Databases
from tests.support.rebuilt import rebuilt
from tests.support.running import running
from tests.support.searching import leaking
from tests.support.supporter_desk import CHIYODA, MUSASHINO, SupporterDesk

TOKEN = "Kyodo-Follow-Up-Token"
MONTH = "follow-up-outcomes/2026-12"
TOLD = 90  # days after the session: nobody from December can answer any more


@pytest_asyncio.fixture
async def aftercare(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Aftercare]:
    """Musashino, with a hall."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield Aftercare(await SupporterDesk(service, as_).with_venue())


async def link(one: Aftercare) -> str:
    """The token of a new link for the handout."""
    issued = await one.officer("POST", f"sessions/{one.session_id}/follow-up-link")
    assert issued.is_success, issued.text
    return issued.headers[TOKEN]


async def tap(one: Aftercare, token: str, answer: str = "daily", key: str | None = "") -> httpx.Response:
    """One answer of a visitor; the page makes a key of its own for each."""
    headers = {} if key is None else {"Idempotency-Key": key or str(uuid4())}
    body = {"token": token, "answer": answer}
    return await one.desk.client.post("/v1/follow-up-answers", json=body, headers=headers)


async def asked(one: Aftercare, visitors: int, **plan: Any) -> tuple[Aftercare, str]:
    """A session of so many visitors, thirty days later, with its token."""
    held = await one.held(supporters=0, visitors=visitors, **plan)
    token = await link(held)
    held.later(days=30)
    return held, token


async def test_a_visitor_answers_with_one_tap(aftercare: Aftercare) -> None:
    one, token = await asked(aftercare, 8)
    page = await one.desk.client.get(f"/v1/follow-up-links/{token}")
    assert page.is_success, page.text
    assert (page.json()["title_ja"], page.json()["held_on"], page.json()["is_open"]) == (
        *("見本の体験会", "2026-12-07"),
        True,
    )
    assert [choice["label_ja"] for choice in page.json()["choices"]][::3] == ["毎日使っている", "使わなくなった"]
    for answer in ("daily", "daily", "sometimes", "helped_again", "stopped"):
        assert (await tap(one, token, answer)).status_code == 201
    one.later(days=TOLD)
    rows = await one.items(MONTH, "officer", MUSASHINO)
    assert [(row["kind"], row["answers"], row["still_using"], row["still_using_percent"]) for row in rows] == [
        ("experience", 5, 4, 80),
        (None, 5, 4, 80),
    ]


async def test_nothing_of_a_visitor_is_kept(aftercare: Aftercare) -> None:
    one, token = await asked(aftercare, 8)
    headers = {
        "Idempotency-Key": "a-key",
        "User-Agent": "mihon-browser",
        "Cookie": "mihon=1",
        "X-Forwarded-For": "192.0.2.7",
    }
    body = {"token": token, "answer": "stopped"}
    assert (await one.desk.client.post("/v1/follow-up-answers", json=body, headers=headers)).status_code == 201
    service = one.desk.service
    assert await leaking(service, [token[:20], token[20:], "mihon", "192.0.2.7", "127.0.0.1"]) == set()
    ((actor, organisation, data),) = await service.as_owner(
        "SELECT actor, organisation, data::text FROM event WHERE category = 'follow-up'"
    )
    assert (actor, organisation) == ("anonymous", "anonymous")
    assert set(data.split('"')[1::2]) == {"municipality", MUSASHINO, "answer", "stopped"}


async def test_a_repeated_tap_counts_once_and_one_without_a_key_not_at_all(aftercare: Aftercare) -> None:
    one, token = await asked(aftercare, 8)
    first, again = [await tap(one, token, key="the-same") for _ in range(2)]
    assert (first.json(), first.status_code) == (again.json(), again.status_code)
    changed = await tap(one, token, "stopped", key="the-same")
    assert (changed.status_code, changed.json()["type"]) == (422, "/problems/idempotency-key-reused")
    without = await tap(one, token, key=None)
    assert (without.status_code, without.json()["type"]) == (400, "/problems/idempotency-key-missing")
    signed = one.desk.as_("officer", MUSASHINO) | {"Idempotency-Key": "signed"}
    body = {"token": token, "answer": "daily"}
    refused = await one.desk.client.post("/v1/follow-up-answers", json=body, headers=signed)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/answer-signed")
    assert await one.desk.service.as_owner("SELECT daily, stopped FROM follow_up") == [(1, 0)]


async def test_a_burst_is_served_and_never_counts_more_than_came(aftercare: Aftercare) -> None:
    one, token = await asked(aftercare, 25)
    answers = await asyncio.gather(*(tap(one, token) for _ in range(40)))
    assert Counter(answer.status_code for answer in answers) == {201: 25, 409: 15}
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {
        "/problems/everybody-answered"
    }
    assert await one.desk.service.as_owner("SELECT daily FROM follow_up") == [(25,)]
    await one.report(26)
    assert (await tap(one, token)).status_code == 201, "the report was corrected"
    assert all(table.none for table in (await rebuilt(one.desk.service, links, follow_ups)).values())


async def test_answers_come_from_day_30_to_day_60_of_a_reported_session(aftercare: Aftercare) -> None:
    one = await aftercare.held(supporters=0)
    token = await link(one)
    one.later(days=30)
    before = await one.events()
    unreported = await tap(one, token)
    assert (unreported.status_code, unreported.json()["type"]) == (409, "/problems/everybody-answered")
    assert await one.events() == before
    await one.report(8)
    statuses = []
    for days in (29, 30, 60, 61):
        one.later(days=days)
        statuses.append((await tap(one, token)).status_code)
        page = await one.desk.client.get(f"/v1/follow-up-links/{token}")
        assert page.json()["is_open"] is (statuses[-1] == 201)
    assert statuses == [409, 201, 201, 409]


async def test_the_token_is_shown_once_and_a_new_one_replaces_it(aftercare: Aftercare) -> None:
    one, former = await asked(aftercare, 8)
    headers = one.desk.as_("officer", MUSASHINO) | ANY | {"Idempotency-Key": "the-same"}
    path = f"/v1/{HOME}/sessions/{one.session_id}/follow-up-link"
    first, again = [await one.desk.client.post(path, headers=headers) for _ in range(2)]
    assert TOKEN not in again.headers, "a stored answer holds no secret"
    assert first.headers["Cache-Control"] == "no-store"
    assert [(await tap(one, token)).status_code for token in (former, first.headers[TOKEN], "A" * 43)] == [
        404,
        201,
        404,
    ]
    assert former not in (await tap(one, former)).text
    shown = await one.get(f"{HOME}/sessions/{one.session_id}/follow-up-link", "officer", MUSASHINO)
    assert (shown.json()["from_day"], shown.json()["until_day"]) == ("2027-01-06", "2027-02-05")
    assert "answers" not in shown.json()


async def test_only_officer_and_host_of_the_session_print_its_link(aftercare: Aftercare) -> None:
    hosts = [await aftercare.host(name) for name in ("見本町会", "別の町会")]
    one = await aftercare.held(supporters=0, visitors=8, kind="community_class", host_id=hosts[0])
    assert (await one.officer("POST", f"sessions/{one.session_id}/follow-up-link", None, CHIYODA)).status_code == 404
    before = await one.events()
    path = f"sessions/{one.session_id}/follow-up-link"
    answers = [
        await one.desk.send("POST", f"hosts/{host}/{path}", None, "host", person=host) for host in reversed(hosts)
    ]
    assert [answer.status_code for answer in answers] == [404, 200]
    assert await one.events() == before + 1
    one.later(days=30)
    assert (await tap(one, answers[1].headers[TOKEN])).status_code == 201


async def test_a_cancelled_session_has_no_link(aftercare: Aftercare) -> None:
    session = await aftercare.desk.session()
    body = {"reason_ja": "荒天のため"}
    await aftercare.desk.done("PUT", f"{HOME}/sessions/{session}/cancellation", body, "officer", MUSASHINO)
    refused = await aftercare.officer("POST", f"sessions/{session}/follow-up-link")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/session-not-open")


async def test_what_few_answered_is_told_neither_by_a_cell_nor_by_the_total(aftercare: Aftercare) -> None:
    for kind, number in (("experience", 3), ("consultation", 6), ("cafe", 9)):
        one, token = await asked(aftercare, 20, kind=kind)
        for _ in range(number):
            assert (await tap(one, token)).status_code == 201
    early = await one.get(MONTH, "officer", MUSASHINO)
    assert (early.status_code, early.json()["facts"]["from_day"]) == (409, "2027-03-03")
    one.later(days=TOLD)
    rows = await one.items(MONTH, "officer", MUSASHINO)
    told = {row["kind"]: (row["answers"], row["still_using_percent"], row["hidden_ja"]) for row in rows}
    why = "少人数のため非表示"
    assert told == {
        "experience": (None, None, why),
        "consultation": (None, None, why),
        "cafe": (9, 100, None),
        None: (18, 100, None),
    }
    assert all(row["daily"] is None and row["stopped"] is None for row in rows if row["answers"] is None)
    assert await one.items(MONTH, "officer", CHIYODA) == []
    tokyo = await one.items(MONTH, "secretariat")
    above = {row["kind"]: row["answers"] for row in tokyo if row["municipality"] is None}
    assert above == {"experience": 0, "consultation": 0, "cafe": 9, None: 18}
    text = await one.desk.client.get(f"/v1/{MONTH}", headers=one.desk.as_("auditor") | {"Accept": "text/csv"})
    assert "使っている割合（%）" in text.text
    assert await one.items("follow-up-outcomes/2026-11", "secretariat")
