"""A plan of each municipality, for the assignment that both share and for the one that is at work, with a visit."""

from __future__ import annotations

from typing import Any

from tests.support.building import OTHER, OWN, Building

FINDINGS = {OWN: "千代田区では同じ項目を三度書かせている", OTHER: "武蔵野市では紙の台帳が二冊ある"}
GOALS = {OWN: "千代田区の申請様式を半分に減らす", OTHER: "武蔵野市の窓口の待ち時間を縮める"}
ACTIONS = {OWN: "千代田区が様式の一覧を作る", OTHER: "武蔵野市が来庁者の数を数える"}
DUE = "2099-04-30"


async def add(world: Building) -> None:
    """Add them; a plan's path leads to the other municipality's that is at work."""
    (expert_id,), (log_id, *_) = world.paths["expert_id"], world.paths["log_id"]
    log = await world.send("GET", f"/v1/work-logs/{log_id}", None)
    at_work, day = log["assignment_id"], log["entries"][0]["day"]
    for assignment_id in (world.paths["assignment_id"][0], at_work):
        for code in (OWN, OTHER):
            plan = f"/v1/experts/{expert_id}/support-plans/{assignment_id}/{code}"
            begun = await world.send("PUT", f"{plan}/goals", goals(code), "expert", person=expert_id)
            await world.send("POST", f"{plan}/actions", action(code), "expert", person=expert_id)
            if assignment_id == at_work:
                await world.send("PUT", f"{plan}/visits/{day}", found(code), "expert", person=expert_id)
    world.paths["plan_id"] = [begun["plan_id"]]
    world.paths["assignment_id"].append(at_work)
    world.paths["day"], world.paths["number"] = [day], ["1"]
    plan = "/support-plans/{assignment_id}/{municipality}"
    for side in ("/v1", "/v1/experts/{expert_id}"):
        world.bodies.update(
            {
                f"PUT {side}{plan}/goals": goals(OWN),
                f"POST {side}{plan}/actions": action(OWN),
                f"PUT {side}{plan}/actions/{{number}}/drop": {"reason_ja": "別の方法にする"},
            }
        )
    world.bodies[f"PUT /v1/experts/{{expert_id}}{plan}/visits/{{day}}"] = found(OWN)


def goals(code: str) -> dict[str, Any]:
    """The goals of a municipality's plan."""
    return {"goals": [GOALS[code]]}


def action(code: str) -> dict[str, Any]:
    """What the municipality is to do."""
    return {"owner": "municipality", "action_ja": ACTIONS[code], "due": DUE}


def found(code: str) -> dict[str, Any]:
    """What was found on a visit."""
    return {"mode": "on_site", "findings": [FINDINGS[code]]}
