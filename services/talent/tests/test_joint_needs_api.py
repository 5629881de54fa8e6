"""Joint needs over HTTP: what two or more municipalities ask alike is seen, worded and published, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.needs_desk import AOGASHIMA, CHIYODA, HINOHARA, Json, NeedsDesk, open_desk

FORMS: Json = {
    "found_in": "consultations",
    "matter": "online_forms",
    "title_ja": "申請様式の電子化",
    "purpose_ja": "様式の作成と保守を共同で行う。",
}
UNMET = {"outcome": "unfilled", "reason": "no_suitable_expert"}


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[NeedsDesk]:
    async with open_desk(databases, settings_for, as_) as opened:
        yield opened


async def asked(desk: NeedsDesk, *municipalities: str) -> None:
    """The same question of each."""
    for municipality in municipalities:
        await desk.put(f"{await desk.asked(municipality)}/matter", {"matter": "online_forms"})


async def candidates(desk: NeedsDesk) -> list[tuple[str, str, list[str], int]]:
    rows = await desk.items("/v1/joint-needs/candidates", "auditor")
    return [(row["found_in"], row["matter"], row["municipalities"], row["sources"]) for row in rows]


async def published(desk: NeedsDesk) -> list[tuple[str, str]]:
    """The topics and keys of what was published of joint needs."""
    rows = await desk.service.as_owner("SELECT topic, record_key FROM event WHERE category = 'joint-need' ORDER BY at")
    return [(row[0], row[1]) for row in rows]


async def test_the_same_question_of_two_municipalities_is_proposed_once(desk: NeedsDesk) -> None:
    await asked(desk, AOGASHIMA, AOGASHIMA)
    assert await candidates(desk) == []
    assert await desk.refused("POST", "/v1/joint-needs", FORMS) == "joint-need-too-few"
    await asked(desk, HINOHARA)
    assert await candidates(desk) == [("consultations", "online_forms", [HINOHARA, AOGASHIMA], 3)]
    found = await desk.ask("POST", "/v1/joint-needs", FORMS, status=201)
    assert (found["municipalities"], found["title_ja"]) == ([HINOHARA, AOGASHIMA], FORMS["title_ja"])
    assert await published(desk) == [("kyodo.talent.joint-needs.v1", found["need_id"])]

    assert await candidates(desk) == []
    await asked(desk, CHIYODA)
    assert await desk.refused("POST", "/v1/joint-needs", FORMS) == "joint-need-too-few"
    assert [row["need_id"] for row in await desk.items("/v1/joint-needs?matter=online_forms")] == [found["need_id"]]
    [row] = await desk.items(f"/v1/joint-needs/{found['need_id']}/history")
    assert row["words"] == "「申請様式の電子化」を檜原村、青ヶ島村に共通する課題とした（相談）"


async def test_a_need_that_nobody_could_meet_is_found_by_its_matter_or_else_its_persona(desk: NeedsDesk) -> None:
    for municipality in (AOGASHIMA, HINOHARA):
        for matter in ("online_forms", None):
            path = await desk.submitted(municipality)
            triage = {"kind": "hands_on", "persona": "service_designer", "urgency": 3, "matter": matter}
            await desk.put(f"{path}/triage", triage)
            if municipality == HINOHARA or matter is None:
                await desk.put(f"{path}/outcome", UNMET)
    persona = ("requests", "service_designer", [HINOHARA, AOGASHIMA], 2)
    assert await candidates(desk) == [persona]  # Aogashima's other request is still open
    found = await desk.ask(
        "POST", "/v1/joint-needs", FORMS | {"found_in": "requests", "matter": persona[1]}, status=201
    )
    assert (found["found_in"], found["municipalities"]) == ("requests", [HINOHARA, AOGASHIMA])
    wrong_place = FORMS | {"found_in": "requests"}
    assert await desk.refused("POST", "/v1/joint-needs", wrong_place) == "joint-need-too-few"


async def test_two_who_find_it_at_the_same_moment_publish_it_once(desk: NeedsDesk) -> None:
    await asked(desk, AOGASHIMA, HINOHARA)
    headers = desk.as_("secretariat")
    finding = (desk.service.client.post("/v1/joint-needs", json=FORMS, headers=headers) for _ in range(6))
    answers = await asyncio.gather(*finding)
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    assert len(await published(desk)) == 1


async def test_joint_needs_are_tokyos(desk: NeedsDesk) -> None:
    await asked(desk, AOGASHIMA, HINOHARA)
    found = await desk.ask("POST", "/v1/joint-needs", FORMS, status=201)
    path = f"/v1/joint-needs/{found['need_id']}"
    for who in ((AOGASHIMA,), ("approver", AOGASHIMA), ("expert",)):
        for page in ("/v1/joint-needs", "/v1/joint-needs/candidates", path, f"{path}/history"):
            await desk.get(page, *who, status=403)
        await desk.ask("POST", "/v1/joint-needs", FORMS, *who, status=403)
    assert await desk.get(path, "auditor") == found
