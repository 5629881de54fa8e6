"""A guideline; a consultation and a running project of each, with results."""

from __future__ import annotations

from typing import Any

from tests.support.building import OTHER, OWN, QUANTITY, Building

GUIDELINE = {
    "title_ja": "地域主体のデジタルデバイド是正の手引",
    "edition": "第1版",
    "published_on": "2023-04-01",
    "url": "https://www.example.jp/guideline/1.pdf",
}


def plan(code: str) -> dict[str, Any]:
    """A plan."""
    return {
        "title_ja": f"町会ごとのスマホ教室 {code * 2}",
        "goal_ja": f"一人で申請できる人を増やす {code * 2}",
        "target_group_ja": f"75歳以上の一人暮らし {code * 2}",
        "measures": [f"町会館での教室 {code * 2}"],
        "planned_sessions": QUANTITY[code] // 1_000,
        "starts_on": "2001-04-01",
        "ends_on": "2099-03-31",
    }


def result(code: str) -> dict[str, Any]:
    """A result."""
    return {
        "sessions": QUANTITY[code] // 1_000 + 5,
        "people": QUANTITY[code] // 10 + 7,
        "what_worked_ja": f"孫世代の同席 {code * 2}",
    }


async def add(world: Building) -> None:
    """Add them; a path leads to the other municipality's."""
    world.paths["guideline_id"] = [(await world.send("POST", "/v1/guidelines", GUIDELINE))["guideline_id"]]
    for code in (OWN, OTHER):
        await _consultation(world, code)
        await _project(world, code)
    world.paths["half"] = ["1"]
    world.bodies.update(
        {
            "POST /v1/guidelines": GUIDELINE,
            "PUT /v1/guidelines/{guideline_id}/edition": GUIDELINE,
            "POST /v1/regional-consultations": _question(OWN),
            "POST /v1/regional-consultations/{consultation_id}/answers": {"answer_ja": "手引の3章のとおり"},
            "PUT /v1/regional-consultations/{consultation_id}/closing": {"outcome_ja": "事業化"},
            "POST /v1/regional-projects": plan(OWN),
            "PUT /v1/regional-projects/{project_id}/plan/{municipality}": plan(OWN),
            "PUT /v1/regional-projects/{project_id}/results/{municipality}/{fiscal_year}/{half}": result(OWN),
            "PUT /v1/regional-projects/{project_id}/stop/{municipality}": {"reason_ja": "予算の都合"},
        }
    )


async def _consultation(world: Building, code: str) -> None:
    asked = await world.send("POST", "/v1/regional-consultations", _question(code), "officer", code)
    path = f"/v1/regional-consultations/{asked['consultation_id']}"
    await world.send("POST", f"{path}/answers", {"answer_ja": f"手引の3章のとおり {code * 2}"})
    world.paths["consultation_id"] = [asked["consultation_id"]]


async def _project(world: Building, code: str) -> None:
    id_ = (await world.send("POST", "/v1/regional-projects", plan(code), "officer", code))["project_id"]
    path = f"/v1/regional-projects/{id_}"
    await world.send("PUT", f"{path}/support", None)
    await world.send("PUT", f"{path}/start/{code}", None, "officer", code)
    await world.send("PUT", f"{path}/results/{code}/2023/1", result(code), "officer", code)
    world.paths["project_id"] = [id_]


def _question(code: str) -> dict[str, str]:
    return {"subject_ja": f"会場の確保 {code * 2}", "question_ja": f"町会館を使えるか {code * 2}"}
