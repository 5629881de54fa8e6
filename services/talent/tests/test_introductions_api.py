"""Introduction cases over HTTP: consent before the name, looks on record, and nothing about the person in the clear."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.awarded import set_clock
from tests.support.building import OTHER, OWN, As, Building
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.talent import experts, introductions, profiles
from tests.support.talent.requests import triage, wanted

ANY = {"If-Match": "*"}


@pytest.fixture
async def world(databases: Databases, settings_for: Any, as_: As) -> Any:
    """An expert with a profile, and a case of each of two municipalities at the stage of the interview."""
    async with running(databases, settings_for, "talent") as service:
        world = Building(service, as_)
        for slice_ in (experts, profiles, introductions):
            await slice_.add(world)
        yield world


async def ask(
    world: Building, method: str, path: str, body: Any, *role: str, person: str | None = None
) -> httpx.Response:
    headers = world.as_(*role, person=person) | ANY
    return await world.service.client.request(method, path, json=body, headers=headers)


async def snapshot(world: Building, *role: str, person: str | None = None) -> httpx.Response:
    return await ask(
        world, "GET", f"/v1/introductions/{world.paths['case_id'][0]}/snapshot", None, *role, person=person
    )


async def test_the_municipality_reads_the_snapshot_while_its_look_and_the_consent_last(world: Building) -> None:
    (expert_id,) = world.paths["expert_id"]
    shown = (await snapshot(world, "officer", OTHER)).json()
    assert shown["profile"] == profiles.PERSON
    assert shown["interview_notes_ja"] == introductions.NOTES[OTHER]
    assert (await snapshot(world, "officer", OWN)).status_code == 404
    assert (await snapshot(world, "secretariat")).json()["type"] == "/problems/look-missing"
    own = (await snapshot(world, "expert", person=expert_id)).json()
    assert (own["profile"], own["interview_notes_ja"]) == (profiles.PERSON, None)

    withdrawal = f"/v1/experts/{expert_id}/consents/introduction/withdrawal"
    await ask(world, "PUT", withdrawal, {"everybody": True}, "expert", person=expert_id)
    assert (await snapshot(world, "officer", OTHER)).json()["type"] == "/problems/no-consent"


async def test_a_look_ends_by_itself(world: Building) -> None:
    """After half an hour the profile and the case show the pseudonym again, until the next look is on record."""
    (expert_id,) = world.paths["expert_id"]
    profile = f"/v1/experts/{expert_id}/profile"
    for minutes, shown, status in ((29, "open", 200), (31, "pseudonymised", 409)):
        set_clock(world.service.app, datetime.now(UTC) + timedelta(minutes=minutes))
        assert (await ask(world, "GET", profile, None, "officer", OTHER)).json()["shown"] == shown
        assert (await snapshot(world, "officer", OTHER)).status_code == status


async def test_nobody_is_introduced_without_consent(world: Building) -> None:
    (expert_id,) = world.paths["expert_id"]
    await ask(
        world,
        "PUT",
        f"/v1/experts/{expert_id}/consents/introduction/withdrawal",
        {"everybody": True},
        "expert",
        person=expert_id,
    )
    case = await _longlisted(world)
    refused = await ask(world, "PUT", f"{case}/referral", None, "secretariat")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-consent")
    assert (await ask(world, "GET", case, None, "secretariat")).json()["stage"] == "longlisted"


async def test_accepted_it_is_an_engagement_that_is_followed_up(world: Building) -> None:
    (expert_id,), (case_id,) = world.paths["expert_id"], world.paths["case_id"]
    case = f"/v1/introductions/{case_id}"
    offered = await ask(world, "PUT", f"{case}/offer/{OTHER}", {"from_day": "2024-04-01"}, "approver", OTHER)
    assert offered.json()["stage_ja"] == "条件提示済み"
    accepted = await ask(world, "PUT", f"{case}/acceptance/{expert_id}", None, "expert", person=expert_id)
    assert (accepted.json()["stage"], accepted.json()["next_follow_up_on"]) == ("engaged", "2024-07-01")

    followed = {"outcome": "needs_attention", "notes_ja": "見本の記録"}
    answer = await ask(world, "PUT", f"{case}/follow-ups/3", followed, "secretariat")
    assert answer.json()["next_follow_up_on"] == "2024-10-01"
    again = await ask(world, "PUT", f"{case}/follow-ups/3", followed, "secretariat")
    assert again.json()["type"] == "/problems/follow-up-not-due"
    listed = await ask(world, "GET", f"{case}/follow-ups", None, "officer", OTHER)
    assert [row["outcome_ja"] for row in listed.json()["items"]] == ["要支援"]


async def test_who_is_engaged_may_be_introduced_again(world: Building) -> None:
    await test_accepted_it_is_an_engagement_that_is_followed_up(world)
    assert (await ask(world, "GET", await _longlisted(world), None, "secretariat")).json()["stage"] == "longlisted"


async def test_only_for_open_requests_of_that_kind_and_available_experts(world: Building) -> None:
    (expert_id,) = world.paths["expert_id"]
    request = await world.send("POST", "/v1/requests", wanted(OWN), "officer", OWN)
    body = {"request_id": request["request_id"], "expert_id": expert_id}
    refused = await ask(world, "POST", "/v1/introductions", body, "secretariat")
    assert refused.json()["type"] == "/problems/request-not-for-introduction"

    await world.send("PUT", f"/v1/experts/{expert_id}/availability", {"availability": "closed"})
    unavailable = await ask(
        world, "POST", "/v1/introductions", {**body, "request_id": await _request(world)}, "secretariat"
    )
    assert unavailable.json()["type"] == "/problems/expert-not-available"


async def test_another_municipalitys_case_is_not_there(world: Building) -> None:
    case = f"/v1/introductions/{world.paths['case_id'][0]}"
    assert (await ask(world, "GET", case, None, "officer", OWN)).status_code == 404
    body = {"reason": "other"}
    assert (await ask(world, "PUT", f"{case}/withdrawal/{OWN}", body, "officer", OWN)).status_code == 404
    assert (await ask(world, "GET", case, None, "expert", person=world.paths["case_id"][0])).status_code == 404


async def _request(world: Building) -> str:
    request = await world.send("POST", "/v1/requests", wanted(OWN) | {"budget_yen": 0}, "officer", OWN)
    path = f"/v1/requests/{request['request_id']}"
    await world.send("PUT", f"{path}/submission/{OWN}", None, "officer", OWN)
    await world.send("PUT", f"{path}/triage", triage(OWN) | {"kind": "introduction"})
    return str(request["request_id"])


async def _longlisted(world: Building) -> str:
    body = {"request_id": await _request(world), "expert_id": world.paths["expert_id"][0]}
    return f"/v1/introductions/{(await world.send('POST', '/v1/introductions', body))['case_id']}"
