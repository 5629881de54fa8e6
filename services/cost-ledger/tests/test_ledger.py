"""The ledger on PostgreSQL: any order of arrival, waiting usage, the journal's guards, other municipalities' rows."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import asyncpg
import pytest

from kyodo_cost_ledger.audit.views import findings
from kyodo_cost_ledger.charges.model import Cell, base_targets, usage_of
from kyodo_cost_ledger.periods.views import open_books
from kyodo_cost_ledger.projects.model import ParticipationChange, Project, TermsVersion
from kyodo_cost_ledger.testing import PROJECT, Story, balances, learn, terms
from kyodo_cost_ledger.usage.model import UsageCell, rate
from kyodo_events.contracts.procurement.projects import ParticipantJoined, ParticipantLeft, ProjectStarted
from kyodo_events.contracts.procurement.terms import BurdenTermsEnteredIntoForce
from kyodo_events.contracts.procurement.usage import ServiceUsed
from kyodo_events.database import Database, Scope
from kyodo_events.event import Event, Recorded, new_uuid
from kyodo_events.values.fiscal import Month
from kyodo_platform.own_scope import as_the_service

CHIYODA, CHUO, MUSASHINO = "131016", "131024", "132039"
OTHER = "01941f29-7c00-7000-8000-00000000000b"


def long_story() -> list[Recorded[Event]]:
    """Two projects, changed terms, somebody who joins late, somebody who leaves and comes back, odd usage."""
    first = Story().started().joined(CHIYODA, CHUO).agreed(terms(1_000_001, tokyo="1/3"))
    first.joined(MUSASHINO, month="2024-10").left(CHUO, "2024-06").joined(CHUO, month="2024-12")
    first.agreed(terms(2_000_003, effective_from="2024-09", prices={"applications": 40, "logins": 0}))
    for month in range(4, 13):
        for code in (CHIYODA, CHUO, MUSASHINO):
            first.used(code, month * 7, f"2024-{month:02d}-03").used(code, 2, f"2024-{month:02d}-28")
    first.used(CHUO, 5, meter="logins", on="2024-10-01").used(CHUO, 5, meter="unheard_of")
    second = Story(OTHER).joined(CHUO).agreed(terms(None, prices={"seats": 400})).used(CHUO, 3, meter="seats")
    return first.told + second.told  # the second project never starts


def told_by(story: Sequence[Recorded[Event]]) -> dict[Cell, int]:
    """What the books must say: computed from the whole story at once, without a database."""
    projects: dict[str, Project] = {}
    cells: dict[tuple[str, str, str, str], tuple[int, int]] = {}
    for id_ in (PROJECT, OTHER):
        own = [r for r in story if r.stream == id_]
        changes = [
            ParticipationChange(
                r.version,
                r.event.municipality,
                isinstance(r.event, ParticipantJoined),
                r.event.from_month if isinstance(r.event, ParticipantJoined) else r.event.last_month.next(),
            )
            for r in own
            if isinstance(r.event, ParticipantJoined | ParticipantLeft)
        ]
        agreed = [
            TermsVersion(r.event.terms_version, r.event.terms, r.stream, r.event.terms_hash, r.id)
            for r in story
            if isinstance(r.event, BurdenTermsEnteredIntoForce) and r.event.project_id == id_
        ]
        started = any(isinstance(r.event, ProjectStarted) for r in own)
        projects[id_] = Project(id_, started, tuple(changes), tuple(agreed))
    for r in story:
        if isinstance(r.event, ServiceUsed):
            key = (r.event.municipality, r.event.project_id, r.event.meter, f"{r.event.used_on:%Y-%m}")
            quantity, records = cells.get(key, (0, 0))
            cells[key] = quantity + r.event.quantity, records + 1
    used = [UsageCell(m, p, meter, Month(month), q, n) for (m, p, meter, month), (q, n) in cells.items()]
    targets = base_targets(projects.values()) | {usage_of(u): rate(projects[u.project_id], u).amount for u in used}
    return {cell: amount for cell, amount in targets.items() if amount}


def cut(story: Sequence[Recorded[Event]], seed: int) -> list[list[Recorded[Event]]]:
    """The story in a random order, in batches of random sizes."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    shuffled = chance.sample(story, len(story))
    batches = []
    while shuffled:
        size = chance.choice([1, 2, 5, 20, 100])
        batches.append(shuffled[:size])
        shuffled = shuffled[size:]
    return batches


