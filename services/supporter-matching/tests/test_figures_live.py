"""What figures are made of, from what happens over HTTP: kept apart from later changes, and equal to its rebuild."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY

from conftest import As
from kyodo_platform.settings import Settings
from kyodo_supporter_matching.figures.metrics import measure_at
from kyodo_supporter_matching.figures.views import publications, steps
from kyodo_supporter_matching.migrations.versions import m0012_figures, m0013_declarations
from kyodo_supporter_matching.sessions.values import SessionKind
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.figure_reader import FigureReader
from tests.support.rebuilt import differing, rebuilt
from tests.support.running import running
from tests.support.seen_figures import figures_of
from tests.support.supporter_desk import CHIYODA, MUSASHINO, NOW, SupporterDesk

DAY = timedelta(days=1)
AFTERWARDS = datetime(2026, 12, 7, 4, tzinfo=UTC)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """A hall in Musashino."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield await SupporterDesk(service, as_).with_venue()


async def everything(desk: SupporterDesk) -> str:
    """All that a supporter can go through, a day after another; the supporter's id."""
    supporter = await desk.supporter()
    path, at = f"supporters/{supporter}", NOW
    session = await desk.session()
    offered = await desk.offered(session, supporter)
    set_clock(desk.service.app, NOW + DAY / 2)
    assert (await desk.answer(offered, supporter, "acceptance")).is_success
    again = f"municipalities/{MUSASHINO}/sessions/{session}/publication"
    await desk.done("PUT", again, {"applications_until": "2026-12-06T09:00:00+09:00"}, "officer", MUSASHINO)
    for method, what, body in (
        ("POST", "rest", None),
        ("POST", "resume", None),
        ("PUT", "suspension", {"reason": "under_review"}),
        ("PUT", "reinstatement", None),
        ("PUT", "withdrawal", None),
        ("POST", "erasure", {"reference": "見本-1"}),
    ):
        at += DAY
        set_clock(desk.service.app, at)
        await desk.done(method, f"{path}/{what}", body)
    return supporter


async def test_how_a_supporter_stood_is_told_for_good(desk: SupporterDesk) -> None:
    supporter = await everything(desk)
    told = await desk.service.as_owner("SELECT supporter_id, status, at FROM supporter_step ORDER BY number")
    assert told == [
        (supporter, status, NOW + days * DAY)
        for days, status in (
            (0, "registered"),
            (0, "active"),
            (1, "resting"),
            (2, "active"),
            (3, "suspended"),
            (4, "resting"),
            (5, "withdrawn"),
        )
    ]


async def test_the_rows_of_figures_equal_their_rebuild_and_what_migrations_fill(desk: SupporterDesk) -> None:
    await everything(desk)
    assert all(one.none for one in (await rebuilt(desk.service, steps, publications)).values())
    live = "SELECT (SELECT json_agg(s ORDER BY s) FROM (SELECT * FROM {}) s)::text"
    tables = ("supporter_step", "session_publication", "assignment", "supporter")
    before = [await desk.service.as_owner(live.format(table)) for table in tables]
    emptied = (
        "DELETE FROM supporter_step",
        "DELETE FROM session_publication",
        "UPDATE assignment SET accepted_at = NULL",
        "UPDATE supporter SET declared_on = NULL",
    )
    await desk.service.as_owner(*emptied)
    assert await differing(desk.service) == set(tables)
    await desk.service.as_owner(*m0012_figures.FILL, *m0013_declarations.FILL)
    assert [await desk.service.as_owner(live.format(table)) for table in tables] == before
    assert not await differing(desk.service)


async def test_a_session_waits_from_when_it_was_published_first(desk: SupporterDesk) -> None:
    session = await desk.session()
    set_clock(desk.service.app, NOW + DAY)
    path = f"municipalities/{MUSASHINO}/sessions/{session}/publication"
    await desk.done("PUT", path, {"applications_until": "2026-12-06T09:00:00+09:00"}, "officer", MUSASHINO)
    assert await desk.service.as_owner("SELECT * FROM session_publication") == [(session, NOW)]


