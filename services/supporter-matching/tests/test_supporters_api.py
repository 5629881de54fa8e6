"""How supporters stand on a day, over HTTP: what was decided, and what follows from a certificate that ran out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import MUSASHINO, SupporterDesk

LAST_DAY = datetime(2028, 11, 28, 14, 59, tzinfo=UTC)  # a minute before midnight in Tokyo, two years after the training
DAY_AFTER = datetime(2028, 11, 28, 15, 1, tzinfo=UTC)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """A hall in Musashino."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield await SupporterDesk(service, as_).with_venue()


async def standing(desk: SupporterDesk, **query: Any) -> list[tuple[str, str]]:
    """Who is listed, and as what."""
    found = await desk.client.get("/v1/supporters", params=query, headers=desk.as_("officer", MUSASHINO))
    return [(row["id"], row["status"]) for row in found.json()["items"]]


async def test_who_has_no_valid_certificate_any_more_is_expired(desk: SupporterDesk) -> None:
    supporter, gone = await desk.supporter(), await desk.supporter()
    await desk.done("PUT", f"supporters/{gone}/withdrawal")
    candidate = await desk.done(
        "POST", "supporters", {"home_municipality": MUSASHINO, "languages": ["ja"], "sessions_per_month": 1}
    )
    others = {(gone, "withdrawn"), (candidate["id"], "candidate")}
    set_clock(desk.service.app, LAST_DAY)
    assert {*await standing(desk)} == {(supporter, "active"), *others}
    set_clock(desk.service.app, DAY_AFTER)
    assert {*await standing(desk)} == {(supporter, "expired"), *others}
    assert await standing(desk, status="expired") == [(supporter, "expired")]
    assert await standing(desk, status="active") == []
    own = await desk.client.get(f"/v1/supporters/{supporter}", headers=desk.as_("supporter", person=supporter))
    assert (own.json()["status"], own.json()["status_ja"]) == ("expired", "修了証期限切れ")


async def test_a_revoked_certificate_is_none(desk: SupporterDesk) -> None:
    supporter = await desk.supporter()
    await desk.done("PUT", f"supporters/{supporter}/training/revocation", {"reason": "issued_in_error"})
    assert await standing(desk) == [(supporter, "expired")]
