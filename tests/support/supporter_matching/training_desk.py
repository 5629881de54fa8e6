"""Training over HTTP: a published programme with a unit face to face, and short ways through it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.building import As
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import MUSASHINO, NOW, SupporterDesk

CONTENT: dict[str, Any] = {
    "title_ja": "スマホサポーター養成研修",
    "units": [
        {"code": "basics", "title_ja": "スマートフォンの基本", "mode": "online", "minutes": 90},
        {"code": "practice", "title_ja": "相談対応の実習", "mode": "face_to_face", "minutes": 120},
    ],
    "passing_score": 70,
    "most_attempts": 2,
    "valid_months": 12,
    "refresher": ["basics"],
}
COURSE = {
    "programme_version": 1,
    "units": ["practice"],
    "host": MUSASHINO,
    "mode": "face_to_face",
    "place_ja": "見本会館",
    "seats": 3,
    "times": {"starts_at": "2026-12-07T10:00:00+09:00", "ends_at": "2026-12-07T12:00:00+09:00"},
}
AFTERWARDS = datetime(2026, 12, 7, 4, tzinfo=UTC)
PROGRAMMES, COURSES = "training-programmes", "training-courses"


@asynccontextmanager
async def in_training(
    databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> AsyncIterator[SupporterDesk]:
    """A published programme with a unit face to face."""
    async with running(databases, settings_for, "supporter-matching") as service:
        opened = SupporterDesk(service, as_)
        set_clock(service.app, NOW)
        drafted = await opened.done("POST", PROGRAMMES, {"content": CONTENT})
        opened.programme_id = drafted["programme_id"]
        await opened.done("PUT", f"{PROGRAMMES}/{opened.programme_id}/publication")
        yield opened


async def candidate(desk: SupporterDesk, home: str = MUSASHINO, *, applied: bool = True) -> str:
    """Somebody who applied for the training, or only for the scheme; the id."""
    body = {"home_municipality": home, "languages": ["ja"], "sessions_per_month": 4}
    supporter_id: str = (await desk.done("POST", "supporters", body))["id"]
    if applied:
        await desk.done("PUT", training_of(supporter_id), application(desk), "supporter", person=supporter_id)
    return supporter_id


async def course(desk: SupporterDesk, **changes: Any) -> str:
    """A course; its id."""
    body = {"plan": COURSE | {"programme_id": desk.programme_id} | changes}
    course_id: str = (await desk.done("POST", COURSES, body))["course_id"]
    return course_id


async def certified(desk: SupporterDesk, home: str = MUSASHINO) -> str:
    """A supporter who went through all of it."""
    supporter_id, course_id = await candidate(desk, home), await course(desk)
    await desk.done("PUT", f"{COURSES}/{course_id}/enrolments/{supporter_id}")
    set_clock(desk.service.app, AFTERWARDS)
    await desk.done("PUT", f"{COURSES}/{course_id}/enrolments/{supporter_id}/attendance", {"attended": True})
    training = training_of(supporter_id)
    await desk.done("PUT", f"{training}/units/basics")
    await desk.done("POST", f"{training}/tests", {"score": 83})
    await desk.done("PUT", f"{training}/certificate", {"number": "TSS-2026-0001"})
    return supporter_id


def training_of(supporter_id: str) -> str:
    """The address of a supporter's training."""
    return f"supporters/{supporter_id}/training"


def application(desk: SupporterDesk) -> dict[str, Any]:
    """What is applied for."""
    return {"programme_id": desk.programme_id, "programme_version": 1}


async def refused(desk: SupporterDesk, method: str, path: str, body: Any = None) -> tuple[int, str]:
    """Status and type of a refusal."""
    answer = await desk.send(method, path, body)
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def read(desk: SupporterDesk, path: str, *role: str, person: str | None = None) -> Any:
    """An answer."""
    headers = desk.as_(*role or ("secretariat",), person=person)
    answer = await desk.client.get(f"/v1/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def events(desk: SupporterDesk) -> int:
    """How many there are."""
    return await desk.service.count("event")
