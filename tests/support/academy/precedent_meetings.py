"""A meeting with a precedent municipality, an official of each municipality, and a question of each."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building
from tests.support.library_desk import MEETING, OFFICIAL

MEETINGS = "/v1/precedent-meetings"
ONE = f"{MEETINGS}/{{meeting_id}}"


async def add(world: Building) -> None:
    """Add them; a registration's path leads to the other municipality's first. Questions are told on purpose."""
    planned = await world.send("POST", MEETINGS, {"content": MEETING})
    address = f"{MEETINGS}/{planned['meeting_id']}"
    world.paths["meeting_id"] = [planned["meeting_id"]]
    world.public.add(planned["meeting_id"])
    world.paths["registration_id"] = []
    for code in (OTHER, OWN):
        official = OFFICIAL | {"name_ja": f"{code}の見本職員の氏名"}
        made = await world.send("POST", f"{address}/registrations", official, "officer", code)
        world.paths["registration_id"].append(made["registration_id"])
        await world.send("POST", f"{address}/questions", {"question_ja": "導入の期間は。"}, "officer", code)
    world.bodies.update(
        {
            f"POST {MEETINGS}": {"content": MEETING},
            f"PUT {ONE}/content": {"content": MEETING | {"title_ja": "改めた題"}},
            f"PUT {ONE}/cancellation": {"reason_ja": "先方の都合"},
            f"PUT {ONE}/minutes": {"minutes_ja": "議事の要旨"},
            f"POST {ONE}/registrations": OFFICIAL,
            f"POST {ONE}/questions": {"question_ja": "費用は。"},
            f"PUT {ONE}/questions/{{number}}/answer": {"answer_ja": "年百万円。"},
        }
    )
