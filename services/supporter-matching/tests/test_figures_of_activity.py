"""Figures of what took place, each against a slow count in plain Python over an invented world."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from fractions import Fraction
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import by_code, municipalities
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.seen_figures import Seen, figures_of
from tests.support.supporter_desk import MITAKA, MUSASHINO, NOW
from tests.support.supporter_figures import YEAR, World, month_of

SEEDS = (1, 2, 3)
DONE = ("held", "reported")


@pytest_asyncio.fixture(params=SEEDS)
async def seen(
    request: pytest.FixtureRequest, databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> AsyncIterator[Seen]:
    """A world, and its figures."""
    async with figures_of(request.param, databases, settings_for, as_) as both:
        yield both


def done(world: World, year: FiscalYear = YEAR) -> list[dict[str, Any]]:
    return [one for one in world.sessions if one["step"] in DONE and FiscalYear.of(one["starts_at"]) == year]


def reported(world: World, year: FiscalYear = YEAR) -> list[tuple[Any, Any]]:
    return [(row, one) for row, one in world.of_year(world.reports, year) if one["step"] in DONE]


async def test_targets(seen: Seen) -> None:
    world, read = seen
    for year in (2025, 2026):
        rows = await read.rows(f"targets/{year}")
        kinds = Counter(one["kind"] for one in done(world, FiscalYear(year)))
        held = {row["figure"]: row["reached"] for row in rows[2:]}
        assert held == {f"sessions_{kind}": kinds[kind] for kind in _kinds()}
        people = sum(row["people_supported"] for row, _ in reported(world, FiscalYear(year)))
        target, reached = rows[1]["target"], rows[1]["reached_percent"]
        assert (rows[1]["reached"], target, reached) == (people, 22_500, int(Fraction(people, 225)))
        moment = min(NOW, FiscalYear(year).next().month(1).start)
        here = sum(status != "withdrawn" for status in world_status(world, moment, ends=year == 2025))
        assert (rows[0]["reached"], rows[0]["target"], rows[0]["forum_pilot"]) == (here, 1_000, 200)
        assert rows[0]["reached_percent"] == here // 10
    forum = {row["figure"]: (row["forum_2021"], row["forum_2022"]) for row in rows if row["forum_2021"]}
    assert forum == {"sessions_experience": (500, 1_200), "sessions_consultation": (140, 490)}


def world_status(world: World, moment: Any, *, ends: bool) -> list[str]:
    """How each who was registered stood at a moment, or just before it where something ends there."""
    last: dict[str, str] = {}
    for step in world.steps:
        if step["at"] < moment or (step["at"] == moment and not ends):
            last[step["supporter_id"]] = step["status"]
    return list(last.values())


def _kinds() -> list[str]:
    return ["experience", "consultation", "permanent_desk", "cafe", "disability_class", "community_class"]


async def test_equity(seen: Seen) -> None:
    world, read = seen
    rows = await read.rows("figures/equity?fiscal_year=2026")
    assert [row["municipality"] for row in rows] == [one.code for one in municipalities()]
    sessions, people = Counter[str](), Counter[str]()
    for one in done(world):
        sessions[one["municipality"]] += 1
    for row, _ in reported(world):
        people[row["municipality"]] += row["people_supported"]
    for row in rows:
        code, residents = row["municipality"], by_code(row["municipality"]).population
        assert (row["sessions"], row["people_supported"], row["residents"]) == (sessions[code], people[code], residents)
        for name, count in (("sessions_per_1000", sessions[code]), ("people_per_1000", people[code])):
            assert Fraction(row[name]) <= Fraction(count * 1000, residents) < Fraction(row[name]) + Fraction(1, 1000)
        assert (row["base"], row["base_ja"]) == ("residents", "全住民（2020年国勢調査）")
    assert sum(people.values()) > 0 < min(sessions.values())


async def test_hours(seen: Seen) -> None:
    world, read = seen
    minutes, who, where = Counter[Any](), defaultdict[Any, set[str]](set), defaultdict[Any, set[str]](set)
    for row, one in world.of_year(world.assignments):
        if row["step"] == "attended":
            key = one["municipality"], month_of(one["starts_at"]), one["kind"]
            minutes[key] += row["minutes"]
            who[key].add(row["supporter_id"])
            where[key].add(row["session_id"])
    rows = await read.rows("figures/hours?fiscal_year=2026")
    found = {(row["municipality"], row["month"], row["kind"]): row for row in rows}
    told = {key: (row["minutes"], row["supporters"], row["sessions"]) for key, row in found.items()}
    assert told == {key: (minutes[key], len(who[key]), len(where[key])) for key in minutes}
    assert len(rows) == len(found) > 10
    assert {row["hours"] for row in rows} == {f"{row['minutes'] // 60}.{row['minutes'] % 60 // 6}" for row in rows}
    assert await read.rows("figures/hours?fiscal_year=2026", limit=3) == rows


@pytest.mark.parametrize(
    ("route", "column", "code", "number"),
    [("questions", "questions", "question", "times"), ("visitors", "visitors", "age", "visitors")],
)
async def test_questions_and_visitors(seen: Seen, route: str, column: str, code: str, number: str) -> None:
    world, read = seen
    sums: dict[Any, int] = defaultdict(int)
    for row, one in reported(world):
        for what, count in row[column].items():
            sums[one["municipality"], one["kind"], what] += count
    rows = await read.rows(f"figures/{route}?fiscal_year=2026")
    assert {(row["municipality"], row["kind"], row[code]): row[number] for row in rows} == dict(sums)
    assert len(rows) == len(sums) > 10
    assert all(row[f"{code}_ja"] and row["kind_ja"] and row["municipality_ja"] for row in rows)


async def test_plans_beside_what_became_of_them(seen: Seen) -> None:
    world, read = seen
    scheduled, held = Counter[Any](), Counter[Any]()
    planned = {
        (row["municipality"], row["kind"]): row["sessions"] for row in world.planned if row["fiscal_year"] == YEAR
    }
    for one in world.sessions:
        key = one["municipality"], one["kind"]
        if FiscalYear.of(one["starts_at"]) == YEAR and one["step"] != "cancelled":
            scheduled[key] += 1
            held[key] += one["step"] in DONE
    rows = await read.rows("figures/plans?fiscal_year=2026")
    found = {
        (row["municipality"], row["kind"]): (row["planned"], row["scheduled"], row["held"], row["to_schedule"])
        for row in rows
    }
    assert len(found) == len(rows)
    for key in planned.keys() | scheduled.keys():
        plan = planned.get(key)
        left = None if plan is None else max(0, plan - scheduled[key])
        assert found.pop(key) == (plan, scheduled[key], held[key], left)
    assert not found


@pytest.mark.parametrize(
    "route", ["equity", "hours", "questions", "visitors", "plans", "staffing", "no-shows", "cancellations"]
)
async def test_a_municipality_reads_its_own_rows_only(seen: Seen, route: str) -> None:
    _, read = seen
    path = f"figures/{route}?fiscal_year=2026"
    everybody = await read.rows(path)
    for code in (MUSASHINO, MITAKA):
        own = await read.rows(path, "officer", code)
        assert own == [row for row in everybody if row["municipality"] == code]
        assert own


@pytest.mark.parametrize("path", ["figures/retention", "figures/first-sessions", "figures/load", "targets/2026"])
async def test_what_is_tokyos_alone(seen: Seen, path: str) -> None:
    _, read = seen
    assert (await read.get(f"{path}?fiscal_year=2026", "officer", MUSASHINO)).status_code == 403


async def test_a_figure_comes_as_csv(seen: Seen) -> None:
    _, read = seen
    head, first, *_ = (await read.csv("figures/equity?fiscal_year=2026")).splitlines()
    assert "団体名" in head
    assert "千代田区" in first
