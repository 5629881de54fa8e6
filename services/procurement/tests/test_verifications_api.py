"""Cost verifications over HTTP: members and Tokyo estimate and check each other, governments read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from conftest import Api, As
from kyodo_events.values.fiscal import tokyo_date
from kyodo_procurement.verifications.model import last_day

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
ANY = {"If-Match": "*"}
THEME = {
    "name_ja": "共同電子申請システム",
    "kind": "existing_shared_service",
    "group": "existing_services",
    "stage": "full",
}
ESTIMATE: dict[str, Any] = {
    "one_off": 3_000_000,
    "fixed_per_year": 12_000_000,
    "variable_per_unit": 30,
    "unit_ja": "件",
    "based_on_quantity": 100_000,
    "assumptions": "5年間の利用",
    "sources": ["3社の概算見積り"],
}
CHEAPER = ESTIMATE | {"fixed_per_year": 9_000_000}


class Forum:
    """A theme that two municipalities need, with a working group of both."""

    def __init__(self, client: httpx.AsyncClient, as_: As) -> None:
        self.client, self.as_ = client, as_
        self.theme_id = ""

    async def send(self, method: str, url: str, body: Any = None, *role: str) -> httpx.Response:
        headers = self.as_(*role or ("secretariat",)) | ANY
        return await self.client.request(method, url, json=body, headers=headers)

    async def set_up(self) -> None:
        """Survey the theme and open its group."""
        self.theme_id = (await self.send("POST", "/v1/themes", THEME)).json()["id"]
        theme = f"/v1/themes/{self.theme_id}"
        await self.send("PUT", f"{theme}/survey", {"deadline": "2099-12-31"})
        for code in (CHIYODA, MUSASHINO):
            await self.send("PUT", f"{theme}/answers/{code}", {"need": "need"}, "officer", code)
        await self.send("PUT", f"{theme}/survey/closing")
        await self.send("POST", "/v1/working-groups", {"theme_id": self.theme_id})
        for code in (CHIYODA, MUSASHINO):
            await self.send("PUT", f"/v1/working-groups/{self.theme_id}/members/{code}", None, "officer", code)

    async def requested(self, tolerance: str = "1/5") -> str:
        """The address of a new verification."""
        body = {"theme_id": self.theme_id, "tolerance": tolerance}
        made = await self.send("POST", "/v1/cost-verifications", body)
        assert made.status_code == 201, made.text
        return f"/v1/cost-verifications/{made.json()['id']}"

    async def as_member(self, method: str, of: str, code: str, act: str, body: Any = None) -> httpx.Response:
        return await self.send(method, f"{of}/members/{code}/{act}", body, "officer", code)


@pytest.fixture
async def forum(api: Api, as_: As) -> Forum:
    forum = Forum(await api("procurement"), as_)
    await forum.set_up()
    return forum


async def test_from_a_request_to_a_live_verification(forum: Forum) -> None:
    it = await forum.requested()
    assert (await forum.send("PUT", f"{it}/estimate", ESTIMATE)).status_code == 200
    assert (await forum.as_member("POST", it, CHIYODA, "counter-estimates", CHEAPER)).status_code == 200
    adopted = await forum.send("PUT", f"{it}/counter-estimates/1/adoption")
    assert adopted.status_code == 200, adopted.text
    for own in (
        await forum.send("PUT", f"{it}/verification"),
        await forum.as_member("PUT", it, CHIYODA, "verification"),
    ):
        assert (own.status_code, own.json()["type"]) == (403, "/problems/own-estimate")
    verified = await forum.as_member("PUT", it, MUSASHINO, "verification")
    assert (verified.status_code, verified.headers["ETag"]) == (200, '"5"')

    read = await forum.send("GET", it)
    assert (read.json(), read.headers["ETag"]) == (verified.json(), '"5"')
    seen = read.json()
    assert seen.pop("requested_at")
    assert seen == {
        "id": it.rpartition("/")[2],
        "theme_id": forum.theme_id,
        "requested_by": "tokyo",
        "tolerance": "1/5",
        "status": "verified",
        "estimate": CHEAPER | {"per_year": 12_000_000},
        "organisation": "tokyo",
        "based_on_needs": 2,
        "needs": 2,
        "standing": "live",
        "live": True,
        "reason": None,
        "expires_on": last_day(tokyo_date(datetime.now(UTC))).isoformat(),
        "version": 5,
    }
    counters = (await forum.send("GET", f"{it}/counter-estimates")).json()["items"]
    assert [(row["number"], row["organisation"], bool(row["adopted_at"])) for row in counters] == [(1, CHIYODA, True)]


async def test_a_verification_ends_when_too_many_needs_are_gone(forum: Forum) -> None:
    narrow, wide = await forum.requested("1/5"), await forum.requested("1/2")
    for it in (narrow, wide):
        assert (await forum.send("GET", it)).json()["standing"] == "not_verified"
        await forum.send("PUT", f"{it}/estimate", ESTIMATE)
        assert (await forum.as_member("PUT", it, CHIYODA, "verification")).json()["live"] is True
    answer = f"/v1/themes/{forum.theme_id}/answers/{CHIYODA}"
    gone = await forum.send("DELETE", answer, None, "officer", CHIYODA)
    assert gone.status_code == 200, gone.text
    for it, standing, live in ((narrow, "demand_changed", False), (wide, "live", True)):
        seen = (await forum.send("GET", it)).json()
        assert (seen["standing"], seen["live"], seen["needs"], seen["based_on_needs"]) == (standing, live, 1, 2)
    page = await forum.send("GET", "/v1/cost-verifications?sort=-requested_at")
    assert [row["live"] for row in page.json()["items"]] == [True, False]


async def test_a_member_requests_estimates_and_is_turned_down(forum: Forum) -> None:
    group = f"/v1/working-groups/{forum.theme_id}"
    asked = await forum.as_member("POST", group, CHIYODA, "cost-verifications", {"tolerance": "1/4"})
    assert (asked.status_code, asked.json()["requested_by"]) == (201, CHIYODA)
    stale = await forum.client.post(
        f"{group}/members/{CHIYODA}/cost-verifications",
        json={"tolerance": "1/4"},
        headers=forum.as_("officer", CHIYODA) | {"If-Match": '"1"'},
    )
    assert stale.status_code == 412
    it = f"/v1/cost-verifications/{asked.json()['id']}"
    await forum.as_member("PUT", it, CHIYODA, "estimate", ESTIMATE)
    rejected = await forum.send("PUT", f"{it}/rejection", {"reason": "出典が古い"})
    assert (rejected.json()["status"], rejected.json()["reason"]) == ("rejected", "出典が古い")
    again = await forum.as_member("PUT", it, MUSASHINO, "estimate", CHEAPER)
    assert (again.json()["status"], again.json()["organisation"], again.json()["reason"]) == (
        "estimated",
        MUSASHINO,
        None,
    )
    assert (await forum.send("POST", f"{it}/counter-estimates", ESTIMATE)).status_code == 200
    taken = await forum.as_member("PUT", it, CHIYODA, "counter-estimates/1/adoption")
    assert (taken.status_code, taken.json()["type"]) == (403, "/problems/not-the-estimator")
    assert (await forum.as_member("PUT", it, MUSASHINO, "counter-estimates/1/adoption")).status_code == 200
    assert (await forum.as_member("PUT", it, CHIYODA, "rejection", {"reason": "再計算"})).status_code == 200


async def test_who_is_not_a_member_takes_no_part(forum: Forum) -> None:
    it = await forum.requested()
    group = f"/v1/working-groups/{forum.theme_id}"
    for method, of, act, body in (
        ("POST", group, "cost-verifications", {"tolerance": "1/4"}),
        ("PUT", it, "estimate", ESTIMATE),
        ("POST", it, "counter-estimates", ESTIMATE),
        ("PUT", it, "counter-estimates/1/adoption", None),
        ("PUT", it, "verification", None),
        ("PUT", it, "rejection", {"reason": "出典"}),
    ):
        refused = await forum.as_member(method, of, OKUTAMA, act, body)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-a-member"), act
        foreign = await forum.send(method, f"{of}/members/{MUSASHINO}/{act}", body, "officer", CHIYODA)
        assert foreign.status_code == 404
    assert (await forum.send("GET", it)).headers["ETag"] == '"1"'


async def test_the_person_is_in_no_answer(forum: Forum) -> None:
    it = await forum.requested()
    await forum.send("PUT", f"{it}/estimate", ESTIMATE)
    await forum.as_member("POST", it, CHIYODA, "counter-estimates", CHEAPER)
    await forum.as_member("PUT", it, MUSASHINO, "verification")
    for path in ("", "/counter-estimates", "/history"):
        answer = await forum.send("GET", f"{it}{path}")
        assert answer.status_code == 200
        assert "@" not in answer.text
    words = [row["words"] for row in (await forum.send("GET", f"{it}/history")).json()["items"]]
    assert words[:3] == [
        "東京都が費用検証を依頼した",
        "東京都が、2団体のニーズに基づき費用を見積もった",
        "千代田区が対案1を示した",
    ]


async def test_verifications_are_listed_also_as_csv(forum: Forum) -> None:
    first, second = await forum.requested(), await forum.requested()
    await forum.send("PUT", f"{second}/estimate", ESTIMATE)

    async def listed(**filters: str) -> list[str]:
        page = await forum.client.get("/v1/cost-verifications", params=filters, headers=forum.as_("auditor"))
        return [f"/v1/cost-verifications/{row['id']}" for row in page.json()["items"]]

    assert await listed() == await listed(theme_id=forum.theme_id) == [first, second]
    assert await listed(status="estimated") == [second]
    assert await listed(theme_id=first.rpartition("/")[2]) == []
    assert await listed(limit="1") == [first]
    csv = await forum.client.get(
        "/v1/cost-verifications", headers=forum.as_("approver", OKUTAMA) | {"Accept": "text/csv"}
    )
    assert csv.text.startswith("\ufeffversion,id,テーマ,依頼した団体,")


@pytest.mark.parametrize(
    "change",
    [
        {"one_off": -1},
        {"one_off": 1.5},
        {"variable_per_unit": "30"},
        {"based_on_quantity": 0},
        {"sources": []},
        {"sources": [""]},
        {"unit_ja": ""},
        {"based_on_needs": 62},
        {"per_year": 1},
    ],
)
async def test_an_estimate_that_does_not_fit_writes_nothing(forum: Forum, change: dict[str, Any]) -> None:
    it = await forum.requested()
    refused = await forum.send("PUT", f"{it}/estimate", ESTIMATE | change)
    assert refused.status_code == 422, refused.text
    assert (await forum.send("GET", it)).headers["ETag"] == '"1"'


async def test_what_is_asked_of_the_wrong_thing_is_refused(forum: Forum) -> None:
    it, nowhere = await forum.requested(), "0193f1a0-0000-7000-8000-000000000000"
    for body, status in (
        ({"theme_id": forum.theme_id, "tolerance": "6/5"}, 422),
        ({"theme_id": forum.theme_id, "tolerance": 0.2}, 422),
        ({"theme_id": nowhere, "tolerance": "1/5"}, 404),
    ):
        assert (await forum.send("POST", "/v1/cost-verifications", body)).status_code == status
    early = await forum.send("PUT", f"{it}/verification")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/not-estimated")
    for path in ("", "/history", "/counter-estimates"):
        assert (await forum.send("GET", f"/v1/cost-verifications/{nowhere}{path}")).status_code == 404
    assert (await forum.send("PUT", f"/v1/cost-verifications/{nowhere}/estimate", ESTIMATE)).status_code == 404
    assert (await forum.send("GET", it, None, "supplier")).status_code == 403
    stale = await forum.client.put(
        f"{it}/estimate", json=ESTIMATE, headers=forum.as_("secretariat") | {"If-Match": '"7"'}
    )
    assert stale.status_code == 412
