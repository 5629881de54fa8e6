"""Answered questions of both municipalities; an expert is to answer the other one's."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building
from tests.support.talent.requests import wanted

QUESTIONS = {OWN: "千代田区の窓口の混雑をどう減らすか。", OTHER: "武蔵野市の職員研修をどう続けるか。"}


async def add(world: Building) -> None:
    """Add them."""
    expert_id = world.paths["expert_id"][0]
    ids = {}
    for code in (OWN, OTHER):
        asked = await world.send("POST", "/v1/consultations", question(code), "officer", code)
        ids[code] = asked["consultation_id"]
        path = f"/v1/consultations/{ids[code]}"
        await world.send("PUT", f"{path}/expert", {"expert_id": expert_id})
        await world.send("POST", f"{path}/answers", {"answer_ja": f"{code}への回答：担当課の件数を数える。"})
    world.paths["consultation_id"] = [ids[OTHER]]
    world.bodies.update(
        {
            "POST /v1/consultations": question(OWN),
            "PUT /v1/consultations/{consultation_id}/matter": {"matter": "counter_service"},
            "PUT /v1/consultations/{consultation_id}/expert": {"expert_id": expert_id},
            "POST /v1/consultations/{consultation_id}/answers": {"answer_ja": "担当課の件数を数える。"},
            "POST /v1/consultations/{consultation_id}/answers/{expert_id}": {"answer_ja": "担当課の件数を数える。"},
            "PUT /v1/consultations/{consultation_id}/closing/{municipality}": {"satisfaction": 4},
            "POST /v1/consultations/{consultation_id}/request/{municipality}": wanted(OWN),
        }
    )


def question(code: str) -> dict[str, str]:
    """What this municipality asks."""
    return {"title_ja": f"{code}の相談：業務の見直し", "question_ja": QUESTIONS[code]}
