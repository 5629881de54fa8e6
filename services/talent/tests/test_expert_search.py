"""Experts over HTTP: described by themselves, vouched for by the secretariat, found by what is wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from conftest import As
from kyodo_events.contracts.talent_assignments import EngagementForm
from kyodo_events.database import Database
from kyodo_events.digests import Difference
from kyodo_events.event import new_id
from kyodo_events.rebuild import rebuild
from kyodo_platform.settings import Settings
from kyodo_talent.assignments.forms import FORMS
from kyodo_talent.experts.views import experts
from kyodo_talent.feeds.views import feeds
from tests.support.databases import Databases
from tests.support.running import Running, running

ANY = {"If-Match": "*"}
CLOUD = {"scheme": "dss-p", "version": "1.2", "code": "cloud_sre_engineer"}
SECURITY = {"scheme": "dss-p", "version": "1.2", "code": "security_manager"}
AT = "Kyodo-Exercise-Time"  # in an installation for exercises: these tests have their own today
TODAY = "2026-06-01"


class Desk:
    """The secretariat at its desk, and experts at theirs."""

    def __init__(self, service: Running, as_: As) -> None:
        self.service, self.client, self._as = service, service.client, as_

    def as_(self, *role: str, person: str | None = None, day: str = TODAY) -> dict[str, str]:
        return self._as(*role, person=person) | {AT: f"{day}T09:00:00+09:00"}

    async def register(self, **more: Any) -> str:
        body = {"personas": ["engineer"], "half_days_per_month": 8} | more
        answer = await self.client.post("/v1/experts", json=body, headers=self.as_("secretariat"))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def put(self, expert_id: str, what: str, body: Any = None, *role: str, method: str = "PUT") -> httpx.Response:
        headers = self.as_(*role or ("secretariat",), person=expert_id) | ANY
        return await self.client.request(method, f"/v1/experts/{expert_id}/{what}", json=body, headers=headers)

    async def qualify(self, expert_id: str, until: str = "2027-03-31") -> None:
        assert (await self.put(expert_id, "screening")).status_code == 200
        assert (await self.put(expert_id, "qualification", {"valid_until": until})).status_code == 200

    async def found(self, day: str = TODAY, **query: Any) -> list[str]:
        answer = await self.client.get("/v1/experts", params=query, headers=self.as_("officer", "132039", day=day))
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["items"]]


@pytest.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Desk]:
    async with running(databases, settings_for, "talent", exercise=True) as service:
        yield Desk(service, as_)


async def test_an_expert_is_registered_with_skills_and_conditions_at_once(desk: Desk) -> None:
    expert_id = await desk.register(
        languages=["en", "ja"], modes=["on_site"], areas=["islands"], skills=[CLOUD | {"level": 4}]
    )
    read = await desk.client.get(f"/v1/experts/{expert_id}", headers=desk.as_("officer", "132039"))
    expert = read.json()
    assert read.headers["ETag"] == '"3"'
    assert expert["languages"] == {"ja": "日本語", "en": "英語"}
    assert (expert["modes"], expert["areas"]) == ({"on_site": "現地"}, {"islands": "島しょ"})
    assert expert["skills"] == [
        CLOUD
        | {
            "label_ja": "クラウドエンジニア/SRE",
            "claimed": 4,
            "evidenced": None,
            "verified": None,
            "expires_on": None,
        }
    ]
    assert (expert["qualification_ja"], expert["availability_ja"], expert["available"]) == ("登録済み", "受付中", False)
    assert (expert["engagement_ja"], expert["half_days_per_month"]) == ("従事なし", 8)


async def test_an_unknown_skill_is_told_where_it_stands_and_nothing_is_written(desk: Desk) -> None:
    wrong: list[dict[str, Any]] = [SECURITY | {"level": 2}, CLOUD | {"code": "cloud_engineer", "level": 4}]
    body: Any = {"personas": ["engineer"], "half_days_per_month": 8, "skills": wrong}
    refused = await desk.client.post("/v1/experts", json=body, headers=desk.as_("secretariat"))
    problem = refused.json()
    assert (refused.status_code, problem["type"], problem["effect"]) == (422, "/problems/invalid-request", "none")
    assert [error["pointer"] for error in problem["errors"]] == ["#/skills/1/code"]
    assert "did you mean" in problem["errors"][0]["detail"]
    assert await desk.found() == []

    expert_id = await desk.register()
    for what, method, body in (
        ("skills", "PUT", {"skills": wrong}),
        ("skills/evidence", "POST", CLOUD | {"code": "zzz", "level": 1, "kind": "interview"}),
        ("skills/verifications", "POST", CLOUD | {"version": "7", "level": 1, "expires_on": "2027-03-31"}),
    ):
        refused = await desk.put(expert_id, what, body, method=method)
        assert refused.status_code == 422
    read = await desk.client.get(f"/v1/experts/{expert_id}", headers=desk.as_("secretariat"))
    assert (read.json()["skills"], read.headers["ETag"]) == ([], '"1"')


async def test_a_search_by_a_code_that_is_none_is_refused(desk: Desk) -> None:
    refused = await desk.client.get("/v1/experts", params={"skill": "clowd"}, headers=desk.as_("secretariat"))
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["query/skill"]


async def test_a_skill_is_found_as_well_founded_as_is_wanted(desk: Desk) -> None:
    expert_id = await desk.register(skills=[CLOUD | {"level": 4}, SECURITY | {"level": 5}])
    await desk.register(skills=[SECURITY | {"level": 5}])
    assert await desk.found(skill="cloud_sre_engineer", level=4) == [expert_id]
    assert await desk.found(skill="cloud_sre_engineer", level=5) == []
    assert await desk.found(skill="cloud_sre_engineer", stage="evidenced") == []

    evidence = CLOUD | {"level": 3, "kind": "certificate"}
    assert (await desk.put(expert_id, "skills/evidence", evidence, method="POST")).status_code == 200
    assert await desk.found(skill="cloud_sre_engineer", level=3, stage="evidenced") == [expert_id]
    assert await desk.found(skill="cloud_sre_engineer", stage="verified") == []

    verification = CLOUD | {"level": 3, "expires_on": "2027-03-31"}
    verified = await desk.put(expert_id, "skills/verifications", verification, method="POST")
    assert [skill["verified"] for skill in verified.json()["skills"]] == [3, None]
    assert await desk.found(skill="cloud_sre_engineer", level=3, stage="verified") == [expert_id]
    assert await desk.found(skill="cloud_sre_engineer", level=4, stage="verified") == []
    assert await desk.found("2027-03-31", skill="cloud_sre_engineer", stage="verified") == [expert_id]
    assert await desk.found("2027-04-01", skill="cloud_sre_engineer", stage="verified") == []
    assert await desk.found("2027-04-01", skill="cloud_sre_engineer", stage="evidenced") == [expert_id]


async def test_experts_are_found_by_area_mode_language_and_persona(desk: Desk) -> None:
    tama = await desk.register(areas=["tama"], modes=["on_site"], languages=["ja", "vi"])
    islands = await desk.register(areas=["islands"], personas=["producer"])
    assert await desk.found(area="tama") == [tama]
    assert await desk.found(area="islands", mode="remote") == [islands]
    assert await desk.found(language="vi", persona="engineer") == [tama]
    assert await desk.found(language="vi", persona="producer") == []


async def test_a_list_is_sorted_and_paged(desk: Desk) -> None:
    ids = [await desk.register(half_days_per_month=days) for days in (8, 20, 8, 3)]
    by_time = [ids[1], ids[2], ids[0], ids[3]]
    assert await desk.found(sort="-half_days_per_month") == by_time
    officer = desk.as_("officer", "132039")
    query: dict[str, Any] = {"sort": "-half_days_per_month", "limit": 1}
    found = []
    while True:
        page = (await desk.client.get("/v1/experts", params=query, headers=officer)).json()
        found += [row["id"] for row in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == by_time


async def test_qualification_and_pause_run_out_without_an_event(desk: Desk) -> None:
    """What the list says of a day is what the aggregate says of it."""
    expert_id = await desk.register()
    await desk.qualify(expert_id, "2027-03-31")
    paused = await desk.put(expert_id, "availability", {"availability": "paused", "paused_until": "2027-02-28"})
    assert (paused.json()["availability"], paused.json()["available"]) == ("paused", False)

    async def on(day: str) -> tuple[str, str, bool]:
        headers = desk.as_("secretariat", day=day)
        row = (await desk.client.get(f"/v1/experts/{expert_id}", headers=headers)).json()
        found = await desk.client.get("/v1/experts", params={"available": True}, headers=headers)
        assert bool(found.json()["items"]) is row["available"]
        return row["qualification"], row["availability"], row["available"]

    assert await on("2027-02-28") == ("qualified", "paused", False)
    assert await on("2027-03-01") == ("qualified", "open", True)
    assert await on("2027-03-31") == ("qualified", "open", True)
    assert await on("2027-04-01") == ("expired", "open", False)


async def test_engagement_follows_from_the_assignments(desk: Desk) -> None:
    expert_id = await desk.register()
    await desk.qualify(expert_id)

    async def engagement() -> str:
        read = await desk.client.get(f"/v1/experts/{expert_id}", headers=desk.as_("secretariat"))
        return str(read.json()["engagement"])

    async def send(method: str, path: str, body: Any, *role: str, **more: Any) -> Any:
        headers = desk.as_(*role or ("secretariat",), **more) | ANY
        answer = await desk.client.request(method, f"/v1/assignments{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    proposal = {
        "expert_id": expert_id,
        "project_id": new_id(),
        "engagement": {"form": "hands_on", "instructed_by": "nobody", "instructed_by_ja": "本人の裁量による"},
        "from_day": "2026-07-01",
        "until_day": "2026-07-31",
        "lines": [{"municipality": "132039", "month": "2026-07", "half_days": 2}],
    }
    at = f"/{(await send('POST', '', proposal))['assignment_id']}"
    await send("PUT", f"{at}/checklist", {"items": list(FORMS[EngagementForm.HANDS_ON].checklist)})
    await send("PUT", f"{at}/hold", {"until": "2026-06-08"})
    await send("PUT", f"{at}/confirmations/home", {"not_needed_ja": "個人事業主のため"})
    await send("PUT", f"{at}/confirmations/municipalities/132039", None, "approver", "132039")
    assert await engagement() == "free"
    await send("PUT", f"{at}/confirmations/expert/{expert_id}", None, "expert", person=expert_id)
    assert await engagement() == "promised"
    await send("PUT", f"{at}/start", None, day="2026-07-01")
    assert await engagement() == "working"
    await send("PUT", f"{at}/completion", None, day="2026-08-01")
    assert await engagement() == "free"


async def test_experts_change_what_is_theirs_and_nobody_elses(desk: Desk) -> None:
    mine, others = await desk.register(), await desk.register()
    conditions = {"personas": ["producer"], "areas": ["wards"]}
    claims = {"skills": [CLOUD | {"level": 2}]}
    for what, body in (
        ("conditions", conditions),
        ("skills", claims),
        ("availability", {"availability": "closed"}),
    ):
        assert (await desk.put(mine, what, body, "expert")).status_code == 200
        other = desk.as_("expert", person=mine) | ANY
        refused = await desk.client.put(f"/v1/experts/{others}/{what}", json=body, headers=other)
        assert refused.status_code == 404
        officer = desk.as_("officer", "132039") | ANY
        assert (await desk.client.put(f"/v1/experts/{mine}/{what}", json=body, headers=officer)).status_code == 403
    for what in ("screening", "qualification", "removal"):
        assert (await desk.put(mine, what, {}, "expert")).status_code == 403
    untouched = await desk.client.get(f"/v1/experts/{others}", headers=desk.as_("secretariat"))
    assert untouched.headers["ETag"] == '"1"'


async def test_the_history_is_read_in_words_by_the_expert_and_those_who_oversee(desk: Desk) -> None:
    expert_id = await desk.register(skills=[CLOUD | {"level": 4}])
    await desk.qualify(expert_id)
    await desk.put(expert_id, "removal", {"reason": "own_wish"})
    address = f"/v1/experts/{expert_id}/history"
    for headers in (desk.as_("expert", person=expert_id), desk.as_("auditor")):
        rows = (await desk.client.get(address, headers=headers)).json()["items"]
        assert [row["words"] for row in rows] == [
            "専門人材を登録した",
            "保有スキルを申告した",
            "審査を終えた",
            "2027-03-31まで認定した",
            "登録を抹消した（本人の申出）",
        ]
    assert (await desk.client.get(address, headers=desk.as_("officer", "132039"))).status_code == 403


async def test_the_list_equals_its_rebuild_from_the_events(desk: Desk) -> None:
    busy, gone = await desk.register(skills=[CLOUD | {"level": 4}], areas=["tama"]), await desk.register()
    await desk.qualify(busy)
    await desk.put(busy, "qualification", {"valid_until": "2028-03-31"})
    await desk.put(busy, "conditions", {"personas": ["producer"], "languages": ["en"]})
    await desk.put(busy, "skills/evidence", CLOUD | {"level": 3, "kind": "certificate"}, method="POST")
    await desk.put(busy, "skills/verifications", CLOUD | {"level": 3, "expires_on": "2027-03-31"}, method="POST")
    await desk.put(busy, "availability", {"availability": "paused", "paused_until": "2026-08-31"})
    assert (await desk.put(busy, "feed", None, "expert", method="POST")).status_code == 201
    await desk.qualify(gone)
    await desk.put(gone, "removal", {"reason": "unreachable"})
    await desk.put(gone, "screening")
    assert (await desk.put(gone, "feed", None, "expert", method="POST")).status_code == 201
    assert (await desk.put(gone, "feed", None, method="DELETE")).status_code == 200

    owner = await Database.connect(desk.service.database.owner_url(desk.service.admin_url))
    try:
        found = await rebuild(owner, [experts, feeds], source="talent", progress=lambda *_: None, switch=False)
    finally:
        await owner.close()
    assert found == [Difference("expert", 0, 0), Difference("feed", 0, 0)]
    assert await desk.service.count("expert") == 2


async def test_the_steps_are_dated_for_the_funnel(desk: Desk) -> None:
    expert_id = await desk.register()
    for day, what, body in (
        ("2026-06-08", "screening", None),
        ("2026-06-15", "qualification", {"valid_until": "2027-03-31"}),
        ("2026-07-01", "qualification", {"valid_until": "2028-03-31"}),
    ):
        headers = desk.as_("secretariat", day=day) | ANY
        assert (await desk.client.put(f"/v1/experts/{expert_id}/{what}", json=body, headers=headers)).is_success
    columns = ("registered_at", "screened_at", "qualified_at", "removed_at")
    dated = ", ".join(f"(date({column} AT TIME ZONE 'Asia/Tokyo'))::text" for column in columns)
    assert await desk.service.as_owner(f"SELECT {dated} FROM expert") == [
        ("2026-06-01", "2026-06-08", "2026-06-15", None)
    ]
