"""A theme that both answered and a project of both, with terms still to be consented to."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, QUANTITY, Building


async def add(world: Building) -> None:
    """Add it."""
    send = world.send
    decision = {"meeting_id": world.paths["meeting_id"][0], "confirmation": 2}
    theme_in = {"name_ja": "電子申請", "kind": "existing_shared_service", "group": "existing_services", "stage": "full"}
    theme, running = [(await send("POST", "/v1/themes", theme_in))["id"] for _ in range(2)]
    for survey in (theme, running):
        await send("PUT", f"/v1/themes/{survey}/survey", {"deadline": "2099-12-31"})
        for code in (OWN, OTHER):
            answer_in = {
                "need": "need",
                "firm_quantity": QUANTITY[code],
                "optional_quantity": QUANTITY[code] + 3,
                "current_unit_price": QUANTITY[code] + 4,
                "current_contract_ends": "2025-03-31",
                "budget_year": 2025,
                "remarks": f"内部事情 {code * 2}",
            }
            await send("PUT", f"/v1/themes/{survey}/answers/{code}", answer_in, "officer", code)
    await send("PUT", f"/v1/themes/{theme}/survey/closing", None)
    await send("PUT", f"/v1/themes/{theme}/selection", {"decision": decision})
    waiver = {"reason": "以前から共同で運用している", "decision": decision}
    project_in = {"theme_id": theme, "name_ja": "電子申請", "stage": "full", "waiver": waiver}
    project = (await send("POST", "/v1/projects", project_in))["id"]
    for code in (OWN, OTHER):
        signature_in = {"from_month": "2024-04", "kind": "full"}
        await send("PUT", f"/v1/projects/{project}/agreements/{code}/signature", signature_in, "approver", code)
    proposal_in = {
        "project_id": project,
        "terms": {
            "fiscal_year": 2024,
            "effective_from": "2024-04",
            "usage": [{"meter": "applications", "label_ja": "電子申請", "unit_ja": "件", "unit_price": 30}],
        },
    }
    proposal = await send("POST", "/v1/burden-terms", proposal_in)
    # Answers may be changed on the theme whose survey still runs.
    world.paths.update({"theme_id": [running, theme], "project_id": [project], "terms_id": [proposal["id"]]})
    world.bodies.update(
        {
            "POST /v1/themes": theme_in,
            "PUT /v1/themes/{theme_id}/survey": {"deadline": "2099-12-31"},
            "PUT /v1/themes/{theme_id}/answers/{municipality}": {"need": "interest"},
            "PUT /v1/themes/{theme_id}/survey/reopening": {"deadline": "2099-12-31", "reason": "再調査"},
            "PUT /v1/themes/{theme_id}/selection": {"decision": decision},
            "PUT /v1/themes/{theme_id}/reselection": {"decision": decision, "reason": "財源の確保"},
            "PUT /v1/themes/{theme_id}/shelving": {"reason": "見送り"},
            "PUT /v1/themes/{theme_id}/flag/clearing": {"reason": "次年度に再調査"},
            "PUT /v1/themes/{theme_id}/merging": {"into": theme, "reason": "重複"},
            "PUT /v1/burden-terms/{terms_id}/consents/{municipality}": {
                "terms_hash": proposal["terms_hash"],
                "to_the_past": True,
            },
            "PUT /v1/burden-terms/{terms_id}/objections/{municipality}": {"reason": "単価が高い"},
        }
    )
