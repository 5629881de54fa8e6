"""Figures of those who help, each against a slow count in plain Python over an invented world."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from fractions import Fraction
from statistics import median_low
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.values.fiscal import FiscalYear, tokyo_date
from kyodo_events.values.municipalities import municipalities
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.seen_figures import Seen, figures_of
from tests.support.supporter_desk import NOW
from tests.support.supporter_figures import World, later, month_of

SEEDS = (7, 8, 9, 10)
YEARS = (2024, 2025, 2026)
STANDINGS = {
    "registered": "not_begun",
    "active": "active",
    "resting": "resting",
    "suspended": "suspended",
    "withdrawn": "left",
}


@pytest_asyncio.fixture(params=SEEDS)
async def seen(
    request: pytest.FixtureRequest, databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> AsyncIterator[Seen]:
    """A world, and its figures."""
    async with figures_of(request.param, databases, settings_for, as_) as both:
        yield both


def registered(world: World) -> dict[str, datetime]:
    return {step["supporter_id"]: step["at"] for step in world.steps if step["status"] == "registered"}


def helped_at(world: World, supporter_id: str) -> list[datetime]:
    own = (row for row in world.assignments if row["supporter_id"] == supporter_id and row["step"] == "attended")
    return sorted(world.session_of(row)["starts_at"] for row in own)


def status_of(world: World, supporter_id: str, moment: datetime) -> str:
    own = [step for step in world.steps if step["supporter_id"] == supporter_id and step["at"] <= moment]
    return str(own[-1]["status"])


async def test_retention(seen: Seen) -> None:
    world, read = seen
    any_left = 0
    for year in YEARS:
        rows = await read.rows(f"figures/retention?fiscal_year={year}")
        assert [(row["month"], row["after_months"]) for row in rows] == [
            (month, months) for month in FiscalYear(year).months() for months in (3, 6, 12)
        ]
        for row in rows:
            expected: dict[str, int] = defaultdict(int)
            for one, at in registered(world).items():
                if month_of(at) != row["month"]:
                    continue
                expected["registered"] += 1
                mark = later(at, row["after_months"])
                if mark > NOW:
                    continue
                expected["reached"] += 1
                expected[STANDINGS[status_of(world, one, mark)]] += 1
                since = later(at, {3: 0, 6: 3, 12: 6}[row["after_months"]])
                expected["helped"] += any(since <= moment < mark for moment in helped_at(world, one))
            found = {name: count for name, count in row.items() if name not in ("month", "after_months") and count}
            assert found == {name: count for name, count in expected.items() if count}
            any_left += row["left"]
    assert any_left


async def test_first_sessions(seen: Seen) -> None:
    world, read = seen
    for year in YEARS:
        rows = await read.rows(f"figures/first-sessions?fiscal_year={year}")
        assert [row["month"] for row in rows] == list(FiscalYear(year).months())
        for row in rows:
            begun = {one: at for one, at in registered(world).items() if month_of(at) == row["month"]}
            firsts = {one: helped_at(world, one)[0] for one in begun if helped_at(world, one)}
            days = [(tokyo_date(moment) - tokyo_date(begun[one])).days for one, moment in firsts.items()]
            found = row["registered"], row["helped"], row["median_days"]
            assert found == (len(begun), len(days), median_low(days) if days else None)


@pytest.mark.parametrize("year", [2025, 2026])
async def test_load(seen: Seen, year: int) -> None:
    world, read = seen
    first, end = FiscalYear(year).month(1).start, FiscalYear(year).next().month(1).start
    minutes: dict[str, int] = defaultdict(int)
    for row, _ in world.of_year(world.assignments, FiscalYear(year)):
        if row["step"] == "attended":
            minutes[row["supporter_id"]] += row["minutes"]
    for one in registered(world):
        own = [step for step in world.steps if step["supporter_id"] == one]
        untils = [step["at"] for step in own[1:]] + [None]
        if any(
            step["status"] == "active" and step["at"] < end and (until is None or until > first)
            for step, until in zip(own, untils, strict=True)
        ):
            minutes[one] += 0
    homes = {one["id"]: one["home_municipality"] for one in world.supporters}
    rows = await read.rows(f"figures/load?fiscal_year={year}")
    assert [row["municipality"] for row in rows] == [None, *(one.code for one in municipalities())]
    for row in rows:
        own_minutes = [sum_ for one, sum_ in minutes.items() if row["municipality"] in (None, homes[one])]
        helped = sum(one > 0 for one in own_minutes)
        assert (row["supporters"], row["helped"], row["minutes"]) == (len(own_minutes), helped, sum(own_minutes))
        assert row["gini"] == gini(own_minutes)
    assert rows[0]["municipality_ja"] == "都内全体"


def gini(numbers: list[int]) -> str | None:
    """The mean difference of all pairs over twice the mean, as in any textbook."""
    if not sum(numbers):
        return None
    differences = sum(abs(one - other) for one in numbers for other in numbers)
    exact = Fraction(differences, 2 * len(numbers) * sum(numbers))
    return f"{int(exact)}.{int(exact * 1000) % 1000:03}"


async def test_who_left_stays_counted_in_the_months_before(seen: Seen) -> None:
    """Promise G8: everybody leaves today, and no figure of a year that has ended changes."""
    world, read = seen
    paths = [f"figures/{name}?fiscal_year=2025" for name in ("retention", "first-sessions", "load")]
    paths += ["targets/2025", "figures/hours?fiscal_year=2025"]
    before: list[Any] = [await read.rows(path) for path in paths]
    await read.service.as_owner(
        "INSERT INTO supporter_step SELECT kept_by, supporter_id, 99, 'withdrawn', '2026-11-28 03:00+00'"
        " FROM supporter_step WHERE status = 'registered'",
        "UPDATE supporter SET status = 'withdrawn', erased = true",
    )
    after = [await read.rows(path) for path in paths]
    assert after[1:] == before[1:]
    until_now = [row for row in before[0] if row["month"] < "2025-11"]
    assert [row for row in after[0] if row["month"] < "2025-11"] == until_now
    assert (await read.rows("targets/2026"))[0]["reached"] == 0
    assert world.supporters
