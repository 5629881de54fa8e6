"""A proposal of each, endorsed by the other, with a merger asked for; governments see all of it."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building


async def add(world: Building) -> None:
    """Add it."""
    send = world.send
    proposal_in = {"title_ja": "図書館システム", "purpose_ja": "費用の抑制", "group": "new_themes", "stage": "research"}
    ids = {code: (await send("POST", "/v1/proposals", proposal_in, "officer", code))["id"] for code in (OTHER, OWN)}
    for lead, endorser in ((OWN, OTHER), (OTHER, OWN)):
        endorsement = f"/v1/proposals/{ids[lead]}/endorsements/{endorser}"
        await send("PUT", endorsement, {"revision": 1}, "officer", endorser)
    request_in = {"other": ids[OTHER], "survivor": ids[OTHER]}
    await send("PUT", f"/v1/proposals/{ids[OWN]}/merge-request/{OWN}", request_in, "officer", OWN)
    world.paths.update({"proposal_id": [ids[OTHER], ids[OWN]]})
    at = "/v1/proposals/{proposal_id}"
    world.bodies.update(
        {
            "POST /v1/proposals": proposal_in,
            f"PUT {at}/text/{{municipality}}": proposal_in | {"title_ja": "図書館システムの更新"},
            f"PUT {at}/endorsements/{{municipality}}": {"revision": 1},
            f"PUT {at}/merge-request/{{municipality}}": {"other": ids[OWN], "survivor": ids[OWN]},
            f"PUT {at}/merge-consent/{{municipality}}": {"asker": ids[OWN]},
            f"PUT {at}/return": {"reason": "対象業務の明確化"},
            f"PUT {at}/declining": {"reason": "既存テーマとの重複"},
        }
    )
