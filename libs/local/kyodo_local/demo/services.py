"""Shared services: offered, subscribed to, and used for three months."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from kyodo_local.demo import calendar, plan
from kyodo_local.demo.client import Json
from kyodo_local.demo.plan import Project, Service, Usage
from kyodo_local.demo.telling import Advance, Telling
from kyodo_local.demo.who import SECRETARIAT, Who, officer
from kyodo_platform.identity.model import Role

MOST_RECORDS = 1_000  # a report
PLAN = "standard"


async def offer(telling: Telling, projects: Sequence[Project], ids: Mapping[str, str]) -> dict[str, str]:
    """The services are offered and every participant subscribes; answers with the offerings' ids by code."""
    offered = [(project, project.service) for project in projects if project.service]
    advance = telling.task("services: subscriptions", sum(len(project.founders) for project, _ in offered))
    found = [await _offer(telling, project, service, ids[project.theme_ja], advance) for project, service in offered]
    return dict(zip((service.code for _, service in offered), found, strict=True))


async def report(telling: Telling, usage: Sequence[Usage], offerings: Mapping[str, str]) -> Json:
    """The operators report three months of use and close the months; answers with what became of the records."""
    advance = telling.task("services: metered records of three months", len(usage))
    by_service: dict[str, list[Usage]] = defaultdict(list)
    for used in usage:
        by_service[used.service.code].append(used)
    became: Json = defaultdict(int)
    for code, records in by_service.items():
        for start in range(0, len(records), MOST_RECORDS):
            part = records[start : start + MOST_RECORDS]
            body = {"offering_id": offerings[code], "records": [used.body for used in part]}
            who, at, key = _operator(part[0].service), calendar.REPORTED, f"usage-{code}-{start}"
            answer = await telling.client.do("POST", "/procurement/v1/usage", body, who, at, key=key)
            for outcome in ("recorded", "duplicates", "conflicts", "refused"):
                became[outcome] += answer[outcome]
            advance(len(part))
        await _close_months(telling, records[0].service, offerings[code])
    return became


async def _offer(telling: Telling, project: Project, service: Service, project_id: str, advance: Advance) -> str:
    do, at, key = telling.client.do, calendar.OFFERED, f"offering-{service.code}"
    body = {
        "project_id": project_id,
        "code": service.code,
        "name_ja": service.name_ja,
        "description_ja": f"{project.name_ja}（{len(project.founders)}団体で開始）",
        "operator": service.operator,
        "operator_ja": "株式会社サンプル運営",
        "meters": [meter.body for meter in service.meters],
    }
    id_ = str((await do("POST", "/procurement/v1/offerings", body, SECRETARIAT, at, key=key))["id"])
    path = f"/procurement/v1/offerings/{id_}"
    first = plan.FISCAL_YEAR.month(1).first_day.isoformat()
    priced = [{"meter": m.meter, "unit_price": m.price} for m in service.meters if m.price is not None]
    version = {"plan": PLAN, "name_ja": "標準", "included_ja": "", "prices": priced, "from_day": first}
    await do("POST", f"{path}/plan-versions", version, SECRETARIAT, at, key=f"{key}-plan")
    await do("PUT", f"{path}/publication", {}, SECRETARIAT, at, key=f"{key}-publication")
    subscribed = (
        _subscribe(telling, f"{path}/subscriptions/{code}", service, code, advance) for code in project.founders
    )
    await asyncio.gather(*subscribed)
    return id_


async def _subscribe(telling: Telling, path: str, service: Service, code: str, advance: Advance) -> None:
    do, at, key = telling.client.do, calendar.SUBSCRIBED, f"subscription-{service.code}-{code}"
    first = plan.FISCAL_YEAR.month(1).first_day.isoformat()
    wanted = {"plan": PLAN, "wanted_from": first}
    requested = await do("PUT", f"{path}/request", wanted, officer(code), at, key=key)
    activation = f"/procurement/v1/subscriptions/{requested['id']}/activation"
    await do("PUT", activation, {"from_day": first}, _operator(service), at, key=f"{key}-active")
    advance(1)


async def _close_months(telling: Telling, service: Service, offering_id: str) -> None:
    """What is not a sum of its records is known, and published, when the month is closed."""
    if all(meter.aggregation == "sum" for meter in service.meters):
        return
    for month in plan.USED_MONTHS:
        body, key = {"offering_id": offering_id, "month": month}, f"meter-month-{service.code}-{month}"
        await telling.client.do(
            "POST", "/procurement/v1/meter-months", body, _operator(service), calendar.REPORTED, key=key
        )


def _operator(service: Service) -> Who:
    return Who(Role.OPERATOR, subject=service.operator)
