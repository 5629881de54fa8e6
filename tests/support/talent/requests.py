"""A request of each municipality for which experts are looked for, and drafts that wait for an approval."""

from __future__ import annotations

from typing import Any

from tests.support.building import OTHER, OWN, QUANTITY, Building

NEEDS = {OWN: "千代田区の申請様式を電子化したい。", OTHER: "武蔵野市の窓口の待ち時間を減らしたい。"}


async def add(world: Building) -> None:
    """Add them; a request's path leads to the other municipality's first."""
    ids = {}
    for code in (OWN, OTHER):
        request = await world.send("POST", "/v1/requests", wanted(code), "officer", code)
        path = f"/v1/requests/{request['request_id']}"
        approval = {"amount": QUANTITY[code]}
        await world.send("PUT", f"{path}/approval/{code}", approval, "approver", code)
        await world.send("PUT", f"{path}/submission/{code}", None, "officer", code)
        await world.send("PUT", f"{path}/return", {"question_ja": f"{code}の手続の数はいくつですか。"})
        await world.send("PUT", f"{path}/submission/{code}", None, "officer", code)
        await world.send("PUT", f"{path}/triage", triage(code))
        await world.send("PUT", f"{path}/matching", None)
        ids[code] = request["request_id"]
    world.paths["request_id"] = [ids[OTHER]]
    world.bodies.update(
        {
            "POST /v1/requests": wanted(OWN),
            "PUT /v1/requests/{request_id}/text/{municipality}": wanted(OWN),
            "PUT /v1/requests/{request_id}/approval/{municipality}": {"amount": QUANTITY[OWN]},
            "PUT /v1/requests/{request_id}/withdrawal/{municipality}": {"reason_ja": "庁内で対応できる"},
            "PUT /v1/requests/{request_id}/return": {"question_ja": "手続の数はいくつですか。"},
            "PUT /v1/requests/{request_id}/triage": triage(OWN),
            "PUT /v1/requests/{request_id}/outcome": {"outcome": "unfilled", "reason": "no_capacity"},
            "POST /v1/requests/{request_id}/offers": {"kind": "introduction", "id": ids[OWN]},
        }
    )


def wanted(code: str) -> dict[str, Any]:
    """What this municipality asks for."""
    return {
        "kind": "hands_on",
        "title_ja": f"{code}の手続の電子化の相談",
        "need_ja": NEEDS[code],
        "reason_ja": f"{code}の人手が足りないため",
        "urgency": 2,
        "half_days_per_month": 2,
        "from_month": "2099-04",
        "until_month": "2099-09",
        "mode": "either",
        "budget_yen": QUANTITY[code],
    }


def triage(code: str) -> dict[str, Any]:
    """How the secretariat takes it in."""
    note = f"{code}の担当課へ連絡します。"
    return {"kind": "hands_on", "persona": "engineer", "urgency": 2, "matter": "online_forms", "note_ja": note}
