"""What is metered arrives in any order, often, from four services: the same usage and the same yen (G3, G5, G6)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kyodo_cost_ledger.app import service
from kyodo_cost_ledger.audit.views import books_disagree
from kyodo_cost_ledger.charges.model import Cell
from kyodo_cost_ledger.testing import PROJECT, Story, balances, learn, terms
from kyodo_cost_ledger.usage.facts import KINDS, cell_key
from kyodo_events.cloudevents import encode
from kyodo_events.contracts.academy import TrainingAttendanceCancelled, TrainingAttended
from kyodo_events.contracts.procurement.usage import ServiceUseCancelled, ServiceUseCorrected, ServiceUsed
from kyodo_events.contracts.supporter_matching import SupporterAttendanceCorrected, SupporterAttended
from kyodo_events.contracts.talent import WorkLogAdjusted, WorkLogApproved
from kyodo_events.database import Database, Scope
from kyodo_events.dead_letters import DeadLetters
from kyodo_events.digests import Difference
from kyodo_events.event import Audit, Event, Recorded, new_uuid
from kyodo_events.processing import Processor
from kyodo_events.rebuild import ChecksFailed, rebuild
from kyodo_events.testing import arrivals
from kyodo_events.values.fiscal import Month

CHIYODA, CHUO = "131016", "131024"
PRICES = {"applications": 30, "half_days": 20_000, "supporter_hours": 1_500, "training_attendances": 4_000}
AT = datetime(2024, 6, 1, tzinfo=UTC)
DAY = date(2024, 5, 8)
WHERE: dict[str, Any] = {"project_id": PROJECT, "municipality": CHIYODA}
WHY: dict[str, Any] = {"reason": "数え直し"}
CATALOGUE: dict[str, Any] = {**WHERE, "meter": "applications", "used_on": DAY, "record": "r"}
PERSON: dict[str, Any] = {"pseudonym": "p-1"}
SESSION: dict[str, Any] = {"session_id": "01941f29-7c00-7000-8000-0000000000c1", "held_on": DAY}
MAY = Month("2024-05")
EVENTS: list[tuple[Event, str, int]] = [
    (ServiceUsed(**CATALOGUE, quantity=10), "procurement", 10),
    (ServiceUseCorrected(**CATALOGUE, **WHY, quantity_before=10, quantity=4), "procurement", -6),
    (ServiceUseCancelled(**CATALOGUE, **WHY, quantity_before=1), "procurement", -1),
    (WorkLogApproved(**WHERE, **PERSON, month=MAY, half_days=5), "talent", 5),
    (WorkLogAdjusted(**WHERE, **WHY, month=MAY, half_days_before=5, half_days=7), "talent", 2),
    (SupporterAttended(**WHERE, **PERSON, **SESSION, hours=3), "supporter-matching", 3),
    (SupporterAttendanceCorrected(**WHERE, **WHY, held_on=DAY, hours_before=3, hours=2), "supporter-matching", -1),
    (
        TrainingAttended(**WHERE, **PERSON, **SESSION, course_id="01941f29-7c00-7000-8000-0000000000c2"),
        "academy",
        1,
    ),
    (TrainingAttendanceCancelled(**WHERE, **WHY, held_on=DAY), "academy", -1),
]


def metered(*which: int) -> list[Recorded[Event]]:
    """Events of these places in EVENTS, as their services publish them."""
    audit = Audit("operator", "tokyo", UUID(int=1))
    return [Recorded(EVENTS[n][0], new_uuid(), "metered", f"stream-{n}", 1, AT, audit, EVENTS[n][1], 1) for n in which]


def rules() -> list[Recorded[Event]]:
    """A project with prices for all four meters."""
    return Story().started().joined(CHIYODA, CHUO).agreed(terms(None, prices=PRICES)).told


async def take(ledger: Database, *batches: Sequence[Recorded[Event]]) -> None:
    """Learn these batches, a transaction each."""
    for batch in batches:
        async with ledger.transaction() as tx:
            await learn(tx, batch)


async def ask(ledger: Database, sql: str, scope: str = "*") -> list[tuple[Any, ...]]:
    async with ledger.transaction(Scope(scope), read_only=True) as tx:
        return [tuple(row) for row in await tx.rows(sql)]


def test_every_kind_is_tried() -> None:
    assert {type(event) for event, _, _ in EVENTS} == set(KINDS)


@pytest.mark.parametrize("number", range(len(EVENTS)))
async def test_each_kind_of_event_counts_as_what_it_says_in_its_cell(ledger: Database, number: int) -> None:
    event, source, quantity = EVENTS[number]
    (fact,) = metered(number)
    await take(ledger, rules(), [fact])
    municipality, project, meter, month = cell_key(event)  # type: ignore[arg-type]
    assert await ask(ledger, "SELECT municipality, project_id, meter, month, quantity, records FROM usage_cell") == [
        (CHIYODA, PROJECT, meter, "2024-05", quantity, 1)
    ]
    assert (municipality, project, month) == (CHIYODA, PROJECT, "2024-05")
    assert await ask(ledger, "SELECT source, meter, records FROM usage_intake") == [(source, meter, 1)]
    day = date(2024, 5, 1) if source == "talent" else DAY
    record = "r" if source == "procurement" else f"stream-{number}"
    assert await ask(ledger, "SELECT event_id, used_on, quantity, record, source FROM usage_record") == [
        (fact.id, day, quantity, record, source)
    ]
    async with ledger.transaction() as tx:
        charged = {Cell(PROJECT, "usage", meter, "2024-05", CHIYODA): quantity * PRICES[meter]}
        assert await balances(tx) == (charged if quantity > 0 else {})  # alone, a correction waits for what it corrects


async def test_the_ledger_listens_to_all_four_services() -> None:
    topics = {topic.name for topic in service.subscribed}
    assert topics >= {event.topic.name for event in KINDS if event.topic}
    assert {source for _, source, _ in EVENTS} == {"procurement", "talent", "supporter-matching", "academy"}


HISTORY = st.lists(st.integers(0, len(EVENTS) - 1), min_size=1, max_size=14)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORY, chance=st.randoms(use_true_random=False))
async def test_order_repetition_and_cut_of_arrivals_change_nothing(
    databases: Any, history: list[int], chance: Any
) -> None:
    """Any permutation, with any events delivered again, in any batches: the same tables and the same balances."""
    told = [*rules(), *metered(*history)]
    shuffled = chance.sample(told, len(told))
    shuffled += [chance.choice(told) for _ in range(chance.randrange(6))]
    cuts = sorted({0, len(shuffled), *(chance.randrange(len(shuffled)) for _ in range(chance.randrange(4)))})
    batches = [shuffled[start:end] for start, end in pairwise(cuts)]
    batches += [chance.choice(batches)] if chance.randrange(2) else []

    async with databases.of(service.name, service.migrations) as made:
        ledger = await Database.connect(made.app_url(databases.admin_url))
        try:
            await take(ledger, *batches)
            async with ledger.transaction() as tx:
                found = await balances(tx)
            cells = dict(await ask(ledger, "SELECT meter, (quantity, records) FROM usage_cell"))
            counts = Counter(dict(await ask(ledger, "SELECT source, sum(records)::int FROM usage_intake GROUP BY 1")))
            ids = [id_ for (id_,) in await ask(ledger, "SELECT event_id FROM usage_record")]
        finally:
            await ledger.close()
    wanted: dict[str, list[int]] = {}
    for number in history:
        wanted.setdefault(cell_key(EVENTS[number][0])[2], []).append(EVENTS[number][2])  # type: ignore[arg-type]
    assert cells == {meter: (sum(quantities), len(quantities)) for meter, quantities in wanted.items()}
    assert counts == Counter(EVENTS[number][1] for number in history)
    assert sorted(ids) == sorted(r.id for r in told[len(told) - len(history) :])
    yen = {meter: sum(quantities) * PRICES[meter] for meter, quantities in wanted.items()}
    assert {cell.item: amount for cell, amount in found.items()} == {m: y for m, y in yen.items() if y > 0}


# partitions


async def test_a_month_gets_its_partition_when_its_first_record_comes(ledger: Database) -> None:
    story = Story().used(CHIYODA, 1, "2024-04-30").used(CHIYODA, 2, "2024-05-01").used(CHUO, 3, "2031-12-31")
    await take(ledger, story.told[:2], story.told)
    partitions = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'usage_record'::regclass"
    assert {name for (name,) in await ask(ledger, partitions)} == {
        f"usage_record_{month}" for month in ("2024_04", "2024_05", "2031_12")
    }
    assert await ask(ledger, "SELECT sum(quantity)::int FROM usage_record") == [(6,)]


async def test_a_partition_by_itself_is_nobodys_and_the_whole_is_walled_off(ledger: Database) -> None:
    await take(ledger, Story().used(CHIYODA, 1).used(CHUO, 2).told)
    assert await ask(ledger, "SELECT municipality FROM usage_record", CHUO) == [(CHUO,)]
    assert await ask(ledger, "SELECT municipality FROM usage_record", "") == []
    for statement in ("SELECT * FROM usage_record_2024_04", "DROP TABLE usage_record_2024_04"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with ledger.transaction() as tx:
                await tx.run(statement)


async def test_only_months_get_partitions(ledger: Database) -> None:
    async with ledger.transaction() as tx:
        for month in ("2024-13", "2024-00", "24-01", "2024-01; DROP TABLE charge", ""):
            await tx.rows("SELECT make_room_for_usage($1)", month)
        assert await tx.scalar("SELECT count(*) FROM pg_inherits") == 0


async def test_consumers_side_by_side_make_the_same_months(ledger: Database) -> None:
    story = Story()
    for month in range(4, 13):
        for code in (CHIYODA, CHUO):
            story.used(code, month, f"2024-{month:02d}-02")
    await asyncio.gather(*(take(ledger, story.told[lane::4]) for lane in range(4)))
    assert await ask(ledger, "SELECT count(*)::int, sum(records)::int FROM usage_cell") == [(18, 18)]


async def test_a_day_that_is_written_in_another_way_is_parked_and_never_counted_in_a_wrong_month(
    ledger: Database,
) -> None:
    """Python reads the number as 10 April 2023; the SQL must not read it as something else in silence."""
    (good,) = metered(0)
    row = {
        **{"id": new_uuid(), "category": "usage", "stream": "s", "version": 1, "at": AT, "actor": "a"},
        **{"organisation": "o", "correlation": UUID(int=1), "causation": None, "traceparent": None, "position": 1},
        **{"type": ServiceUsed.event_type, "type_version": 1, "record_key": CHIYODA},
        "data": good.event.model_dump_json().replace('"2024-05-08"', "1681084800"),
    }
    (record,) = (arrival.record for arrival in arrivals([good]))
    key, value, headers = encode(row, "procurement")  # type: ignore[arg-type]
    odd = type(record)(record.topic, 0, 0, key, value, headers)  # type: ignore[call-arg]
    processor = Processor(ledger, service.name, service.views, service.reactions)
    with pytest.raises(asyncpg.DataError) as refused:
        await processor.process([odd], {record.topic: 1})
    await processor.process([odd], {record.topic: 1}, fault=str(refused.value))  # what the consumer does at last
    assert len(await DeadLetters(processor).list()) == 1
    assert await ask(ledger, "SELECT count(*)::int FROM usage_cell") == [(0,)]


async def test_a_record_never_stands_in_the_partition_of_another_month(ledger: Database) -> None:
    insert = "INSERT INTO usage_record SELECT municipality, project_id, meter, '{}', event_id, used_on, 1, 'x', 'y'"
    await take(ledger, Story().used(CHIYODA, 1, "2024-04-10").used(CHIYODA, 1, "2024-05-10").told)
    for month, refused in (("2024-04", "usage_record_month"), ("2024-06", "no partition of relation")):
        with pytest.raises(asyncpg.CheckViolationError, match=refused):
            async with ledger.transaction() as tx:
                await tx.run(f"{insert.format(month)} FROM usage_record WHERE month = '2024-05'")


# rebuild


async def rebuilt(databases: Any, made: Any, *, switch: bool = False) -> list[Difference]:
    owner = await Database.connect(made.owner_url(databases.admin_url))
    try:
        return await rebuild(
            owner, service.views, source=service.name, progress=lambda *_: None, switch=switch, checks=service.checks
        )
    finally:
        await owner.close()


def long_history() -> list[Recorded[Event]]:
    return [*rules(), *metered(*(list(range(len(EVENTS))) * 4))]


async def test_the_projection_equals_its_rebuild_and_the_books_its_facts(
    ledger: Database, ledger_database: Any, databases: Any
) -> None:
    history = long_history()
    await take(ledger, *(history[start : start + 7] for start in range(0, len(history), 7)))
    found = await rebuilt(databases, ledger_database)
    assert all(difference.none for difference in found)
    assert {d.table: d.live.partition(":")[0] for d in found}["usage_record"] == "36"


async def test_planted_difference_in_usage_is_found_and_mended(
    ledger: Database, ledger_database: Any, databases: Any
) -> None:
    await take(ledger, long_history())
    async with ledger.transaction() as tx:
        await tx.run("UPDATE usage_record SET quantity = quantity + 1 WHERE meter = 'half_days' AND quantity = 5")
    found = {d.table: d for d in await rebuilt(databases, ledger_database, switch=True)}
    assert (found["usage_record"].only_live, found["usage_record"].only_rebuilt) == (4, 4)
    assert all(difference.none for difference in await rebuilt(databases, ledger_database))


async def test_planted_difference_in_the_books_is_found_by_the_rebuild(
    ledger: Database, ledger_database: Any, databases: Any
) -> None:
    """Also where the live facts agree with the books: it is the rebuilt ones that are asked."""
    await take(ledger, rules(), metered(0))
    async with ledger.transaction() as tx:
        await tx.run("UPDATE usage_cell SET quantity = 11")
        await tx.run("UPDATE usage_record SET quantity = 11")
        await tx.run("UPDATE charge SET amount = 330 WHERE amount = 300")
    with pytest.raises(ChecksFailed, match="1 cells of the books differ from the facts") as failed:
        await rebuilt(databases, ledger_database, switch=True)
    assert {d.table for d in failed.value.found if not d.none} == {"usage_cell", "usage_record"}
    async with ledger.transaction() as tx:
        assert "1 cells of the books differ from the facts" in await books_disagree(tx)  # the facts are right again
