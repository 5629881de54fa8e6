"""The expert's sealed profile, consents to both, and a look of each."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building

PERSON = {
    "name_ja": "見本 花子",
    "name_kana": "ミホン ハナコ",
    "email": "placeholder@example.jp",
    "phone": "03-0000-0000",
    "employer_ja": "株式会社サンプル人材",
    "cv_ja": "見本としての経歴。自治体の業務改革に十年従事。",
}


async def add(world: Building) -> None:
    """Add it."""
    (expert_id,) = world.paths["expert_id"]
    at = f"/v1/experts/{expert_id}"
    await world.send("PUT", f"{at}/profile", PERSON)
    consent = {"municipalities": [OWN, OTHER], "until": "2027-03-31", "reference": "第5-123号"}
    for purpose in ("introduction", "shared_use"):
        await world.send("PUT", f"{at}/consents/{purpose}", consent)
    world.paths["purpose"] = ["introduction"]
    for code in (OWN, OTHER):
        await world.send("POST", f"{at}/profile-views", {"purpose": "introduction"}, "officer", code)
    world.bodies.update(
        {
            "PUT /v1/experts/{expert_id}/profile": PERSON,
            "POST /v1/experts/{expert_id}/profile-views": {"purpose": "introduction"},
            "PUT /v1/experts/{expert_id}/consents/{purpose}": consent,
            "PUT /v1/experts/{expert_id}/consents/{purpose}/withdrawal": {"everybody": True},
        }
    )
