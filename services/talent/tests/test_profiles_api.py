"""Who reads an expert's personal data, over HTTP: the expert, and those who may and said what for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from conftest import Api, As
from tests.support.talent.profiles import PERSON

ANY = {"If-Match": "*"}
KUNITACHI, OKUTAMA = "132152", "133086"
CONSENT = {"municipalities": [KUNITACHI], "until": "2027-03-31", "reference": "第5-123号"}


@dataclass
class Desk:
    """One expert with a profile, and everybody who asks for it."""

    http: httpx.AsyncClient
    as_: As
    expert_id: str

    async def do(
        self, method: str, path: str, body: Any = None, *role: str, person: str | None = None
    ) -> httpx.Response:
        headers = self.as_(*role or ("secretariat",), person=person) | ANY
        return await self.http.request(method, f"/v1/experts/{self.expert_id}{path}", json=body, headers=headers)

    async def seen(self, *role: str, person: str | None = None) -> dict[str, Any]:
        answer = await self.do("GET", "/profile", None, *role, person=person)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def open(self, *role: str, purpose: str = "introduction") -> httpx.Response:
        return await self.do("POST", "/profile-views", {"purpose": purpose}, *role)


@pytest.fixture
async def desk(api: Api, as_: As) -> Desk:
    talent = await api("talent")
    body = {"personas": ["engineer"], "half_days_per_month": 12}
    expert = (await talent.post("/v1/experts", json=body, headers=as_("secretariat"))).json()
    desk = Desk(talent, as_, expert["id"])
    assert (await desk.do("PUT", "/profile", PERSON)).json()["fields"] == sorted(PERSON)
    return desk


def is_open(profile: dict[str, Any]) -> bool:
    told = {name for name in PERSON if profile[name] is not None}
    assert told in (set(), set(PERSON)), "all of it or nothing"
    return profile["shown"] == "open" and {name: profile[name] for name in PERSON} == PERSON


@pytest.mark.parametrize(
    ("role", "person"),
    [
        (("secretariat",), None),
        (("auditor",), None),
        (("officer", KUNITACHI), None),
        (("approver", OKUTAMA), None),
    ],
)
async def test_nobody_sees_more_than_the_pseudonym_by_just_looking(
    desk: Desk, role: tuple[str, ...], person: str | None
) -> None:
    profile = await desk.seen(*role, person=person)
    assert not is_open(profile)
    assert profile["pseudonym"] == f"expert-{desk.expert_id}"


async def test_the_expert_reads_the_own_profile_and_no_other(desk: Desk) -> None:
    assert is_open(await desk.seen("expert", person=desk.expert_id))
    other = await desk.do("GET", "/profile", None, "expert", person="0193f1a0-0000-7000-8000-000000000009")
    assert other.status_code == 404
    unnamed = await desk.do("GET", "/profile", None, "expert")
    assert unnamed.status_code == 404


async def test_a_municipality_opens_with_consent_for_the_purpose_and_the_expert_sees_it(desk: Desk) -> None:
    refused = await desk.open("officer", KUNITACHI)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-consent")
    await desk.do("PUT", "/consents/introduction", CONSENT)
    assert (await desk.open("officer", KUNITACHI, purpose="support")).status_code == 409, "for another purpose"
    assert (await desk.open("officer", OKUTAMA)).status_code == 409, "to another municipality"

    assert (await desk.open("officer", KUNITACHI)).status_code == 200
    assert is_open(await desk.seen("officer", KUNITACHI))
    assert not is_open(await desk.seen("officer", OKUTAMA))

    looks = (await desk.do("GET", "/profile-views", None, "expert", person=desk.expert_id)).json()["items"]
    assert [(look["municipality"], look["purpose"]) for look in looks] == [(KUNITACHI, "introduction")]
    assert (await desk.do("GET", "/profile-views", None, "officer", OKUTAMA)).json()["items"] == []


async def test_consent_withdrawn_means_access_ends_at_once(desk: Desk) -> None:
    await desk.do("PUT", "/consents/introduction", CONSENT)
    await desk.open("officer", KUNITACHI)
    withdrawn = await desk.do(
        "PUT", "/consents/introduction/withdrawal", {"everybody": True}, "expert", person=desk.expert_id
    )
    assert withdrawn.json()["items"][0]["withdrawn_at"] is not None
    assert not is_open(await desk.seen("officer", KUNITACHI))
    assert (await desk.open("officer", KUNITACHI)).status_code == 409


async def test_the_secretariat_too_says_what_for(desk: Desk) -> None:
    assert (await desk.open("secretariat")).status_code == 200
    assert is_open(await desk.seen("secretariat"))
    assert not is_open(await desk.seen("auditor"))
    looks = (await desk.do("GET", "/profile-views", None, "expert", person=desk.expert_id)).json()["items"]
    assert [look["municipality"] for look in looks] == ["tokyo"]


async def test_an_answer_that_may_be_stored_repeats_nothing(desk: Desk) -> None:
    headers = desk.as_("secretariat") | ANY | {"Idempotency-Key": "the-same"}
    path = f"/v1/experts/{desk.expert_id}/profile"
    first, again = [await desk.http.put(path, json=PERSON, headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    assert not any(text in first.text for text in PERSON.values())


async def test_a_stale_profile_is_not_overwritten(desk: Desk) -> None:
    headers = desk.as_("secretariat") | {"If-Match": '"0"'}
    answer = await desk.http.put(f"/v1/experts/{desk.expert_id}/profile", json=PERSON, headers=headers)
    assert answer.status_code == 412


@pytest.mark.parametrize(
    ("path", "body", "type_"),
    [
        ("/consents/introduction", CONSENT | {"until": "2020-01-01"}, "consent-day-impossible"),
        ("/consents/introduction", CONSENT | {"reference": None}, "consent-paper-missing"),
    ],
)
async def test_wrong_consents(desk: Desk, path: str, body: dict[str, Any], type_: str) -> None:
    answer = await desk.do("PUT", path, body)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{type_}")
    assert (await desk.do("GET", "/consents")).json()["items"] == []


async def test_erased_by_the_expert_it_is_gone_for_everybody(desk: Desk) -> None:
    await desk.do("PUT", "/consents/introduction", CONSENT)
    await desk.open("officer", KUNITACHI)
    await desk.open("secretariat")
    unproved = await desk.do("POST", "/erasure", {})
    assert unproved.json()["type"] == "/problems/erasure-reference-missing"
    assert is_open(await desk.seen("secretariat")), "nothing was erased without the request"

    erased = await desk.do("POST", "/erasure", {}, "expert", person=desk.expert_id)
    assert (erased.status_code, erased.json()["erased"]) == (200, True)
    for role, person in (
        (("secretariat",), None),
        (("officer", KUNITACHI), None),
        (("expert",), desk.expert_id),
    ):
        profile = await desk.seen(*role, person=person)
        assert (profile["shown"], profile["shown_ja"], profile["name_ja"]) == ("erased", "削除済", None)
    assert (await desk.do("PUT", "/profile", PERSON)).json()["type"] == "/problems/person-erased"
    assert (await desk.open("secretariat")).json()["type"] == "/problems/expert-erased"
    again = await desk.do("POST", "/erasure", {}, "expert", person=desk.expert_id)
    assert again.status_code == 200
