"""Customised training as municipalities ask for it: wished for, planned by Tokyo, agreed to, linked to its session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kyodo_local.demo import calendar
from kyodo_local.demo.academy_plan import ACADEMY, CUSTOMISED, Training
from kyodo_local.demo.telling import Telling
from kyodo_local.demo.who import SECRETARIAT, approver, officer

REQUESTS = f"{ACADEMY}/training-requests"


async def ask_for_trainings(
    telling: Telling, trainings: Sequence[Training], course_id: str, sessions: Mapping[str, str]
) -> None:
    """Each municipality's request, up to the session that was agreed."""
    asked = [training for training in trainings if training.programme == CUSTOMISED]
    advance, do = telling.task("academy: trainings requested", len(asked)), telling.client.do

    async def one(training: Training) -> None:
        code, key = training.lists[0][0], training.key
        days = {"from_day": training.day.isoformat(), "until_day": training.day.isoformat()}
        wishes = days | {
            "title_ja": training.title_ja,
            "situation_ja": "窓口と内部の事務の多くが紙により行われている。",
            "wishes_ja": "担当者が自分の業務の流れを見直す演習を希望する。",
            "people": training.seats,
        }
        at = calendar.TRAINING_ASKED
        request = await do("POST", REQUESTS, {"wishes": wishes}, officer(code), at, key=f"{key}-asked")
        path, at = f"{REQUESTS}/{request['request_id']}", calendar.TRAINING_PLANNED
        plan = days | {"course_id": course_id, "contents_ja": "業務の流れの演習", "lecturer_ja": "デジタルサービス局"}
        await do("PUT", f"{path}/plan", {"plan": plan}, SECRETARIAT, at, key=f"{key}-proposed")
        await do("PUT", f"{path}/agreement", None, approver(code), at, key=f"{key}-agreed")
        await do("PUT", f"{path}/sessions/{sessions[key]}", None, SECRETARIAT, at, key=f"{key}-linked")
        advance(1)

    await telling.together(one(training) for training in asked)


async def record_trainings(telling: Telling, sessions: Mapping[str, str]) -> None:
    """The requests whose session was held are done."""
    held = {session_id: key for key, session_id in sessions.items()}
    agreed = await telling.client.all(REQUESTS, SECRETARIAT, status="agreed")

    async def one(request_id: str, key: str) -> None:
        at, path = calendar.TRAINING_OVER, f"{REQUESTS}/{request_id}/holding"
        await telling.client.do("PUT", path, None, SECRETARIAT, at, key=f"{key}-done")

    await telling.together(one(row["request_id"], held[row["session_ids"][0]]) for row in agreed)
