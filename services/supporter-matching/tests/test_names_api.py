"""Names of those who come to a session: opened by its officer or host, and each look is told to the supporter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.building import ANY
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import CHIYODA, MUSASHINO, NOW, SupporterDesk

PERSON = {"name_ja": "見本 支援", "name_kana": "みほん しえん", "phone": "03-0000-0001"}
ENDED = datetime(2026, 12, 7, 3, tzinfo=UTC)


class Door(SupporterDesk):
    """A session with a host and a supporter who comes."""

    host = session_id = supporter_id = assignment_id = ""

    @property
    def of_host(self) -> str:
        return f"hosts/{self.host}/sessions/{self.session_id}/assignments/{self.assignment_id}"

    @property
    def of_officer(self) -> str:
        return f"municipalities/{MUSASHINO}/assignments/{self.assignment_id}"

    async def prepared(self) -> Door:
        """A supporter with a profile is asked."""
        await self.with_venue()
        hosts = f"municipalities/{MUSASHINO}/hosts"
        self.host = (await self.done("POST", hosts, {"name_ja": "見本町会"}, "officer", MUSASHINO))["host_id"]
        self.session_id, self.supporter_id = await self.session(host_id=self.host), await self.supporter()
        await self.done("PUT", f"supporters/{self.supporter_id}/profile", PERSON)
        self.assignment_id = await self.offered(self.session_id, self.supporter_id)
        return self

    async def accepted(self) -> None:
        assert (await self.answer(self.assignment_id, self.supporter_id, "acceptance")).is_success

    async def look(self, host: str | None = None) -> httpx.Response:
        if host:
            return await self.send("POST", f"{self.of_host}/name-views", None, "host", person=host)
        return await self.send("POST", f"{self.of_officer}/name-views", None, "officer", MUSASHINO)

    async def name(self, host: str | None = None) -> httpx.Response:
        path, headers = (
            (self.of_host, self.as_("host", person=host)) if host else (self.of_officer, self.as_("officer", MUSASHINO))
        )
        return await self.client.get(f"/v1/{path}/name", headers=headers)


@pytest_asyncio.fixture
async def door(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Door]:
    """A session to come."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield await Door(service, as_).prepared()


def types_of(*answers: httpx.Response) -> list[str]:
    return [answer.json().get("type", "").removeprefix("/problems/") for answer in answers]


async def test_host_and_officer_read_a_name_for_half_an_hour_after_a_look_each(door: Door) -> None:
    await door.accepted()
    assert types_of(await door.name(door.host), await door.name()) == ["name-not-opened"] * 2
    look = await door.look(door.host)
    assert (look.status_code, look.json()["host_id"]) == (201, door.host)
    assert [word for word in PERSON.values() if word in look.text] == []
    shown = (await door.name(door.host)).json()
    assert (shown["name_ja"], shown["name_kana"]) == (PERSON["name_ja"], PERSON["name_kana"])
    assert PERSON["phone"] not in str(shown)
    assert types_of(await door.name()) == ["name-not-opened"], "the host's look is not the officer's"
    assert (await door.look()).status_code == 201
    assert (await door.name()).status_code == 200
    set_clock(door.service.app, NOW + timedelta(minutes=31))
    assert types_of(await door.name(door.host), await door.name()) == ["name-not-opened"] * 2


async def test_the_supporter_sees_each_look(door: Door) -> None:
    await door.accepted()
    await door.look(door.host)
    await door.look()
    path = f"/v1/supporters/{door.supporter_id}/name-views"
    rows = (await door.client.get(path, headers=door.as_("supporter", person=door.supporter_id))).json()["items"]
    assert [(row["host_id"], row["municipality"], row["assignment_id"]) for row in rows] == [
        (door.host, MUSASHINO, door.assignment_id),
        (None, MUSASHINO, door.assignment_id),
    ]
    other = await door.supporter()
    hidden = await door.client.get(path, headers=door.as_("supporter", person=other))
    assert (hidden.status_code, len(rows)) == (404, 2)


async def test_a_name_is_shown_from_the_acceptance_until_a_week_after_the_session(door: Door) -> None:
    asked = await door.look(door.host)
    await door.accepted()
    set_clock(door.service.app, ENDED + timedelta(days=7))
    last = await door.look(door.host), await door.name(door.host)
    set_clock(door.service.app, ENDED + timedelta(days=7, seconds=1))
    late = await door.look(door.host), await door.name(door.host)
    assert types_of(asked, *late) == ["name-closed"] * 3
    assert [answer.status_code for answer in last] == [201, 200]


async def test_a_look_ends_with_the_promise(door: Door) -> None:
    await door.accepted()
    await door.look(door.host)
    assert (await door.answer(door.assignment_id, door.supporter_id, "cancellation")).is_success
    assert types_of(await door.name(door.host), await door.look(door.host)) == ["name-closed"] * 2


async def test_nobody_else_opens_a_name(door: Door) -> None:
    await door.accepted()
    await door.look(door.host)
    hosts = f"municipalities/{MUSASHINO}/hosts"
    other = (await door.done("POST", hosts, {"name_ja": "別の町会"}, "officer", MUSASHINO))["host_id"]
    before = await door.service.as_owner("SELECT count(*) FROM event")
    theirs = f"hosts/{other}/sessions/{door.session_id}/assignments/{door.assignment_id}"
    foreign = f"municipalities/{CHIYODA}/assignments/{door.assignment_id}"
    answers = [
        await door.send("POST", f"{theirs}/name-views", None, "host", person=other),
        await door.client.get(f"/v1/{theirs}/name", headers=door.as_("host", person=other)),
        await door.send("POST", f"{foreign}/name-views", None, "officer", CHIYODA),
        await door.client.get(f"/v1/{foreign}/name", headers=door.as_("officer", CHIYODA)),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    approver = door.as_("approver", MUSASHINO) | ANY
    assert (await door.client.post(f"/v1/{door.of_officer}/name-views", headers=approver)).status_code == 403
    assert await door.service.as_owner("SELECT count(*) FROM event") == before


async def test_an_erased_name_is_gone_in_the_midst_of_a_look(door: Door) -> None:
    """Of a supporter who came: what is still promised is cancelled by the erasure, and its name closed with it."""
    await door.accepted()
    set_clock(door.service.app, ENDED)
    await door.done("PUT", f"{door.of_officer}/attendance", {"minutes": 90}, "officer", MUSASHINO)
    await door.look()
    assert (await door.name()).status_code == 200
    await door.done("POST", f"supporters/{door.supporter_id}/erasure", {"reference": "見本-2"})
    refused = await door.name()
    assert (refused.status_code, types_of(refused)) == (410, ["supporter-erased"])