async def test_a_seat_is_filled_when_it_is_accepted_and_stays_so(desk: SupporterDesk) -> None:
    """Thirty hours after the publication, whatever is recorded afterwards; what is cancelled fills no seat."""
    read = FigureReader(desk.service, desk.as_)
    session, both = await desk.session(), [await desk.supporter(), await desk.supporter()]
    offers = [await desk.offered(session, one) for one in both]
    set_clock(desk.service.app, NOW + timedelta(hours=30))
    for offer, one in zip(offers, both, strict=True):
        assert (await desk.answer(offer, one, "acceptance")).is_success
    set_clock(desk.service.app, NOW + timedelta(hours=40))
    assert (await desk.answer(offers[1], both[1], "cancellation")).is_success
    municipality = f"municipalities/{MUSASHINO}"
    await desk.done("PUT", f"{municipality}/sessions/{session}/confirmation", None, "officer", MUSASHINO)
    assert (await read.rows("figures/staffing?fiscal_year=2026", "officer", MUSASHINO))[0]["sessions"] == 0
    set_clock(desk.service.app, AFTERWARDS)
    attendance = f"{municipality}/assignments/{offers[0]}/attendance"
    await desk.done("PUT", attendance, {"minutes": 100}, "officer", MUSASHINO)
    (row,) = await read.rows("figures/staffing?fiscal_year=2026", "officer", MUSASHINO)
    found = [row[name] for name in ("sessions", "seats", "filled", "by_hand", "median_hours", "filled_percent")]
    assert found == [1, 2, 1, 1, 30, 50]
    (kept,) = await read.rows("figures/no-shows?fiscal_year=2026", "officer", MUSASHINO)
    assert [kept[name] for name in ("accepted", "attended", "no_shows", "cancelled")] == [2, 1, 0, 1]
    (hours,) = await read.rows("figures/hours?fiscal_year=2026", "officer", MUSASHINO)
    assert (hours["month"], hours["kind_ja"], hours["hours"], hours["supporters"]) == ("2026-12", "体験会", "1.6", 1)
    assert await read.rows("figures/hours?fiscal_year=2026", "officer", CHIYODA) == []


async def test_an_erasure_changes_no_figure_of_what_was(desk: SupporterDesk) -> None:
    """Promise G8: the person is gone, the hours are not."""
    read = FigureReader(desk.service, desk.as_)
    session, supporter = await desk.session(), await desk.supporter()
    offered = await desk.offered(session, supporter)
    assert (await desk.answer(offered, supporter, "acceptance")).is_success
    set_clock(desk.service.app, AFTERWARDS)
    attendance = f"municipalities/{MUSASHINO}/assignments/{offered}/attendance"
    await desk.done("PUT", attendance, {"minutes": 90}, "officer", MUSASHINO)
    paths = [
        f"figures/{name}?fiscal_year=2026" for name in ("hours", "load", "first-sessions", "staffing", "retention")
    ]
    before: list[Any] = [await read.rows(path) for path in paths]
    assert before[0][0]["minutes"] == before[1][0]["minutes"] == 90
    assert (before[2][7]["helped"], before[2][7]["median_days"]) == (1, 9)
    await desk.done("POST", f"supporters/{supporter}/erasure", {"reference": "見本-1"})
    assert [await read.rows(path) for path in paths] == before
    assert [row["reached"] for row in (await read.rows("targets/2026"))[:1]] == [0]


@pytest.mark.parametrize("seed", [11, 12])
async def test_the_gauges(seed: int, databases: Databases, settings_for: Callable[..., Settings], as_: As) -> None:
    async with figures_of(seed, databases, settings_for, as_) as (world, read):
        async with read.service.app.state.runtime.database.transaction(read_only=True) as tx:
            await measure_at(tx, NOW)
        targets = {year: await read.rows(f"targets/{year}") for year in (2025, 2026)}
    value = REGISTRY.get_sample_value
    statuses = [one["status"] for one in world.supporters]
    for status in ("candidate", "registered", "active", "resting", "suspended", "withdrawn"):
        assert value("kyodo_supporter_supporters", {"status": status}) == statuses.count(status)
    states = [one["state"] for one in world.devices]
    for state in ("available", "lent", "returned", "inspected", "lost", "in_repair", "retired"):
        assert value("kyodo_supporter_devices", {"state": state}) == states.count(state)
    published = [one for one in world.sessions if one["step"] == "published"]
    ahead = [one for one in published if NOW <= one["starts_at"] < NOW + 14 * DAY]
    soon = [one for one in published if NOW <= one["starts_at"] < NOW + 7 * DAY]
    assert value("kyodo_supporter_open_seats") == sum(one["seats"] - one["seats_taken"] for one in ahead)
    assert value("kyodo_supporter_sessions_with_nobody") == sum(not one["seats_taken"] for one in soon)
    offered = [one for one in world.assignments if one["step"] == "offered" and one["expires_at"] > NOW]
    assert value("kyodo_supporter_unanswered_offers") == len(offered) > 0
    for year, rows in targets.items():
        reached = {row["figure"]: row["reached"] for row in rows}
        labels = {"fiscal_year": str(year)}
        assert value("kyodo_supporter_people_supported", labels) == reached["people_supported"] > 0
        for kind in SessionKind:
            took_place = value("kyodo_supporter_sessions_held", {**labels, "kind": kind.value}) or 0
            assert took_place == reached[f"sessions_{kind.value}"]
    goals = {row["figure"]: row["target"] for row in targets[2026]}
    assert value("kyodo_supporter_supporters_target") == goals["supporters"] == 1_000
    assert (
        value("kyodo_supporter_people_supported_target", {"fiscal_year": "2023"}) == goals["people_supported"] == 22_500
    )