@pytest.mark.parametrize("seed", range(8))
async def test_the_order_of_arrival_never_changes_charges(ledger: Database, seed: int) -> None:
    story = long_story()
    for batch in cut(story, seed):
        async with ledger.transaction() as tx:
            await learn(tx, batch)
    async with ledger.transaction() as tx:
        assert await balances(tx) == told_by(story)
    async with ledger.transaction(read_only=True) as tx:
        assert (await findings(tx)).consistent


@pytest.mark.parametrize("seed", range(4))
async def test_consumers_side_by_side_lose_nothing(ledger: Database, seed: int) -> None:
    story = long_story()
    batches = cut(story, seed)

    async def consumer(share: list[list[Recorded[Event]]]) -> None:
        for batch in share:
            async with ledger.transaction() as tx:
                await learn(tx, batch)

    await asyncio.gather(*(consumer(batches[n::3]) for n in range(3)))
    async with ledger.transaction() as tx:
        assert await balances(tx) == told_by(story)


@pytest.mark.parametrize("usage_first", [True, False])
async def test_usage_and_terms_written_at_the_same_moment_find_each_other(ledger: Database, usage_first: bool) -> None:
    """Neither sees the other's uncommitted facts: without the locks the usage would wait for ever."""
    story = Story().started().joined(CHIYODA).used(CHIYODA, 10).agreed(terms(None))
    async with ledger.transaction() as tx:
        await learn(tx, story.told[:2])
    usage, agreed = story.told[2:3], story.told[3:]
    first, second = (usage, agreed) if usage_first else (agreed, usage)

    async def take_second() -> None:
        async with ledger.transaction() as tx:
            await learn(tx, second)

    async with ledger.transaction() as tx:
        await learn(tx, first)
        waiting = asyncio.create_task(take_second())
        done, _ = await asyncio.wait([waiting], timeout=0.3)
        assert not done
    await waiting
    async with ledger.transaction() as tx:
        assert await balances(tx) == {Cell(PROJECT, "usage", "applications", "2024-04", CHIYODA): 300}


async def test_no_line_slips_into_a_month_that_is_being_closed(ledger: Database) -> None:
    story = Story().started().joined(CHIYODA).agreed(terms(None)).used(CHIYODA, 10)
    async with ledger.transaction() as tx:
        await learn(tx, story.told[:3])

    async def take_usage() -> None:
        async with ledger.transaction() as tx:
            await learn(tx, story.told[3:])

    april = Month("2024-04")
    async with ledger.transaction() as tx:
        books = await open_books(tx, april)
        late = asyncio.create_task(take_usage())
        done, _ = await asyncio.wait([late], timeout=0.3)
        assert not done
        assert books.lines == ()
        await tx.run("INSERT INTO closed_month VALUES ($1, now(), 0, 0, 1)", april)
    await late
    async with ledger.transaction() as tx:
        assert await tx.scalar("SELECT array_agg(DISTINCT period) FROM posting_line") == ["2024-05"]


async def test_usage_waits_for_its_terms_and_is_charged_when_they_come(ledger: Database) -> None:
    early = Story().used(CHIYODA, 10).used(CHIYODA, 5)
    async with ledger.transaction() as tx:
        await learn(tx, early.told)
        assert await balances(tx) == {}
        assert await tx.scalar("SELECT reason FROM uncharged_usage") == "unknown_project"
    later = Story().started().joined(CHIYODA).agreed(terms(None))
    async with ledger.transaction() as tx:
        await learn(tx, later.told)
        assert await balances(tx) == {Cell(PROJECT, "usage", "applications", "2024-04", CHIYODA): 450}
        assert await tx.scalar("SELECT count(*) FROM uncharged_usage") == 0
        cause = await tx.row("SELECT cause, reason FROM posting")
    assert cause
    assert (cause["cause"], cause["reason"]) == (later.told[-1].id, "terms")


