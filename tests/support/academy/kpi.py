"""Attendances taken over, a frozen month that differs since, and the employees of both; nothing of it is private."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building

SOURCE = {"title_ja": "見本の実績報告", "url": None}
LINE = {"month": "2022-05", "programme": "shared_training", "municipality": OTHER, "attendances": 5}
TAKEN_OVER = {"fiscal_year": 2022, "lines": [LINE], "heads": 4, "source": SOURCE}
RESTATED = {"lines": [LINE | {"month": "2022-04"}], "source": SOURCE, "reason_ja": "見本の訂正"}
EMPLOYEES = {"employees": 900, "source": SOURCE}


async def add(world: Building) -> None:
    """Add them."""
    await world.send("POST", "/v1/earlier-attendances", TAKEN_OVER)
    await world.send("POST", "/v1/frozen-months", {"month": "2022-04"})
    await world.send("PUT", "/v1/earlier-attendances/2022/restatement", RESTATED)
    for code in (OWN, OTHER):
        await world.send("PUT", f"/v1/employees/{code}/2022", EMPLOYEES, "officer", code)
    world.paths.update(fiscal_year=["2022"], month=["2022-04"])
    world.bodies.update(
        {
            "POST /v1/earlier-attendances": TAKEN_OVER | {"fiscal_year": 2023, "lines": [LINE | {"month": "2023-05"}]},
            "PUT /v1/earlier-attendances/{fiscal_year}/restatement": RESTATED,
            "POST /v1/frozen-months": {"month": "2022-05"},
            "PUT /v1/frozen-months/{month}/restatement": {"reason_ja": "見本の理由"},
            "PUT /v1/employees/{municipality}/{fiscal_year}": EMPLOYEES | {"employees": 901},
        }
    )
