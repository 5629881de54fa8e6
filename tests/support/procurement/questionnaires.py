"""A questionnaire that both answered."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, QUANTITY, Building

FORM = {
    "questions": [
        {"code": "seats", "text_ja": "利用見込み人数", "kind": "number"},
        {"code": "remarks", "text_ja": "意見", "kind": "text", "required": False},
    ]
}


async def add(world: Building) -> None:
    """Add it, open, with the answers of both."""
    body = {"title_ja": "会議後アンケート", "meeting_id": world.paths["meeting_id"][0], "form": FORM}
    id_ = (await world.send("POST", "/v1/questionnaires", body))["id"]
    await world.send("PUT", f"/v1/questionnaires/{id_}/opening", {"deadline": "2099-12-31"})
    for code in (OWN, OTHER):
        replies = {"seats": QUANTITY[code] + 77, "remarks": f"庁内の検討状況 {code * 2}"}
        answer = {"form_version": 1, "replies": replies}
        await world.send("PUT", f"/v1/questionnaires/{id_}/answers/{code}", answer, "officer", code)
    world.paths["questionnaire_id"] = [id_]
    world.bodies["PUT /v1/questionnaires/{questionnaire_id}/answers/{municipality}"] = {
        "form_version": 1,
        "replies": {"seats": 5},
    }
