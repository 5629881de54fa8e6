"""Gauges of the joint work: themes, answers, projects, who takes part, calls, savings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest_asyncio
from prometheus_client import REGISTRY

from conftest import As
from kyodo_platform.settings import Settings
from kyodo_procurement.calls.state import CallPhase
from kyodo_procurement.figures.metrics import measure_at
from tests.support.awarded import NOW, award, set_clock
from tests.support.databases import Databases
from tests.support.procurement.calls_desk import AFTER, SPRING, WINDOW, opened
from tests.support.procurement.sample_projects import CHIYODA, MUSASHINO, OKUTAMA, Projects
from tests.support.procurement.savings_desk import CHUO, CONTRACTED, MINATO, Desk
from tests.support.running import Running, running

MAY = datetime(2024, 5, 10, tzinfo=UTC)


@pytest_asyncio.fixture
async def service(databases: Databases, settings_for: Callable[..., Settings]) -> AsyncIterator[Running]:
    """Procurement without anything in it."""
    async with running(databases, settings_for, "procurement") as found:
        yield found


async def measure(service: Running, now: datetime) -> None:
    """As the service does it again and again."""
    async with service.app.state.runtime.database.transaction(read_only=True) as tx:
        await measure_at(tx, now)


def shown(name: str, **labels: str) -> float | None:
    """A gauge of procurement."""
    return REGISTRY.get_sample_value(f"kyodo_procurement_{name}", labels)


async def test_themes_demand_and_who_takes_part(service: Running, as_: As) -> None:
    forum = Projects(service, as_)
    await forum.theme(needs=1, stage="trial")
    theme = await forum.theme()
    await forum.ok("POST", "/v1/themes", {"name_ja": "案", "kind": "talent_sharing", "group": "other", "stage": "full"})
    project = await forum.start(theme, "full", "共同電子申請")
    await forum.sign(project, CHIYODA)
    await forum.sign(project, MUSASHINO, "2024-06")
    await forum.ok("PUT", f"{project}/agreements/{OKUTAMA}/invitation")
    concluded = await forum.start(theme, "full", "以前の事業")
    await forum.sign(concluded, CHIYODA)
    await forum.ok("PUT", f"{concluded}/conclusion", {"reason": "終了"})
    await measure(service, MAY)
    assert shown("themes", stage="full", status="selected") == 1
    assert shown("themes", stage="full", status="drafted") == 1
    assert shown("themes", stage="trial", status="surveyed") == 1
    assert shown("themes", stage="research", status="surveyed") == 0
    kind = "existing_shared_service"
    assert [shown("answers", kind=kind, answer=answer) for answer in ("need", "interest", "none")] == [3, 0, 0]
    assert shown("answers", kind="talent_sharing", answer="need") == 0
    assert [shown("projects", stage="full", status=status) for status in ("active", "concluded")] == [1, 1]
    labels = {"project_id": project.rpartition("/")[2], "project": "共同電子申請", "stage": "full"}
    stands = [shown("participations", **labels, status=status) for status in ("active", "signed", "invited")]
    assert stands == [1, 1, 1]
    ended = {"project_id": concluded.rpartition("/")[2], "project": "以前の事業", "stage": "full"}
    assert shown("participations", **ended, status="active") is None
    await measure(service, datetime(2024, 6, 10, tzinfo=UTC))
    assert shown("participations", **labels, status="active") == 2
    assert shown("participations", **labels, status="signed") == 0


async def test_interest_and_no_need_are_answers_too(service: Running, as_: As) -> None:
    forum = Projects(service, as_)
    theme_in = {"name_ja": "チャット", "kind": "joint_procurement", "group": "joint_procurement", "stage": "full"}
    theme = (await forum.ok("POST", "/v1/themes", theme_in))["id"]
    await forum.ok("PUT", f"/v1/themes/{theme}/survey", {"deadline": "2099-12-31"})
    for code, need in ((CHIYODA, "none"), (MUSASHINO, "interest"), (OKUTAMA, "none")):
        await forum.ok("PUT", f"/v1/themes/{theme}/answers/{code}", {"need": need}, "officer", code)
    await measure(service, MAY)
    found = [shown("answers", kind="joint_procurement", answer=answer) for answer in ("need", "interest", "none")]
    assert found == [0, 1, 2]


async def test_calls_are_in_the_phase_of_the_day(
    databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> None:
    async with opened(databases, settings_for, as_) as desk:
        await desk.drafted()
        await desk.published()
        for day, phase in ((SPRING, "committing"), (WINDOW, "topping_up"), (AFTER, "closed")):
            await measure(desk.service, datetime(day.year, day.month, day.day, tzinfo=UTC))
            found = {one.value: shown("calls", phase=one.value) for one in CallPhase}
            assert {name: number for name, number in found.items() if number} == {"drafted": 1, phase: 1}


async def test_savings_count_from_three_municipalities_on(service: Running, as_: As) -> None:
    set_clock(service.app, NOW)
    desk = Desk(service, as_, await award(service.app, CONTRACTED))
    await desk.claimed(CHIYODA)  # 70,000
    await desk.claimed(CHUO, 45_000)  # -50,000
    await measure(service, NOW)
    assert shown("savings_yen", status="claimed") == 0, "two would read each other's amount off the sum"
    await desk.claimed(MINATO, 55_000)  # 20,000
    await measure(service, NOW)
    assert shown("savings_yen", status="claimed") == 40_000
    assert shown("savings_yen", status="confirmed") == 0
