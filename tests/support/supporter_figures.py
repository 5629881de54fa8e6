"""A small invented world of sessions, seats, reports and supporters, as rows, for figures and their oracles.

Its moments lie on the edges on purpose: where a year or a month begins in Tokyo and an instant before, at this very
moment, and so many months after a registration to the instant. What was offered before a session was moved keeps the
time of then, so that whoever reads the time of the wrong row is found out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import sqlalchemy as sa

from kyodo_events.database import Database
from kyodo_events.values.fiscal import TOKYO_TIME, FiscalYear, Month
from kyodo_events.views import upsert
from kyodo_supporter_matching.assignments.values import AssignmentStatus, Canceller, Origin
from kyodo_supporter_matching.assignments.views import assignment
from kyodo_supporter_matching.devices.values import State
from kyodo_supporter_matching.devices.views import device
from kyodo_supporter_matching.figures.views import session_publication, supporter_step
from kyodo_supporter_matching.participation_surveys.views import planned_sessions
from kyodo_supporter_matching.reports.model import AgeBand, Question
from kyodo_supporter_matching.reports.views import activity_report
from kyodo_supporter_matching.sessions.values import SessionKind
from kyodo_supporter_matching.sessions.views import session
from kyodo_supporter_matching.supporters.views import supporter
from kyodo_supporter_matching.trainees.values import months_after
from tests.support.running import Running
from tests.support.supporter_desk import CHIYODA, MITAKA, MUSASHINO, NOW

Row = dict[str, Any]

YEAR: Final = FiscalYear(2026)
TOWNS: Final = (MUSASHINO, MITAKA, CHIYODA)
INSTANT: Final = timedelta(microseconds=1)
STEPS: Final = ("planned", "published", "held", "held", "reported", "reported", "cancelled")
SEATED: Final = ("accepted", "confirmed", "attended", "no_show")
EXACT: Final = {
    datetime(2026, 8, 28, 3, tzinfo=UTC): (NOW,),
    datetime(2025, 11, 28, 3, tzinfo=UTC): (datetime(2026, 2, 28, 3, tzinfo=UTC), NOW),
}
"""When the first two were registered, and when they helped: at the very end of 3 and 12 months."""


@dataclass
class World:
    """The rows by table."""

    sessions: list[Row] = field(default_factory=list)
    publications: list[Row] = field(default_factory=list)
    assignments: list[Row] = field(default_factory=list)
    reports: list[Row] = field(default_factory=list)
    supporters: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    planned: list[Row] = field(default_factory=list)
    devices: list[Row] = field(default_factory=list)

    async def store(self, service: Running) -> None:
        """Write the rows as the owner, past row-level security."""
        owner = await Database.connect(service.database.owner_url(service.admin_url))
        try:
            async with owner.transaction() as tx:
                for table, rows in self._tables:
                    await upsert(table, rows).run(tx)
        finally:
            await owner.close()

    def session_of(self, row: Row) -> Row:
        """The session of an assignment or a report."""
        return next(one for one in self.sessions if one["session_id"] == row["session_id"])

    def of_year(self, rows: list[Row], year: FiscalYear = YEAR) -> list[tuple[Row, Row]]:
        """Assignments or reports with their sessions, of those that begin in a fiscal year."""
        both = [(row, self.session_of(row)) for row in rows]
        return [(row, one) for row, one in both if FiscalYear.of(one["starts_at"]) == year]

    def rested_at_the_turn_of_the_year(self, supporter_id: str) -> None:
        """Let this one be active until the very moment at which the year begins, and never help."""
        begin = YEAR.month(1).start
        told = ("registered", 2, 300), ("active", 3, 200), ("resting", 4, 0)
        self.steps = [step for step in self.steps if step["supporter_id"] != supporter_id] + [
            {
                "kept_by": "tokyo",
                "supporter_id": supporter_id,
                "number": number,
                "status": status,
                "at": begin - timedelta(days=days),
            }
            for status, number, days in told
        ]

    @property
    def _tables(self) -> Sequence[tuple[sa.Table, list[Row]]]:
        return (
            (session, self.sessions),
            (session_publication, self.publications),
            (assignment, self.assignments),
            (activity_report, self.reports),
            (supporter, self.supporters),
            (supporter_step, self.steps),
            (planned_sessions, self.planned),
            (device, self.devices),
        )


def later(moment: datetime, months: int) -> datetime:
    """The same time of day in Tokyo, so many calendar months later."""
    there = moment.astimezone(TOKYO_TIME)
    return datetime.combine(months_after(there.date(), months), there.timetz())


def edges() -> list[datetime]:
    """Where months begin in Tokyo, this moment, the edges of the gauges, and an instant before and after each."""
    begin = [month.start for month in (*YEAR.months(), YEAR.next().month(1))]
    of_gauges = [NOW, NOW + timedelta(days=7), NOW + timedelta(days=14)]
    return [moment + shift for moment in (*begin, *of_gauges) for shift in (-INSTANT, INSTANT * 0, INSTANT)]


def invented(seed: int) -> World:
    """The world of a seed."""
    random, world = Random(seed), World()  # noqa: S311 - an invented world, no secret
    names = [f"0193f1a0-0000-7000-8000-{number:012}" for number in range(1, 19)]
    for name, since in zip(names, [*EXACT, *[None] * len(names)], strict=False):
        _supporter(world, random, name, since)
    moments = edges() + [_any(random) for _ in range(30)] + [_lately(random) for _ in range(30)]
    for number, moment in enumerate(moments):
        _session(world, random, number, moment)
    for number, one in enumerate(world.sessions):
        for other in random.sample(names[len(EXACT) + 1 :], random.randint(0, 4)):
            _assignment(world, random, f"a-{number}-{other[-2:]}", one, other)
        if random.random() < 0.8:
            _report(world, random, one)
    for name, exact in zip(names, EXACT.values(), strict=False):
        for moment in exact:
            _session(world, random, len(world.sessions), moment)
            _assignment(world, random, f"a-{name[-2:]}-{moment}", world.sessions[-1], name, "attended")
    world.rested_at_the_turn_of_the_year(names[len(EXACT)])
    _session(world, random, len(world.sessions), NOW)
    world.sessions[-1] |= {"step": "published", "seats": 2, "seats_taken": 0, "taken": [0]}
    for town in TOWNS[:2]:
        for year in (2025, 2026):
            for kind in SessionKind:
                plan = {"municipality": town, "fiscal_year": year, "kind": kind.value}
                world.planned.append({**plan, "sessions": random.randint(0, 9)})
    for number in range(12):
        world.devices.append(_device(random, number))
    return world


def _any(random: Random) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randint(0, 60 * 24 * 550))


def _lately(random: Random) -> datetime:
    """In one of two months, so that many things fall together."""
    return datetime(2026, random.choice([9, 10]), random.randint(2, 28), 3, tzinfo=UTC)


def _supporter(world: World, random: Random, name: str, exactly: datetime | None) -> None:
    """One who was registered on an edge or within the last two years, and did some things, also on the edges."""
    world.supporters.append(
        {
            "id": name,
            "home_municipality": random.choice(TOWNS),
            "pseudonym": f"supporter-{name}",
            "languages": ["ja"],
            "sessions_per_month": 4,
            "status": random.choice(["candidate", "registered", "active", "active", "resting", "withdrawn"]),
            "version": 9,
        }
    )
    since = exactly or random.choice(
        [one for one in edges() if one < NOW] + [_any(random) - timedelta(days=400) for _ in range(20)]
    )
    moments = {later(since, months) + shift * INSTANT for months in (3, 6, 12) for shift in (-1, 0)}
    moments |= {since + timedelta(days=random.randint(0, 500)) for _ in range(4)} | {YEAR.month(1).start, NOW}
    chosen = sorted(one for one in random.sample(sorted(moments), random.randint(0, 5)) if since < one <= NOW)
    steps = ["active", "resting", "suspended", "resting", "withdrawn"]
    told = [("registered", since), *((random.choice(steps[:-1]), one) for one in chosen)]
    if chosen and random.random() < 0.4:
        told[-1] = ("withdrawn", chosen[-1])
    for number, (status, at) in enumerate(told):
        key = {"kept_by": "tokyo", "supporter_id": name, "number": 2 + number}
        world.steps.append({**key, "status": status, "at": at})


def _session(world: World, random: Random, number: int, moment: datetime) -> None:
    seats, step = random.randint(1, 3), random.choice(STEPS)
    if moment > NOW:
        step = random.choice(("planned", "published", "published", "cancelled", "held"))
    taken = random.randint(0, seats)
    world.sessions.append(
        {
            "session_id": f"s-{number}",
            "municipality": random.choice(TOWNS),
            "kind": random.choice([*SessionKind, SessionKind.EXPERIENCE, SessionKind.EXPERIENCE]).value,
            "title_ja": "見本の体験会",
            "venue_id": "v-1",
            "starts_at": moment,
            "ends_at": moment + timedelta(hours=2),
            "latitude": 35.7,
            "longitude": 139.5,
            "needs": [{"seats": seats}],
            "seats": seats,
            "taken": [taken],
            "seats_taken": taken,
            "expected_visitors": 0,
            "step": step,
            "version": 3,
        }
    )
    if step != "planned":
        ahead = timedelta(minutes=random.choice([60 * 24 * 30, random.randint(1, 60 * 24 * 60)]))
        world.publications.append({"session_id": f"s-{number}", "published_at": moment - ahead})


def _assignment(world: World, random: Random, name: str, one: Row, supporter_id: str, status: str = "") -> None:
    status = status or random.choice([*AssignmentStatus, AssignmentStatus.ATTENDED, AssignmentStatus.CANCELLED]).value
    status = "offered" if status == "expired" else status
    published = next(
        (row["published_at"] for row in world.publications if row["session_id"] == one["session_id"]), None
    )
    begun = published or one["starts_at"] - timedelta(days=20)
    waited = timedelta(seconds=random.randint(0, 200) * 3600 + random.choice([0, 1, 3599]))
    accepted = status in SEATED or (status == "cancelled" and random.random() < 0.6)
    cancelled = status == "cancelled"
    world.assignments.append(
        {
            "municipality": one["municipality"],
            "assignment_id": name,
            "supporter_id": supporter_id,
            "session_id": one["session_id"],
            "line": 0,
            "origin": random.choice(list(Origin)).value,
            "starts_at": one["starts_at"] + timedelta(days=random.choice([0, 0, 45])),
            "ends_at": one["ends_at"],
            "offered_at": begun,
            "expires_at": random.choice([NOW - INSTANT, NOW, NOW + INSTANT, NOW + timedelta(days=1)]),
            "accepted_at": begun + waited if accepted else None,
            "step": status,
            "cancelled_by": random.choice(list(Canceller)).value if cancelled else None,
            "hours_before": random.choice([0, 23, 24, 71, 72, 200]) if cancelled else None,
            "minutes": random.choice([1, 59, 60, 90, 240]) if status == "attended" else None,
            "version": 2,
        }
    )


def _report(world: World, random: Random, one: Row) -> None:
    """Also of sessions that were not held: such a report cannot be filed, and would not count."""
    ages = {age.value: random.randint(0, 5) for age in random.sample(list(AgeBand), 3)}
    asked = {what.value: random.randint(0, 9) for what in random.sample(list(Question), random.randint(0, 3))}
    world.reports.append(
        {
            "municipality": one["municipality"],
            "session_id": one["session_id"],
            "visitors": ages,
            "questions": asked,
            "visitors_in_all": sum(ages.values()),
            "people_supported": random.randint(0, sum(ages.values())),
            "problems_ja": "",
            "reported_at": one["ends_at"],
            "version": 1,
        }
    )


def _device(random: Random, number: int) -> Row:
    return {
        "municipality": random.choice(TOWNS),
        "device_id": f"d-{number}",
        "asset_tag": f"TAB-{number}",
        "family": "tablet",
        "product": "見本",
        "state": random.choice(list(State)[:4]).value,
        "changed_at": NOW,
        "version": 1,
    }


def month_of(moment: datetime) -> str:
    """The month in Tokyo."""
    return str(Month.containing(moment))
