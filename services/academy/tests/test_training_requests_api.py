"""Training on request over HTTP: what each side does, and what nobody else reads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.academy.training_requests import proposal_of
from tests.support.academy_desk import BEGINS, COURSE, MITAKA, MUSASHINO, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running

PERIOD = {"from_day": "2026-06-01", "until_day": "2026-07-31"}
WISHES = PERIOD | {"title_ja": "窓口の研修", "situation_ja": "紙が多い。", "wishes_ja": "演習で。", "people": 30}
OFFICER, APPROVER = ("officer", MUSASHINO), ("approver", MUSASHINO)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """A course of customised training."""
    async with running(databases, settings_for, "academy") as service:
        desk = await AcademyDesk(service, as_).with_course()
        customised = await desk.done("POST", "courses", COURSE | {"programme": "customised_training"})
        desk.course_id = customised["id"]
        yield desk


async def asked(desk: AcademyDesk) -> str:
    """The address of a request of Musashino."""
    found = await desk.done("POST", "training-requests", {"wishes": WISHES}, *OFFICER)
    return f"training-requests/{found['request_id']}"


async def history(desk: AcademyDesk, request: str, *role: str) -> list[str]:
    found = await desk.service.client.get(f"/v1/{request}/history", headers=desk.as_(*role))
    return [row["words"] for row in found.json()["items"]]


async def test_from_the_wishes_to_the_training(desk: AcademyDesk) -> None:
    request = await asked(desk)
    plan: dict[str, Any] = {"plan": proposal_of(desk.course_id) | PERIOD}
    await desk.done("PUT", f"{request}/plan", plan)
    back = await desk.done("PUT", f"{request}/objection", {"reason_ja": "時期を変更したい"}, *APPROVER)
    assert (back["status_ja"], back["reason_ja"]) == ("依頼中", "時期を変更したい")
    await desk.done("PUT", f"{request}/wishes", {"wishes": WISHES | {"people": 40}}, *OFFICER)
    planned = await desk.send("PUT", f"{request}/plan", plan)
    assert planned.json()["reason_ja"] is None
    stale = desk.as_(*APPROVER) | {"If-Match": '"1"'}
    address = f"/v1/{request}/agreement"
    assert (await desk.service.client.put(address, headers=stale)).status_code == 412, "nobody agrees to another plan"
    fresh = desk.as_(*APPROVER) | {"If-Match": planned.headers["ETag"]}
    assert (await desk.service.client.put(address, headers=fresh)).json()["status"] == "agreed"

    first, second = await desk.session(), await desk.session(BEGINS.replace(hour=16))
    for session in (first, second, first):
        linked = await desk.done("PUT", f"{request}/sessions/{session}")
    assert linked["session_ids"] == [first, second]
    desk.at(BEGINS)
    await desk.done("PUT", f"sessions/{first}/holding")
    early = await desk.send("PUT", f"{request}/holding")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/training-sessions-not-held")
    await desk.done("PUT", f"sessions/{second}/cancellation", {"reason_ja": "講師の都合"})
    assert (await desk.done("PUT", f"{request}/holding"))["status_ja"] == "実施済み"
    assert await history(desk, request, *OFFICER) == [
        "研修を依頼した",
        "実施案を示した",
        "実施案を差し戻した",
        "依頼内容を変更した",
        "実施案を示した",
        "実施案に合意した",
        "研修の開催回を登録した",
        "研修の開催回を登録した",
        "依頼された研修を実施した",
    ]
    assert await differing(desk.service) == set()


async def test_it_is_the_municipalitys_and_tokyos_and_nobody_elses(desk: AcademyDesk) -> None:
    request, client = await asked(desk), desk.service.client
    other = desk.as_("officer", MITAKA)
    assert (await client.get(f"/v1/{request}", headers=other)).status_code == 404
    assert (await client.get(f"/v1/{request}/history", headers=other)).status_code == 404
    assert (await client.get("/v1/training-requests", headers=other)).json()["items"] == []
    for role in (desk.as_("auditor"), desk.as_(*APPROVER)):
        assert len((await client.get("/v1/training-requests", headers=role)).json()["items"]) == 1
    reason = {"reason_ja": "不要"}
    assert (await desk.send("PUT", f"{request}/withdrawal", reason, "officer", MITAKA)).status_code == 404
    assert (await desk.send("PUT", f"{request}/agreement", None, *OFFICER)).status_code == 403
    assert (
        await desk.send("PUT", f"{request}/plan", {"plan": proposal_of(desk.course_id)}, *OFFICER)
    ).status_code == 403


async def test_either_side_ends_it_with_a_reason(desk: AcademyDesk) -> None:
    reason = {"reason_ja": "今年度は実施できない"}
    withdrawn = await desk.done("PUT", f"{await asked(desk)}/withdrawal", reason, *OFFICER)
    declined = await desk.done("PUT", f"{await asked(desk)}/declination", reason)
    assert [(one["status_ja"], one["reason_ja"]) for one in (withdrawn, declined)] == [
        ("取下げ", "今年度は実施できない"),
        ("見送り", "今年度は実施できない"),
    ]
    gone = await desk.send("PUT", f"training-requests/{declined['request_id']}/agreement", None, *APPROVER)
    assert (gone.status_code, gone.json()["type"]) == (409, "/problems/training-request-status-wrong")


async def test_a_session_is_of_one_request(desk: AcademyDesk) -> None:
    session, requests = await desk.session(), [await asked(desk) for _ in range(2)]
    for request in requests:
        await desk.done("PUT", f"{request}/plan", {"plan": proposal_of(desk.course_id) | PERIOD})
        await desk.done("PUT", f"{request}/agreement", None, *APPROVER)
    await desk.done("PUT", f"{requests[0]}/sessions/{session}")
    refused = await desk.send("PUT", f"{requests[1]}/sessions/{session}")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/session-linked-elsewhere")
