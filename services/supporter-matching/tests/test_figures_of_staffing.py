"""Figures of seats and of those who sat in them, each against a slow count in plain Python over an invented world."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from statistics import median_low
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.seen_figures import Seen, figures_of
from tests.support.supporter_desk import CHIYODA, NOW
from tests.support.supporter_figures import SEATED, TOWNS, YEAR, World

SEEDS = (4, 5, 6)
ORIGINS = ("round", "application", "replacement", "hand")


@pytest_asyncio.fixture(params=SEEDS)
async def seen(
    request: pytest.FixtureRequest, databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> AsyncIterator[Seen]:
    """A world, and its figures."""
    async with figures_of(request.param, databases, settings_for, as_) as both:
        yield both


def begun(one: dict[str, Any], year: FiscalYear) -> bool:
    open_or_done = one["step"] not in ("planned", "cancelled")
    return open_or_done and one["starts_at"] <= NOW and FiscalYear.of(one["starts_at"]) == year


def publication_of(world: World, session_id: str) -> datetime:
    found: datetime = next(row["published_at"] for row in world.publications if row["session_id"] == session_id)
    return found


@pytest.mark.parametrize("year", [2025, 2026])
async def test_staffing(seen: Seen, year: int) -> None:
    world, read = seen
    rows = {row["municipality"]: row for row in await read.rows(f"figures/staffing?fiscal_year={year}")}
    assert len(rows) == 62
    for town, row in rows.items():
        sessions = [one for one in world.sessions if one["municipality"] == town and begun(one, FiscalYear(year))]
        ids = {one["session_id"] for one in sessions}
        sitting = [one for one in world.assignments if one["session_id"] in ids and one["step"] in SEATED]
        waited = [
            (one["accepted_at"] - publication_of(world, one["session_id"])) // timedelta(hours=1) for one in sitting
        ]
        by = Counter(one["origin"] for one in sitting)
        seats, filled = sum(one["seats"] for one in sessions), sum(one["seats_taken"] for one in sessions)
        assert (row["sessions"], row["seats"], row["filled"]) == (len(sessions), seats, filled)
        assert row["with_nobody"] == sum(not one["seats_taken"] for one in sessions)
        assert row["filled_percent"] == (filled * 100 // seats if seats else None)
        assert [row[f"by_{origin}"] for origin in ORIGINS] == [by[origin] for origin in ORIGINS]
        assert row["median_hours"] == (median_low(waited) if waited else None)
    assert year != YEAR or {town for town, row in rows.items() if row["seats"]} == set(TOWNS)


@pytest.mark.parametrize("year", [2025, 2026])
async def test_no_shows_and_late_cancellations(seen: Seen, year: int) -> None:
    world, read = seen
    rows = {row["municipality"]: row for row in await read.rows(f"figures/no-shows?fiscal_year={year}")}
    assert len(rows) == 62
    accepted = [row for row, _ in world.of_year(world.assignments, FiscalYear(year)) if row["accepted_at"]]
    for town, row in rows.items():
        own = [one for one in accepted if one["municipality"] == town]
        by = Counter(one["step"] for one in own)
        late = sum(one["cancelled_by"] == "supporter" and one["hours_before"] < 72 for one in own)
        found = tuple(row[name] for name in ("accepted", "attended", "no_shows", "cancelled", "cancelled_late"))
        assert found == (len(own), by["attended"], by["no_show"], by["cancelled"], late)
        due = by["attended"] + by["no_show"]
        assert row["no_show_percent"] == (by["no_show"] * 100 // due if due else None)
        assert row["late_percent"] == (late * 100 // len(own) if own else None)
    assert year != YEAR or any(row["cancelled_late"] for row in rows.values())


@pytest.mark.parametrize("year", [2025, 2026])
async def test_cancellations_by_whom_and_how_late(seen: Seen, year: int) -> None:
    world, read = seen
    counted: dict[Any, int] = defaultdict(int)
    for row, one in world.of_year(world.assignments, FiscalYear(year)):
        if row["step"] == "cancelled" and row["accepted_at"]:
            hours = row["hours_before"]
            late = "under_24_hours" if hours < 24 else "under_72_hours" if hours < 72 else "earlier"
            counted[one["municipality"], row["cancelled_by"], late] += 1
    rows = await read.rows(f"figures/cancellations?fiscal_year={year}")
    found = {(row["municipality"], row["cancelled_by"], row["lateness"]): row["cancellations"] for row in rows}
    assert found == dict(counted)
    assert len(rows) == len(found)
    assert all(row["cancelled_by_ja"] and row["lateness_ja"] for row in rows)
    assert await read.rows(f"figures/cancellations?fiscal_year={year}", limit=2) == rows


async def test_a_municipality_with_nothing_has_a_row(seen: Seen) -> None:
    _, read = seen
    (row,) = await read.rows("figures/staffing?fiscal_year=2020", "officer", CHIYODA)
    assert (row["municipality_ja"], row["seats"], row["filled_percent"], row["median_hours"]) == (
        "千代田区",
        0,
        None,
        None,
    )
