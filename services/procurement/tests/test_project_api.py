"""Projects, burden terms and usage over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from conftest import Api, As

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
ANY = {"If-Match": "*"}
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"
TERMS = {
    "fiscal_year": 2024,
    "effective_from": "2024-04",
    "base": {
        "annual_amount": 120_000_000,
        "tokyo_share": "1/2",
        "components": [{"driver": "equal", "share": "1/5"}, {"driver": "population", "share": "4/5"}],
    },
    "usage": [{"meter": "applications", "label_ja": "電子申請", "unit_ja": "件", "unit_price": 30}],
}


class Procurement:
    """The service as its callers use it."""

    def __init__(self, client: httpx.AsyncClient, as_: As) -> None:
        self.client, self.as_ = client, as_

    async def post(self, path: str, body: Any, *role: str) -> httpx.Response:
        return await self.client.post(path, json=body, headers=self.as_(*role or ("secretariat",)))

    async def put(self, path: str, body: Any, *role: str) -> httpx.Response:
        return await self.client.put(path, json=body, headers=self.as_(*role or ("secretariat",)) | ANY)

    async def delete(self, path: str, *role: str) -> httpx.Response:
        return await self.client.delete(path, headers=self.as_(*role or ("secretariat",)) | ANY)

    async def get(self, path: str, *role: str) -> Any:
        response = await self.client.get(path, headers=self.as_(*role or ("secretariat",)))
        assert response.status_code == 200, response.text
        return response.json()

    async def theme(self, needs: int = 2) -> str:
        """A theme that was surveyed, and selected where enough need it."""
        theme = {
            "name_ja": "電子申請",
            "kind": "existing_shared_service",
            "group": "existing_services",
            "stage": "full",
        }
        theme_id: str = (await self.post("/v1/themes", theme)).json()["id"]
        await self.put(f"/v1/themes/{theme_id}/survey", {"deadline": "2099-12-31"})
        for code in (CHIYODA, MUSASHINO)[:needs]:
            await self.put(f"/v1/themes/{theme_id}/answers/{code}", {"need": "need"}, "officer", code)
        await self.put(f"/v1/themes/{theme_id}/survey/closing", None)
        await self.put(f"/v1/themes/{theme_id}/selection", {"decision": "確認事項2"})
        return theme_id

    async def start(self, theme_id: str, *participants: str) -> httpx.Response:
        months = dict.fromkeys(participants, "2024-04")
        body = {"theme_id": theme_id, "name_ja": "共同電子申請", "stage": "full", "participants": months}
        return await self.post("/v1/projects", body)

    async def project(self, *participants: str) -> str:
        """A project with participants from April 2024 on."""
        started = await self.start(await self.theme(), *participants)
        assert started.status_code == 201, started.text
        project_id: str = started.json()["id"]
        return project_id

    async def proposal(self, project_id: str) -> dict[str, Any]:
        proposed = await self.post("/v1/burden-terms", {"project_id": project_id, "terms": TERMS})
        assert proposed.status_code == 201, proposed.text
        terms: dict[str, Any] = proposed.json()
        return terms

    async def consent(self, terms: dict[str, Any], municipality: str, **changes: str) -> httpx.Response:
        path, body = f"/v1/burden-terms/{terms['id']}/consents/{municipality}", {"terms_hash": terms["terms_hash"]}
        return await self.put(path, body | changes, "approver", municipality)


@pytest.fixture
async def procurement(api: Api, as_: As) -> Procurement:
    return Procurement(await api("procurement"), as_)


async def test_a_project_starts_on_a_selected_theme(procurement: Procurement) -> None:
    project_id = await procurement.project(MUSASHINO, CHIYODA)
    read = await procurement.get(f"/v1/projects/{project_id}")
    assert (read["name_ja"], read["stage"], read["version"]) == ("共同電子申請", "full", 3)
    assert [item["id"] for item in (await procurement.get("/v1/projects?stage=full"))["items"]] == [project_id]
    assert (await procurement.get("/v1/projects?stage=trial"))["items"] == []

    not_selected = await procurement.start(await procurement.theme(needs=1))
    assert (not_selected.status_code, not_selected.json()["type"]) == (409, "/problems/theme-not-selected")
    unknown = await procurement.start(NO_SUCH_ID)
    assert unknown.status_code == 404


async def test_participants_join_leave_and_come_back(procurement: Procurement) -> None:
    project_id = await procurement.project(CHIYODA)
    place = f"/v1/projects/{project_id}/participants/{MUSASHINO}"
    joined = await procurement.put(place, {"from_month": "2024-10"}, "approver", MUSASHINO)
    assert joined.status_code == 200, joined.text
    foreign = await procurement.put(place, {"from_month": "2024-10"}, "approver", CHIYODA)
    assert foreign.status_code == 404
    left = await procurement.put(f"{place}/leaving", {"last_month": "2025-03"}, "approver", MUSASHINO)
    assert left.status_code == 200, left.text
    early = await procurement.put(place, {"from_month": "2025-03"})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/already-takes-part")
    assert (await procurement.put(place, {"from_month": "2025-07"})).status_code == 200

    listed = await procurement.get(f"/v1/projects/{project_id}/participants")
    assert listed["items"] == [
        {"municipality": CHIYODA, "from_month": "2024-04", "last_month": None},
        {"municipality": MUSASHINO, "from_month": "2024-10", "last_month": "2025-03"},
        {"municipality": MUSASHINO, "from_month": "2025-07", "last_month": None},
    ]


async def test_terms_are_in_force_with_the_last_consent(procurement: Procurement) -> None:
    project_id = await procurement.project(CHIYODA, MUSASHINO)
    terms = await procurement.proposal(project_id)
    assert (terms["terms"], terms["terms_version"], terms["missing"]) == (TERMS, 1, [CHIYODA, MUSASHINO])

    await procurement.put(  # acceding later needs no consent of its own
        f"/v1/projects/{project_id}/participants/{OKUTAMA}", {"from_month": "2024-10"}
    )
    not_asked = await procurement.consent(terms, OKUTAMA)
    assert (not_asked.status_code, not_asked.json()["type"]) == (409, "/problems/consent-not-needed")
    other_text = await procurement.consent(terms, CHIYODA, terms_hash="0" * 64)
    assert (other_text.status_code, other_text.json()["type"]) == (409, "/problems/other-terms")

    first = await procurement.consent(terms, MUSASHINO)
    assert (first.json()["status"], first.json()["missing"]) == ("proposed", [CHIYODA])
    assert await procurement.get(f"/v1/burden-terms/{terms['id']}") == first.json()
    last = await procurement.consent(terms, CHIYODA)
    assert (last.json()["status"], last.json()["consented"]) == ("in_force", [CHIYODA, MUSASHINO])
    assert await procurement.get(f"/v1/burden-terms/{terms['id']}", "officer", OKUTAMA) == last.json()
    too_late = await procurement.delete(f"/v1/burden-terms/{terms['id']}")
    assert (too_late.status_code, too_late.json()["type"]) == (409, "/problems/proposal-not-open")


async def test_terms_of_a_project_are_numbered_also_when_proposed_at_once(procurement: Procurement) -> None:
    project_id = await procurement.project(CHIYODA)
    proposals = await asyncio.gather(*(procurement.proposal(project_id) for _ in range(4)))
    assert sorted(terms["terms_version"] for terms in proposals) == [1, 2, 3, 4]
    withdrawn = await procurement.delete(f"/v1/burden-terms/{proposals[0]['id']}")
    assert withdrawn.json()["status"] == "withdrawn"
    listed = await procurement.get(f"/v1/burden-terms?project_id={project_id}")
    assert {item["id"] for item in listed["items"]} == {terms["id"] for terms in proposals}
    assert (await procurement.get(f"/v1/burden-terms?project_id={NO_SUCH_ID}"))["items"] == []


async def test_terms_need_a_project_and_somebody_who_takes_part(procurement: Procurement) -> None:
    body = {"project_id": await procurement.project(), "terms": TERMS}
    nobody = await procurement.post("/v1/burden-terms", body)
    assert (nobody.status_code, nobody.json()["type"]) == (409, "/problems/nobody-takes-part")
    assert (await procurement.get(f"/v1/projects/{body['project_id']}"))["version"] == 1  # no number was spent
    unknown = await procurement.post("/v1/burden-terms", body | {"project_id": NO_SUCH_ID})
    assert unknown.status_code == 404


def used(record: str, municipality: str, quantity: int, used_on: str = "2024-04-30") -> dict[str, Any]:
    meter = {"record": record, "meter": "applications", "municipality": municipality}
    return meter | {"quantity": quantity, "used_on": used_on}


async def test_usage_is_recorded_once_and_summed_by_month(procurement: Procurement) -> None:
    project_id = await procurement.project(CHIYODA)
    records = [used("a", CHIYODA, 3), used("b", CHIYODA, 4), used("c", MUSASHINO, 5, "2024-05-01")]
    batch = {"project_id": project_id, "records": [*records, records[0]]}
    first = await procurement.post("/v1/usage-batches", batch, "supplier")
    assert (first.status_code, first.json()) == (201, {"received": 4, "recorded": 3, "duplicates": 1})
    again = await procurement.post("/v1/usage-batches", batch | {"records": records}, "operator")
    assert again.json() == {"received": 3, "recorded": 0, "duplicates": 3}

    chiyoda = {"project_id": project_id, "municipality": CHIYODA, "month": "2024-04", "meter": "applications"}
    chiyoda_used = chiyoda | {"quantity": 7, "records": 2}
    listed = (await procurement.get(f"/v1/usage?project_id={project_id}"))["items"]
    assert listed == [
        chiyoda_used,
        chiyoda_used | {"municipality": MUSASHINO, "month": "2024-05", "quantity": 5, "records": 1},
    ]
    assert (await procurement.get("/v1/usage", "officer", CHIYODA))["items"] == [chiyoda_used]
    assert (await procurement.get("/v1/usage?month=2024-06"))["items"] == []
    page = await procurement.get("/v1/usage?limit=1")
    rest = await procurement.client.get(
        "/v1/usage", params={"limit": 1, "cursor": page["next"]}, headers=procurement.as_("secretariat")
    )
    assert [row["municipality"] for row in rest.json()["items"]] == [MUSASHINO]


async def test_usage_needs_a_project_and_good_records(procurement: Procurement) -> None:
    unknown = await procurement.post(
        "/v1/usage-batches", {"project_id": NO_SUCH_ID, "records": [used("a", CHIYODA, 1)]}
    )
    assert unknown.status_code == 404
    project_id = await procurement.project(CHIYODA)
    for bad in (
        used("a", CHIYODA, 0),
        used("a", "131017", 1),
        used("a", CHIYODA, 1, "1999-01-01"),
        used("", CHIYODA, 1),
    ):
        records = [used("good", CHIYODA, 1), bad]
        refused = await procurement.post("/v1/usage-batches", {"project_id": project_id, "records": records})
        assert refused.status_code == 422, refused.text
    assert (await procurement.get("/v1/usage"))["items"] == []


async def test_a_full_batch_is_taken_in_one_request(procurement: Procurement) -> None:
    project_id = await procurement.project(CHIYODA)
    records = [used(f"r{number}", (CHIYODA, MUSASHINO)[number % 2], 1) for number in range(10_000)]
    taken = await procurement.post("/v1/usage-batches", {"project_id": project_id, "records": records}, "supplier")
    assert taken.json() == {"received": 10_000, "recorded": 10_000, "duplicates": 0}
    assert [row["records"] for row in (await procurement.get("/v1/usage"))["items"]] == [5_000, 5_000]
