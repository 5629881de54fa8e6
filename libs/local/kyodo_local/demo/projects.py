"""Projects on the selected themes: who takes part, and under which terms the cost is borne."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from kyodo_local.demo import calendar, plan
from kyodo_local.demo.client import Json
from kyodo_local.demo.plan import Project
from kyodo_local.demo.telling import Advance, Telling
from kyodo_local.demo.who import SECRETARIAT, approver

RAN_BEFORE = "2022年度以前から準備または提供されており、調査・研究の段階を要しない"


async def start_projects(
    telling: Telling, projects: Sequence[Project], themes: Mapping[str, str], decision: Json
) -> dict[str, str]:
    """Projects start and their participants sign; answers with their ids by theme."""
    advance = telling.task("projects: signatures of the participants", sum(len(p.founders) for p in projects))
    started = (
        _start(telling, number, project, themes[project.theme_ja], decision, advance)
        for number, project in enumerate(projects)
    )
    ids = await asyncio.gather(*started)
    return dict(zip((project.theme_ja for project in projects), ids, strict=True))


async def agree(telling: Telling, projects: Sequence[Project], ids: Mapping[str, str]) -> dict[str, str]:
    """Burden terms are proposed and everybody with a vote consents; answers with the terms' ids by theme."""
    priced = [project for project in projects if project.terms]
    advance = telling.task("projects: consents to the burden terms", sum(len(p.founders) for p in priced))
    return {p.theme_ja: await _agree(telling, number, p, ids[p.theme_ja], advance) for number, p in enumerate(priced)}


async def join_late(telling: Telling, ids: Mapping[str, str]) -> None:
    """The smallest municipality joins in October, by its approver: it accedes to the terms in force."""
    path = f"/procurement/v1/projects/{ids[plan.APPLICATIONS]}/agreements/{plan.LATE_JOINER}/signature"
    body, who = {"from_month": plan.LATE_JOIN}, approver(plan.LATE_JOINER)
    await telling.client.do("PUT", path, body, who, calendar.LATE_JOINED, key="late-join")


async def _start(
    telling: Telling, number: int, project: Project, theme_id: str, decision: Json, advance: Advance
) -> str:
    do, key = telling.client.do, f"project-{number}"
    waiver = {"reason": RAN_BEFORE, "decision": decision}
    body = {"theme_id": theme_id, "name_ja": project.name_ja, "stage": project.stage, "waiver": waiver}
    started = await do("POST", "/procurement/v1/projects", body, SECRETARIAT, calendar.STARTED, key=key)
    for code in project.founders:
        path = f"/procurement/v1/projects/{started['id']}/agreements/{code}/signature"
        signature = {"from_month": project.joined[code], "kind": "full"}
        await do("PUT", path, signature, approver(code), calendar.SIGNED, key=f"{key}-signed-{code}")
        advance(1)
    return str(started["id"])


async def _agree(telling: Telling, number: int, project: Project, project_id: str, advance: Advance) -> str:
    do, key = telling.client.do, f"terms-{number}"
    assert project.terms is not None  # noqa: S101 - asked for those with terms only
    body = {"project_id": project_id, "terms": project.terms.model_dump(mode="json")}
    terms = await do("POST", "/procurement/v1/burden-terms", body, SECRETARIAT, calendar.PROPOSED, key=key)
    consent = {"terms_hash": terms["terms_hash"]}
    for code in project.founders:
        path = f"/procurement/v1/burden-terms/{terms['id']}/consents/{code}"
        await do("PUT", path, consent, approver(code), calendar.CONSENTED, key=f"{key}-consent-{code}")
        advance(1)
    return str(terms["id"])
