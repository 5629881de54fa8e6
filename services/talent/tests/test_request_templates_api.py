"""Templates of requests: each can be sent as it is, and there is one for every persona and kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from kyodo_talent.reference.personas import Persona
from kyodo_talent.request_templates.reference import templates
from kyodo_talent.requests.values import RequestKind
from tests.support.databases import Databases
from tests.support.needs_desk import AOGASHIMA, NeedsDesk, open_desk


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[NeedsDesk]:
    async with open_desk(databases, settings_for, as_) as opened:
        yield opened


async def test_every_template_can_be_sent_and_submitted_as_it_is(desk: NeedsDesk) -> None:
    rows = await desk.items("/v1/request-templates", AOGASHIMA)
    assert len(rows) == len(templates().templates)
    for row in rows:
        made = await desk.ask("POST", "/v1/requests", row["request"], AOGASHIMA, status=201)
        assert {name: made[name] for name in row["request"]} == row["request"]
        await desk.put(f"/v1/requests/{made['request_id']}/submission/{AOGASHIMA}", None, AOGASHIMA)
    assert (await desk.get("/v1/request-templates", AOGASHIMA))["next"] is None
    assert {row["request"]["from_month"] for row in rows} == {"2025-07"}


async def test_templates_are_found_by_persona(desk: NeedsDesk) -> None:
    rows = await desk.items("/v1/request-templates?persona=service_designer", "expert")
    assert [row["code"] for row in rows] == ["online_forms", "counter_service"]
    assert {row["persona_ja"] for row in rows} == {"サービスデザイナー"}
    assert (rows[0]["kind_ja"], rows[0]["request"]["until_month"]) == ("伴走型支援", "2025-12")


def test_there_is_a_template_for_every_persona_and_kind_and_for_who_knows_neither() -> None:
    found = templates().templates
    assert {one.persona for one in found} == {*Persona, None}
    assert {one.kind for one in found} == set(RequestKind)
    assert len({one.code for one in found}) == len(found)
