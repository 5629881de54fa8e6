"""The sums that the database makes over everybody's rows, against the same counted by hand; and what they give out."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest_asyncio

from kyodo_academy.kpi.counted import counted
from kyodo_academy.kpi.model import Cell
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_events.database import NOBODY
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import TOKYO
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.running import Running, running

PARTIES = [TOKYO, "131016", "132039", "132047"]
STATUSES = ["open", "held", "held", "cancelled"]
STEPS = ["attended", "attended", "attended", "absent", "nominated"]
BEGINS = datetime(2022, 3, 1, tzinfo=UTC)  # a month before counting begins
DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)


@dataclass(frozen=True)
class Attendance:
    """One that counts."""

    learner: int
    party: str
    programme: ProgrammeCode
    month: Month


@pytest_asyncio.fixture
async def service(databases: Databases, settings_for: Callable[..., Settings]) -> AsyncIterator[Running]:
    async with running(databases, settings_for, "academy") as service:
        yield service


async def lived(service: Running, seed: int) -> list[Attendance]:
    """Thirty learners at sixty sessions over four years, most at the turn of a month; what of it counts."""
    chance, statements, found = random.Random(seed), list[str](), list[Attendance]()  # noqa: S311 - chosen, not secret
    for programme in ProgrammeCode:
        statements.append(
            "INSERT INTO course (id, title_ja, programme, programme_ja, starts_on, seats, status, version)"
            f" VALUES ('{programme}', '', '{programme}', '', '2022-04-01', 9, 'announced', 1)"
        )
    for session in range(60):
        programme, status = chance.choice([*ProgrammeCode]), chance.choice(STATUSES)
        month = Month.containing(BEGINS + timedelta(days=chance.randrange(1500) if session > 3 else 0))
        begins = chance.choice([month.start + HALF_HOUR, month.start + 14 * DAY, month.next().start - HALF_HOUR])
        statements.append(
            "INSERT INTO training_session (session_id, course_id, host, title_ja, place_ja, online, starts_at, ends_at,"
            " apply_until, changes_until, seats, quotas, status, version) SELECT"
            f" '{session}', '{programme}', 'tokyo', '', '', false, at, at, at, at, 9, '[]', '{status}', 1"
            f" FROM (SELECT timestamptz '{begins.isoformat()}') AS t (at)"
        )
        for learner in chance.sample(range(30), 8):
            party, step = PARTIES[learner % 4], chance.choice(STEPS)
            statements.append(
                "INSERT INTO enrolment (municipality, enrolment_id, learner_id, session_id, applied_at, step, place,"
                f" version) VALUES ('{party}', '{session}-{learner}', '{learner}', '{session}', now(), '{step}',"
                " 'seated', 1)"
            )
            if step == "attended" and status != "cancelled" and month >= "2022-04":
                found.append(Attendance(learner, party, programme, month))
    await service.as_owner(*statements)
    return found


def by_hand(attendances: list[Attendance]) -> dict[Month, list[Cell]]:
    """The cells of every month, the slow way: sets of learners."""
    months: dict[Month, list[Cell]] = defaultdict(list)
    for programme in (None, *ProgrammeCode):
        these = sorted((a for a in attendances if programme in (None, a.programme)), key=lambda a: a.month)
        times = Counter((a.month, a.party) for a in these)
        for (month, party), number in times.items():
            here = {a.learner for a in these if (a.month, a.party) == (month, party)}
            before = {a.learner: a.month for a in these if a.month < month}
            this_year = {learner for learner, at in before.items() if at.fiscal_year == month.fiscal_year}
            months[month].append(
                Cell(
                    programme=programme,
                    party=party,
                    attendances=number,
                    taken_over=0,
                    heads=len(here),
                    new_in_year=len(here - this_year),
                    new_ever=len(here - before.keys()),
                )
            )
    return months


async def test_the_sums_are_what_is_counted_by_hand_and_everybody_gets_the_same(service: Running) -> None:
    expected = {month: set(map(str, cells)) for month, cells in by_hand(await lived(service, 8)).items()}
    database = service.app.state.runtime.database
    async with database.transaction(NOBODY, read_only=True) as tx:
        assert await tx.scalar("SELECT count(*) FROM enrolment") == 0, "no row is seen by whom no municipality is named"
        found = (await counted(tx)).recorded
    assert {month: set(map(str, cells)) for month, cells in found.items()} == expected
    assert len(expected) > 20
    async with database.transaction(read_only=True) as tx:
        assert (await counted(tx)).recorded == found


async def test_nothing_but_counts_is_given_out(service: Running) -> None:
    """No identifier of a learner, session or enrolment leaves either function (docs/decisions/0023)."""
    await lived(service, 9)
    seats = await service.as_owner("SELECT sum(seats)::int FROM seats_to_come()")
    by_rows = await service.as_owner(
        "SELECT count(*)::int FROM enrolment e JOIN training_session USING (session_id)"
        " WHERE step = 'nominated' AND status <> 'cancelled' AND e.municipality <> 'tokyo'"
    )
    assert seats == by_rows != [(0,)]
    columns = await service.as_owner(
        "SELECT DISTINCT unnest(proargnames)::text FROM pg_proc WHERE proname IN ('attendance_sums', 'seats_to_come')"
    )
    assert {name for (name,) in columns} == {
        "month", "programme", "party", "attendances", "heads", "new_in_year", "new_ever", "seats",
    }  # fmt: skip
