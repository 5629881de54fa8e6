"""A working group of both municipalities, with an open issue and a recommended approach; nothing of it is private."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building


async def add(world: Building) -> None:
    """Add it, for the theme whose survey is over."""
    send = world.send
    group_id = world.paths["theme_id"][1]
    group = f"/v1/working-groups/{group_id}"
    await send("POST", "/v1/working-groups", {"theme_id": group_id})
    for code in (OWN, OTHER):
        await send("PUT", f"{group}/members/{code}", None, "officer", code)
    matter = {"title_ja": "契約の単位", "text": "団体ごとの契約とするか。"}
    meeting_in = {"held_on": "2023-05-10", "text": "進め方を協議した。"}
    await send("POST", f"{group}/meetings", meeting_in)
    await send("POST", f"{group}/members/{OWN}/issues", matter, "officer", OWN)
    await send("POST", f"{group}/members/{OWN}/approaches", matter, "officer", OWN)
    await send("PUT", f"{group}/recommendation", {"approach": 1, "open_issues": [1]})
    world.paths.update({"group_id": [group_id], "issue": ["1"]})
    own = "/v1/working-groups/{group_id}/members/{municipality}"
    world.bodies.update(
        {
            "POST /v1/working-groups": {"theme_id": group_id},
            "POST /v1/working-groups/{group_id}/meetings": meeting_in,
            f"POST {own}/meetings": meeting_in | {"text": "次回の日程を決めた。"},
            f"POST {own}/issues": matter | {"title_ja": "費用の負担"},
            f"POST {own}/approaches": matter | {"title_ja": "共同調達で進める"},
            f"PUT {own}/issues/{{issue}}/resolution": {"resolution": "団体ごとに契約する。"},
            "PUT /v1/working-groups/{group_id}/issues/{issue}/resolution": {"resolution": "団体ごとに契約する。"},
            "PUT /v1/working-groups/{group_id}/recommendation": {"approach": 1, "open_issues": [1]},
        }
    )
