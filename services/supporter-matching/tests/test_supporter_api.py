"""Supporters over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from conftest import Api, As

MUSASHINO, MITAKA = "132039", "132047"
HELPER = {"home_municipality": MUSASHINO, "languages": ["jsl", "ja"], "sessions_per_month": 6}


@pytest.fixture
async def matching(api: Api) -> httpx.AsyncClient:
    return await api("supporter-matching")


async def register(matching: httpx.AsyncClient, as_: As, **changes: Any) -> dict[str, Any]:
    created = await matching.post("/v1/supporters", json=HELPER | changes, headers=as_("secretariat"))
    assert created.status_code == 201
    assert created.headers["ETag"] == '"1"'
    supporter: dict[str, Any] = created.json()
    return supporter


async def test_a_supporter_is_registered_under_a_pseudonym(matching: httpx.AsyncClient, as_: As) -> None:
    supporter = await register(matching, as_)
    assert supporter["pseudonym"] == f"supporter-{supporter['id']}"
    assert supporter["languages"] == {"ja": "日本語", "jsl": "日本手話"}
    assert supporter["status"] == "active"


async def test_rest_and_resume(matching: httpx.AsyncClient, as_: As) -> None:
    address = f"/v1/supporters/{(await register(matching, as_))['id']}"

    async def post(decision: str, if_match: str) -> httpx.Response:
        return await matching.post(f"{address}/{decision}", headers=as_("secretariat") | {"If-Match": if_match})

    assert (await matching.post(f"{address}/rest", headers=as_("secretariat"))).status_code == 428
    rested = await post("rest", '"1"')
    assert (rested.json()["status"], rested.headers["ETag"]) == ("resting", '"2"')
    assert (await post("resume", '"1"')).status_code == 412
    resumed = await post("resume", "*")
    assert (resumed.json()["status"], resumed.headers["ETag"]) == ("active", '"3"')

    read = await matching.get(address, headers=as_("secretariat"))
    assert (read.json(), read.headers["ETag"]) == (resumed.json(), '"3"')


async def test_a_repeated_key_registers_once(matching: httpx.AsyncClient, as_: As) -> None:
    headers = as_("secretariat") | {"Idempotency-Key": "the-same"}
    first, again = [await matching.post("/v1/supporters", json=HELPER, headers=headers) for _ in range(2)]
    assert first.json() == again.json()

    listed = await matching.get("/v1/supporters", headers=as_("secretariat"))
    assert listed.json()["items"] == [first.json()]


async def test_a_municipality_sees_its_own_supporters_only(matching: httpx.AsyncClient, as_: As) -> None:
    here = await register(matching, as_)
    there = await register(matching, as_, home_municipality=MITAKA)
    officer = as_("officer", MUSASHINO)

    assert (await matching.get("/v1/supporters", headers=officer)).json()["items"] == [here]
    assert (await matching.get(f"/v1/supporters/{here['id']}", headers=officer)).json() == here
    assert (await matching.get(f"/v1/supporters/{there['id']}", headers=officer)).status_code == 404
    everybody = await matching.get("/v1/supporters", headers=as_("secretariat"))
    assert everybody.json()["items"] == [here, there]


async def test_supporters_are_found_by_status(matching: httpx.AsyncClient, as_: As) -> None:
    resting, active = await register(matching, as_), await register(matching, as_)
    headers = as_("secretariat") | {"If-Match": "*"}
    await matching.post(f"/v1/supporters/{resting['id']}/rest", headers=headers)

    found = await matching.get("/v1/supporters", params={"status": "active"}, headers=as_("officer", MUSASHINO))
    assert found.json()["items"] == [active]


async def test_only_the_secretariat_registers(matching: httpx.AsyncClient, as_: As) -> None:
    refused = await matching.post("/v1/supporters", json=HELPER, headers=as_("officer", MUSASHINO))
    assert refused.status_code == 403