async def test_the_journal_refuses_lines_that_do_not_balance(ledger: Database) -> None:
    header = "INSERT INTO posting VALUES ($1, now(), 'p', 'base', 'terms', gen_random_uuid())"
    line = (
        "INSERT INTO posting_line"
        " SELECT party, 'p', 'base', 'equal', '2024-04', posting_id, '2024-04', yen, now()"
        " FROM posting, unnest($1::text[], $2::bigint[]) AS t (party, yen)"
    )

    async def add(*amounts: int) -> None:
        async with ledger.transaction() as tx:
            await tx.run(header, new_uuid())
            await tx.run(line, [CHIYODA, "project"], amounts)

    with pytest.raises(asyncpg.CheckViolationError, match="does not sum to zero"):
        await add(100, -99)
    await add(100, -100)


@pytest.mark.parametrize("table", ["posting", "posting_line"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET project_id = 'q'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_the_journal_is_append_only(ledger: Database, table: str, statement: str) -> None:
    async with ledger.transaction() as tx:
        await learn(tx, Story().started().joined(CHIYODA).agreed(terms()).told)
    with pytest.raises((asyncpg.RestrictViolationError, asyncpg.InsufficientPrivilegeError)):
        async with ledger.transaction() as tx:
            await tx.run(statement.format(table))


@pytest.mark.parametrize(
    "statement", ["UPDATE posting_line SET amount = 0", "DELETE FROM posting", "TRUNCATE posting_line"]
)
async def test_not_even_the_owner_changes_the_journal(
    ledger: Database, owner: asyncpg.Connection, statement: str
) -> None:
    async with ledger.transaction() as tx:
        await learn(tx, Story().started().joined(CHIYODA).agreed(terms()).told)
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute(statement)


@pytest.mark.parametrize("table", ["posting_line", "charge", "usage_record", "usage_cell", "uncharged_usage"])
async def test_another_municipalitys_rows_are_invisible(ledger: Database, table: str) -> None:
    story = Story().started().joined(CHIYODA, CHUO).agreed(terms(tokyo="1/2")).used(CHIYODA, 1).used(CHUO, 2)
    story.used(CHIYODA, 1, meter="unheard_of").used(CHUO, 1, meter="unheard_of")
    async with ledger.transaction() as tx:
        await learn(tx, story.told)
    column = "party" if table in ("posting_line", "charge") else "municipality"

    async def seen(scope: Scope) -> set[str]:
        async with ledger.transaction(scope) as tx:
            return {row[0] for row in await tx.rows(f"SELECT DISTINCT {column} FROM {table}")}

    assert await seen(Scope(CHIYODA)) == {CHIYODA}
    assert await seen(Scope("")) == set()
    assert {CHIYODA, CHUO} <= await seen(Scope("*"))


async def test_the_ledger_books_for_all_and_goes_back_to_whom_it_works_for(ledger: Database) -> None:
    story = Story().started().joined(CHIYODA, CHUO).agreed(terms())
    async with ledger.transaction() as tx:
        await learn(tx, story.told)
    count = "SELECT count(DISTINCT party) FROM charge"
    async with ledger.transaction(Scope(CHIYODA)) as tx:
        async with as_the_service(tx):
            assert await tx.scalar(count) == 2
        assert await tx.scalar(count) == 1


async def test_a_second_batch_posts_only_the_difference(ledger: Database) -> None:
    story = Story().started().joined(CHIYODA, CHUO).agreed(terms())
    async with ledger.transaction() as tx:
        await learn(tx, story.told)
        lines = await tx.scalar("SELECT count(*) FROM posting_line")
        await learn(tx, Story().started().told)  # nothing new
        assert await tx.scalar("SELECT count(*) FROM posting_line") == lines
        await learn(tx, story.joined(MUSASHINO, month="2025-03").told[-1:])
        months = await tx.rows("SELECT DISTINCT month FROM posting_line WHERE party = $1", MUSASHINO)
        assert [row["month"] for row in months] == ["2025-03"]
        new = await tx.rows(
            "SELECT DISTINCT month FROM posting_line l JOIN posting p USING (posting_id) WHERE cause = $1",
            story.told[-1].id,
        )
        assert [row["month"] for row in new] == ["2025-03"]
