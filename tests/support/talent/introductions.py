"""A case of each municipality: introduced, interviewed, with notes that only their readers see."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building
from tests.support.talent.requests import triage, wanted

NOTES = {OWN: "千代田区での面談の記録：落ち着いた説明。", OTHER: "武蔵野市での面談の記録：経験が豊富。"}


async def add(world: Building) -> None:
    """Add them; a case's path leads to the other municipality's first."""
    (expert_id,) = world.paths["expert_id"]
    ids = {}
    for code in (OWN, OTHER):
        request = await world.send("POST", "/v1/requests", wanted(code) | {"budget_yen": 0}, "officer", code)
        path = f"/v1/requests/{request['request_id']}"
        await world.send("PUT", f"{path}/submission/{code}", None, "officer", code)
        await world.send("PUT", f"{path}/triage", triage(code) | {"kind": "introduction"})
        body = {"request_id": request["request_id"], "expert_id": expert_id}
        case = f"/v1/introductions/{(await world.send('POST', '/v1/introductions', body))['case_id']}"
        await world.send("PUT", f"{case}/consent-request", None)
        headers = world.as_("expert", person=expert_id) | {"If-Match": "*"}
        agreed = await world.service.client.put(
            f"{case}/consent/{expert_id}", json={"until": "2027-03-31"}, headers=headers
        )
        assert agreed.is_success, agreed.text
        await world.send("PUT", f"{case}/referral", None)
        interview = {"day": "2024-04-01", "notes_ja": NOTES[code]}
        await world.send("PUT", f"{case}/interview/{code}", interview, "officer", code)
        ids[code] = case.rpartition("/")[2]
    world.paths["case_id"] = [ids[OTHER]]
    world.paths["months"] = ["3"]
    reason = {"reason": "other"}
    world.bodies.update(
        {
            "PUT /v1/introductions/{case_id}/interview/{municipality}": {"day": "2024-04-01", "notes_ja": NOTES[OWN]},
            "PUT /v1/introductions/{case_id}/offer/{municipality}": {"from_day": "2024-07-01"},
            "PUT /v1/introductions/{case_id}/non-selection/{municipality}": reason,
            "PUT /v1/introductions/{case_id}/withdrawal/{municipality}": reason,
            "PUT /v1/introductions/{case_id}/non-referral": reason,
        }
    )
