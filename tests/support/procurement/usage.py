"""Use of the first shared service by both: summed and read, a month closed, and a report that contradicts another."""

from __future__ import annotations

from typing import Any

from tests.support.building import OTHER, OWN, QUANTITY, Building


async def add(world: Building) -> None:
    """Add it."""
    send, offering = world.send, world.paths["offering_id"][0]
    seats = {"label_ja": "同時利用席数", "unit_ja": "席", "aggregation": "max"}
    await send("PUT", f"/v1/offerings/{offering}/meters/seats", seats)

    async def report(*records: dict[str, Any]) -> list[dict[str, Any]]:
        body = {"offering_id": offering, "records": list(records)}
        results: list[dict[str, Any]] = (await send("POST", "/v1/usage", body, "supplier"))["results"]
        return results

    def used(code: str, times: int, record: str, **more: str) -> dict[str, Any]:
        fields = {"record": f"{record}/{code}", "municipality": code, "quantity": QUANTITY[code] * times}
        return {**fields, "meter": "applications", "used_on": "2024-04-10", **more}

    codes = (OWN, OTHER)
    recorded = await report(
        *(used(code, 2, "sample-record") for code in codes),
        *(used(code, 3, "sample-reading", meter="seats") for code in codes),
        *(used(code, 4, "sample-reading-of-may", meter="seats", used_on="2024-05-10") for code in codes),
    )
    month = await send("POST", "/v1/meter-months", {"offering_id": offering, "month": "2024-04"}, "supplier")
    conflicts = await report(*(used(code, 5, "sample-record") for code in codes))
    world.paths.update(
        {
            "record_id": [result["id"] for result in recorded],
            "meter_month_id": [month["id"]],
            "conflict_id": [result["conflict_id"] for result in conflicts],
        }
    )
    world.bodies.update(
        {
            "POST /v1/usage": {"offering_id": offering, "records": [used(OTHER, 6, "planted")]},
            "POST /v1/meter-months": {"offering_id": offering, "month": "2024-05"},
            "PUT /v1/usage-records/{record_id}/correction": {"quantity": 5, "reason": "集計の誤り"},
            "PUT /v1/usage-records/{record_id}/cancellation": {"reason": "試験データ"},
            "PUT /v1/usage-conflicts/{conflict_id}/resolution": {"keep": "second", "reason": "先の報告は途中集計"},
        }
    )
