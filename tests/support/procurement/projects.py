"""A second project, on trial, that both have given notice to, each for reasons of its own."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building

EVALUATION = {
    "kpis": [{"name_ja": "申請率（％）", "target": 50, "reached": 63, "met": True}],
    "conclusion_ja": "本格導入に進む。",
}


async def add(world: Building) -> None:
    """Add it."""
    send = world.send
    theme, terms = world.paths["theme_id"][1], world.paths["terms_id"][0]
    waiver = {"reason": "先行して試行した", "decision": {"meeting_id": world.paths["meeting_id"][0], "confirmation": 2}}
    project_in = {"theme_id": theme, "name_ja": "共同チャット", "stage": "trial", "waiver": waiver}
    project = (await send("POST", "/v1/projects", project_in))["id"]
    await send("PUT", f"/v1/projects/{project}/evaluation", EVALUATION)
    for code in (OWN, OTHER):
        agreement = f"/v1/projects/{project}/agreements/{code}"
        await send("PUT", f"{agreement}/invitation", None)
        await send("PUT", f"{agreement}/intention", None, "officer", code)
        await send("PUT", f"{agreement}/signature", {"from_month": "2024-04"}, "approver", code)
        notice_in = {"last_month": "2090-03", "reason": f"庁内の事情により終了する {code * 2}"}
        await send("PUT", f"{agreement}/notice", notice_in, "approver", code)
    world.paths["project_id"].append(project)
    one, agreement = "/v1/projects/{project_id}", "/v1/projects/{project_id}/agreements/{municipality}"
    world.bodies.update(
        {
            "POST /v1/projects": project_in,
            f"PUT {one}/stage": {"stage": "full", "terms_id": terms},
            f"POST {one}/waivers": waiver | {"requirement": "cost_verification"},
            f"PUT {one}/evaluation": EVALUATION,
            f"PUT {one}/suspension": {"reason": "制度改正待ち"},
            f"PUT {one}/conclusion": {"reason": "後継に移行"},
            f"PUT {agreement}/signature": {"from_month": "2090-04", "kind": "full"},
            f"PUT {agreement}/notice": {"last_month": "2091-03", "reason": "他団体による通知"},
        }
    )
