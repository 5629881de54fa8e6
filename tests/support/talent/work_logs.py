"""A submitted log of each municipality, of an assignment that is at work this month."""

from __future__ import annotations

from datetime import UTC, datetime

from kyodo_events.values.fiscal import Month
from tests.support.building import OTHER, OWN, Building
from tests.support.talent.assignments import CHECKLIST, FREELANCE, hold, proposal

NOTES = {OWN: "千代田区の様式の棚卸しを行った", OTHER: "武蔵野市の窓口の動線を確認した"}


async def add(world: Building) -> None:
    """Add them; a log's path leads to the other municipality's first."""
    (expert_id,), month = world.paths["expert_id"], Month.containing(datetime.now(UTC))
    body = proposal(world, OWN, OTHER) | {
        "from_day": month.first_day.isoformat(),
        "until_day": month.next().last_day.isoformat(),
        "lines": [{"municipality": code, "month": month, "half_days": 1} for code in (OWN, OTHER)],
    }
    assignment_id = (await world.send("POST", "/v1/assignments", body))["assignment_id"]
    at = f"/v1/assignments/{assignment_id}"
    await world.send("PUT", f"{at}/checklist", CHECKLIST)
    await world.send("PUT", f"{at}/hold", hold())
    await world.send("PUT", f"{at}/confirmations/home", FREELANCE)
    await world.send("PUT", f"{at}/confirmations/expert/{expert_id}", None, "expert", person=expert_id)
    for code in (OWN, OTHER):
        await world.send("PUT", f"{at}/confirmations/municipalities/{code}", None, "approver", code)
    await world.send("PUT", f"{at}/start", None)
    ids, written = {}, {}
    for code, half in ((OWN, "am"), (OTHER, "pm")):
        entry = {"day": month.first_day.isoformat(), "half": half, "activity": "consulting", "note_ja": NOTES[code]}
        written[code] = {"assignment_id": assignment_id, "municipality": code, "month": month, "entries": [entry]}
        path = f"/v1/experts/{expert_id}/work-logs"
        log = await world.send("PUT", path, written[code], "expert", person=expert_id)
        ids[code] = log["log_id"]
        await world.send("PUT", f"/v1/work-logs/{ids[code]}/submission/{expert_id}", None, "expert", person=expert_id)
    world.paths["log_id"] = [ids[OTHER]]
    adjustment = {"half_days": 2, "reason_ja": "午後も対応した"}
    log = "/v1/work-logs/{log_id}"
    world.bodies.update(
        {
            "PUT /v1/experts/{expert_id}/work-logs": written[OWN],
            f"PUT {log}/return/{{municipality}}": {"reason_ja": "内容を補ってください"},
            f"PUT {log}/adjustment/experts/{{expert_id}}": adjustment,
            f"PUT {log}/adjustment/municipalities/{{municipality}}": adjustment,
            f"PUT {log}/adjustment-agreement/experts/{{expert_id}}": {"half_days": 2},
            f"PUT {log}/adjustment-agreement/municipalities/{{municipality}}": {"half_days": 2},
        }
    )
