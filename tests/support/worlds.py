"""Services with the private data of two municipalities in them, to look over the walls between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from kyodo_cost_ledger.testing import PROJECT, Story, learn, terms
from tests.support.running import Running

As = Callable[..., dict[str, str]]

OWN, OTHER = "131016", "132039"
ANY = {"If-Match": "*"}
# Distinct figures, so that whoever sees one has seen the row it stands in.
QUANTITY = {OWN: 1_000_001, OTHER: 7_654_321}


@dataclass(frozen=True)
class World:
    """A service, values for its path parameters that lead to existing things, and bodies for its changes."""

    service: Running
    paths: dict[str, list[str]]
    bodies: dict[str, Any] = field(default_factory=dict)


async def procurement(service: Running, as_: As) -> World:
    """A theme that both answered and a project of both, with terms still to be consented to, and use of both."""

    async def send(method: str, path: str, body: Any, *role: str) -> Any:
        headers = as_(*role or ("secretariat",)) | ANY
        answer: httpx.Response = await service.client.request(method, path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    theme_in = {"name_ja": "電子申請", "kind": "existing_shared_service", "group": "existing_services", "stage": "full"}
    theme, running = [(await send("POST", "/v1/themes", theme_in))["id"] for _ in range(2)]
    for survey in (theme, running):
        await send("PUT", f"/v1/themes/{survey}/survey", {"deadline": "2099-12-31"})
        for code in (OWN, OTHER):
            answer_in = {"need": "need", "firm_quantity": QUANTITY[code], "remarks": f"内部事情 {code * 2}"}
            await send("PUT", f"/v1/themes/{survey}/answers/{code}", answer_in, "officer", code)
    await send("PUT", f"/v1/themes/{theme}/survey/closing", None)
    await send("PUT", f"/v1/themes/{theme}/selection", {"decision": "確認事項2"})
    project_in = {"theme_id": theme, "name_ja": "電子申請", "stage": "full", "participants": {OWN: "2024-04"}}
    project = (await send("POST", "/v1/projects", project_in | {"participants": {OWN: "2024-04", OTHER: "2024-04"}}))[
        "id"
    ]
    proposal_in = {
        "project_id": project,
        "terms": {
            "fiscal_year": 2024,
            "effective_from": "2024-04",
            "usage": [{"meter": "applications", "label_ja": "電子申請", "unit_ja": "件", "unit_price": 30}],
        },
    }
    proposal = await send("POST", "/v1/burden-terms", proposal_in)
    record = {"meter": "applications", "used_on": "2024-04-10"}
    records = [
        {**record, "municipality": code, "quantity": QUANTITY[code] * 2, "record": code} for code in (OWN, OTHER)
    ]
    await send("POST", "/v1/usage-batches", {"project_id": project, "records": records})
    return World(
        service,
        # Answers may be changed on the theme whose survey still runs.
        {"theme_id": [running, theme], "project_id": [project], "terms_id": [proposal["id"]]},
        {
            "PUT /v1/themes/{theme_id}/answers/{municipality}": {"need": "no"},
            "PUT /v1/projects/{project_id}/participants/{municipality}": {"from_month": "2030-04"},
            "PUT /v1/projects/{project_id}/participants/{municipality}/leaving": {"last_month": "2024-12"},
            "PUT /v1/burden-terms/{terms_id}/consents/{municipality}": {"terms_hash": proposal["terms_hash"]},
            "POST /v1/usage-batches": {
                "project_id": project,
                "records": [{**record, "municipality": OTHER, "quantity": 5, "record": "planted"}],
            },
        },
    )


async def cost_ledger(service: Running, as_: As) -> World:
    """Charges, waiting usage and the statements of a closed month of both."""
    story = Story().started().joined(OWN, OTHER).agreed(terms(1_200_001, tokyo="1/2"))
    for code in (OWN, OTHER):
        story.used(code, QUANTITY[code]).used(code, QUANTITY[code] + 1, meter="seats")
        story.used(code, QUANTITY[code] + 2, "2024-05-10")
    async with service.app.state.runtime.database.transaction() as tx:
        await learn(tx, story.told)
    closed = await service.client.post("/v1/closings", json={"month": "2024-04"}, headers=as_("secretariat"))
    assert closed.status_code == 201, closed.text
    return World(
        service,
        {
            "project_id": [PROJECT],
            "month": ["2024-04"],
            "book": ["base", "usage"],
            "item": ["equal", "population", "applications", "seats"],
        },
        {"POST /v1/closings": {"month": "2024-05"}},
    )


async def supporter_matching(service: Running, as_: As) -> World:
    """A supporter at home in each."""
    ids = {}
    for code in (OWN, OTHER):
        body = {"home_municipality": code, "languages": ["ja"], "sessions_per_month": 4}
        answer = await service.client.post("/v1/supporters", json=body, headers=as_("secretariat"))
        assert answer.status_code == 201, answer.text
        ids[code] = answer.json()["id"]
    return World(service, {"supporter_id": [ids[OTHER]]})


async def academy(service: Running, as_: As) -> World:
    """A course to come; nothing of it is private."""
    body = {"title_ja": "入門", "programme": "shared_training", "starts_on": "2099-06-01", "seats": 40}
    answer = await service.client.post("/v1/courses", json=body, headers=as_("secretariat"))
    assert answer.status_code == 201, answer.text
    return World(service, {"course_id": [answer.json()["id"]]})


PRIVATE = {"procurement": procurement, "cost-ledger": cost_ledger, "supporter-matching": supporter_matching}
WORLDS = {**PRIVATE, "academy": academy}
