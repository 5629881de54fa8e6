"""From the survey to the selection: 20 themes, 62 answers each, the forum's confirmations, what is taken up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from kyodo_local.demo import calendar, plan
from kyodo_local.demo.client import Json
from kyodo_local.demo.forum_meeting import confirmations, meeting
from kyodo_local.demo.forum_roadmap import roadmap_items
from kyodo_local.demo.plan import Theme
from kyodo_local.demo.telling import Advance, Telling
from kyodo_local.demo.who import SECRETARIAT, officer

CONFIRMED_NEEDS = 2  # the confirmation that a theme is taken up where two or more need it


async def survey(telling: Telling, themes: Sequence[Theme]) -> dict[str, str]:
    """All themes are surveyed; answers with their ids by name."""
    advance = telling.task("survey: answers of 62 municipalities", sum(len(theme.answers) for theme in themes))
    ids = await asyncio.gather(*(_one_theme(telling, number, theme, advance) for number, theme in enumerate(themes)))
    return dict(zip((theme.name_ja for theme in themes), ids, strict=True))


async def forum(telling: Telling) -> Json:
    """The forum meets and confirms; its roadmap is put on record. Answers with the decision to cite."""
    do, moment = telling.client.do, calendar.MEETING
    convened = await do("POST", "/procurement/v1/meetings", meeting(), SECRETARIAT, moment, key="meeting")
    path = f"/procurement/v1/meetings/{convened['id']}/confirmations"
    for number, body in enumerate(confirmations(), start=1):
        await do("POST", path, body, SECRETARIAT, moment, key=f"confirmation-{number}")
    for number, body in enumerate(roadmap_items()):
        await do("POST", "/procurement/v1/roadmap-items", body, SECRETARIAT, moment, key=f"roadmap-{number}")
    return {"meeting_id": convened["id"], "confirmation": CONFIRMED_NEEDS}


async def select(telling: Telling, themes: Sequence[Theme], ids: dict[str, str], decision: Json) -> None:
    """What was wanted at the stages trial and full is taken up, where two or more need it; else it is refused."""
    alone = [theme for theme in themes if len(theme.needed_by) < plan.NEEDS_FOR_SELECTION]
    taken_up = [theme for theme in themes if theme.stage in plan.TAKEN_UP_AT]
    for number, theme in enumerate([*taken_up, *alone]):
        refused = "/problems/too-few-needs" if theme in alone else ""
        path = f"/procurement/v1/themes/{ids[theme.name_ja]}/selection"
        body, at, key = {"decision": decision}, calendar.SELECTED, f"select-{number}"
        await telling.client.do("PUT", path, body, SECRETARIAT, at, key=key, refused_as=refused)


async def _one_theme(telling: Telling, number: int, theme: Theme, advance: Advance) -> str:
    do, key = telling.client.do, f"theme-{number}"
    body = {"name_ja": theme.name_ja, "kind": theme.kind, "group": theme.group, "stage": theme.stage}
    opened = calendar.SURVEY_OPENED
    id_ = str((await do("POST", "/procurement/v1/themes", body, SECRETARIAT, opened, key=key))["id"])
    path = f"/procurement/v1/themes/{id_}"
    deadline = {"deadline": calendar.SURVEY_DEADLINE.isoformat()}
    await do("PUT", f"{path}/survey", deadline, SECRETARIAT, opened, key=f"{key}-open")
    for answer in theme.answers:
        code, at = answer.municipality, calendar.SURVEY_ANSWERED
        await do("PUT", f"{path}/answers/{code}", answer.body, officer(code), at, key=f"{key}-{code}")
        advance(1)
    await do("PUT", f"{path}/survey/closing", {}, SECRETARIAT, calendar.SURVEY_CLOSED, key=f"{key}-close")
    return id_
