"""Experts over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from conftest import Api, As

PROJECT_LEAD = {"personas": ["engineer", "project_manager"], "half_days_per_month": 12}


@pytest.fixture
async def talent(api: Api) -> httpx.AsyncClient:
    return await api("talent")


async def register(talent: httpx.AsyncClient, as_: As, **changes: Any) -> httpx.Response:
    return await talent.post("/v1/experts", json=PROJECT_LEAD | changes, headers=as_("secretariat"))


async def test_an_expert_is_registered_under_a_pseudonym(talent: httpx.AsyncClient, as_: As) -> None:
    created = await register(talent, as_)
    assert created.status_code == 201
    assert created.headers["ETag"] == '"1"'
    expert = created.json()
    assert expert["pseudonym"] == f"expert-{expert['id']}"
    assert expert["personas"] == {"project_manager": "プロジェクトマネージャー", "engineer": "エンジニア"}

    read = await talent.get(f"/v1/experts/{expert['id']}", headers=as_("officer", "132039"))
    assert (read.json(), read.headers["ETag"]) == (expert, '"1"')


async def test_a_repeated_key_registers_once(talent: httpx.AsyncClient, as_: As) -> None:
    headers = as_("secretariat") | {"Idempotency-Key": "the-same"}
    first, again = [await talent.post("/v1/experts", json=PROJECT_LEAD, headers=headers) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()

    listed = await talent.get("/v1/experts", headers=as_("secretariat"))
    assert [expert["id"] for expert in listed.json()["items"]] == [first.json()["id"]]


async def test_experts_are_found_by_persona_page_by_page(talent: httpx.AsyncClient, as_: As) -> None:
    await register(talent, as_, personas=["producer"])
    engineers = [(await register(talent, as_)).json() for _ in range(3)]

    found: list[Any] = []
    query = {"persona": "engineer", "limit": "2"}
    while True:
        page = (await talent.get("/v1/experts", params=query, headers=as_("officer", "132039"))).json()
        found += page["items"]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == engineers


async def test_only_the_secretariat_registers(talent: httpx.AsyncClient, as_: As) -> None:
    refused = await talent.post("/v1/experts", json=PROJECT_LEAD, headers=as_("officer", "132039"))
    assert refused.status_code == 403


@pytest.mark.parametrize("wrong", [{"personas": []}, {"personas": ["magician"]}, {"half_days_per_month": 63}])
async def test_what_no_expert_can_be_is_refused(talent: httpx.AsyncClient, as_: As, wrong: dict[str, Any]) -> None:
    assert (await register(talent, as_, **wrong)).status_code == 422
