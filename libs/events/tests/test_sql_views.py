"""Views filled inside PostgreSQL: the same statement live and in a rebuild, and every version read (G6)."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa

from kyodo_events import rebuild as rebuilding
from kyodo_events.database import Database, Transaction
from kyodo_events.digests import Difference
from kyodo_events.event import Audit, Batch, Event, JsonObject, Recorded, new_uuid, registry
from kyodo_events.processing import Effects
from kyodo_events.rebuild import ChecksFailed, rebuild
from kyodo_events.schema import read_model
from kyodo_events.testing import arrivals
from kyodo_events.views import AnyWrite, View, add_up, apply_all

metadata = sa.MetaData()
rain = sa.Table("rain", metadata, sa.Column("place", sa.Text, primary_key=True), sa.Column("mm", sa.BigInteger))
drop = sa.Table("drop_seen", metadata, sa.Column("event_id", sa.Uuid), sa.Column("mm", sa.BigInteger))
bells = sa.Table("bells", metadata, sa.Column("place", sa.Text, primary_key=True), sa.Column("rung", sa.BigInteger))
CREATE = [
    "CREATE TABLE rain (place text PRIMARY KEY, mm bigint NOT NULL)",
    "CREATE TABLE drop_seen (event_id uuid, mm bigint)",
    "CREATE INDEX ON drop_seen (mm)",
    "CREATE TABLE bells (place text PRIMARY KEY, rung bigint NOT NULL)",
    *(statement for table in ("rain", "drop_seen", "bells") for statement in read_model(table)),
]
DROPS = "INSERT INTO drop_seen SELECT event_id, (data->>'mm')::bigint FROM arrivals"
SUMS = """
WITH fallen AS (SELECT stream, (data->>'mm')::bigint AS mm FROM arrivals)
INSERT INTO rain SELECT stream, sum(mm) FROM fallen GROUP BY stream ORDER BY stream
ON CONFLICT (place) DO UPDATE SET mm = rain.mm + excluded.mm
"""
AUDIT = Audit("tester", "131016", uuid4())


class Rained(Event, type="kyodo-test.sql.rained"):
    mm: int


class Hailed(Event, type="kyodo-test.sql.hailed", version=2):
    mm: int


@registry.upcasts(Hailed, from_version=1)
def _(data: JsonObject) -> JsonObject:
    return data


class Rang(Event, type="kyodo-test.sql.rang"):
    """Something for a filler in Python."""


def views(*statements: str) -> list[View]:
    """A view in SQL and one in Python."""
    weather, tower = View("weather", rain, drop), View("tower", bells)
    weather.from_arrivals({Rained: [1], Hailed: [1, 2]}, *(statements or (DROPS, SUMS)))

    @tower.on(Rang)
    def rung(rows: Batch[Rang]) -> AnyWrite:
        return add_up(bells, [{"place": r.stream, "rung": 1} for r in rows])

    return [weather, tower]


def told(length: int, seed: int = 3) -> list[Recorded[Event]]:
    """Events of all three kinds at four places."""
    dice = random.Random(seed)  # noqa: S311 - repeatable
    events = [dice.choice([Rained(mm=dice.randrange(9)), Hailed(mm=dice.randrange(9)), Rang()]) for _ in range(length)]
    at = datetime.now(UTC)
    return [Recorded(e, new_uuid(), "sky", f"p{dice.randrange(4)}", 1, at, AUDIT, "other", 1) for e in events]


@dataclass
class Sky:
    """A database that listens to it."""

    app: Database
    owner: Database
    views: list[View] = field(default_factory=views)
    progress: list[tuple[int, int]] = field(default_factory=list)

    async def learn(self, batch: Sequence[Recorded[Event]]) -> None:
        async with self.app.transaction() as tx:
            await Effects(self.views).take(tx, arrivals(batch))

    async def rebuild(self, *checks: rebuilding.Check, switch: bool = False) -> list[Difference]:
        return await rebuild(
            self.owner,
            self.views,
            source="test",
            progress=lambda done, total: self.progress.append((done, total)),
            switch=switch,
            checks=checks,
        )

    async def tamper(self, statement: str) -> None:
        async with self.app.transaction() as tx:
            await tx.run(statement)


EQUAL = [Difference(table, 0, 0) for table in ("rain", "drop_seen", "bells")]


@pytest_asyncio.fixture
async def sky(database_url: str, owner_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sky]:
    """Tables without rows; a rebuild takes many spans."""
    monkeypatch.setattr(rebuilding, "SPAN", 40)
    monkeypatch.setattr(rebuilding, "BATCH", 7)
    owner, app = await Database.connect(owner_url), await Database.connect(database_url)
    async with owner.transaction() as tx:
        for statement in CREATE:
            await tx.run(statement)
    yield Sky(app, owner)
    await app.close()
    await owner.close()


async def test_a_batch_is_filled_from_what_is_new_in_it_and_rebuilt_alike(sky: Sky) -> None:
    history = told(200)
    for start in range(0, 200, 30):
        await sky.learn(history[max(0, start - 10) : start + 30])  # the last ten come again
    async with sky.app.transaction() as tx:
        fallen = {row["place"]: row["mm"] for row in await tx.rows("SELECT * FROM rain")}
        drops = await tx.scalar("SELECT count(*) FROM drop_seen")
    wet = [r for r in history if not isinstance(r.event, Rang)]
    assert fallen == {p: sum(r.event.mm for r in wet if r.stream == p) for p in {r.stream for r in wet}}  # type: ignore[attr-defined]
    assert drops == len(wet)
    found = await sky.rebuild()
    assert found == EQUAL
    assert all(d.live == d.rebuilt and d.live for d in found)
    assert len(sky.progress) > 4
    done, total = sky.progress[-1]
    assert done == total >= 200  # arrivals that were there before drew a number as well


async def test_two_batches_of_one_transaction_do_not_mix(sky: Sky) -> None:
    history = told(40)
    async with sky.app.transaction() as tx:
        for start in (0, 20):
            await Effects(sky.views).take(tx, arrivals(history[start : start + 20]))
    assert await sky.rebuild() == EQUAL


@pytest.mark.parametrize(
    "wrong",
    [
        "INSERT INTO rain SELECT 'all', count(*) ^ 2 FROM arrivals ON CONFLICT (place) DO UPDATE SET mm = rain.mm +"
        " excluded.mm",
        "INSERT INTO drop_seen SELECT event_id, extract(microseconds FROM clock_timestamp()) FROM arrivals",
    ],
    ids=["depends on the batch", "reads the clock"],
)
async def test_planted_bug_a_statement_that_does_not_depend_on_the_events_alone_is_caught(sky: Sky, wrong: str) -> None:
    sky.views = views(wrong)
    history = told(100)
    for start in range(0, 100, 9):
        await sky.learn(history[start : start + 9])
    assert await sky.rebuild() != EQUAL


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        ("UPDATE drop_seen SET mm = mm + 1 WHERE ctid = (SELECT min(ctid) FROM drop_seen)", (1, 1)),
        ("DELETE FROM drop_seen WHERE ctid = (SELECT min(ctid) FROM drop_seen)", (0, 1)),
        ("INSERT INTO drop_seen SELECT * FROM drop_seen LIMIT 2", (2, 0)),
        ("INSERT INTO drop_seen SELECT d.* FROM drop_seen d, generate_series(1, 2) WHERE d.mm = 0", (None, 0)),
    ],
    ids=["changed", "lost", "doubled", "each of some doubled twice"],
)
async def test_planted_difference_is_counted_and_a_switch_mends_it(
    sky: Sky, statement: str, difference: tuple[int | None, int]
) -> None:
    await sky.learn(told(100))
    await sky.tamper(statement)
    (_, found, _) = await sky.rebuild(switch=True)
    assert found.live != found.rebuilt
    assert found.only_rebuilt == difference[1]
    assert found.only_live == difference[0] or (difference[0] is None and found.only_live > 0)
    assert await sky.rebuild() == EQUAL


async def test_a_check_sees_the_rebuilt_tables_beside_the_others_and_says_what_is_wrong(sky: Sky) -> None:
    await sky.learn(told(60))
    await sky.tamper("UPDATE rain SET mm = mm + 1000")

    async def check(tx: Transaction) -> list[str]:
        too_wet = await tx.scalar("SELECT count(*) FROM rain WHERE mm >= 1000")
        return [f"{too_wet} places are flooded; {await tx.scalar('SELECT count(*) FROM inbox')} events"]

    with pytest.raises(ChecksFailed, match=r"^0 places are flooded; 60 events$") as failed:
        await sky.rebuild(check, switch=True)
    assert [d.table for d in failed.value.found if not d.none] == ["rain"]
    assert await sky.rebuild() == EQUAL  # it was switched all the same


def test_a_statement_must_read_every_version_there_is() -> None:
    with pytest.raises(TypeError, match=r"version 2 of kyodo-test\.sql\.hailed is not read"):
        View("weather", drop).from_arrivals({Rained: [1], Hailed: [1]}, DROPS)
    with pytest.raises(TypeError, match="version 1"):
        View("weather", drop).from_arrivals({Hailed: [2]}, DROPS)


def test_an_event_fills_a_view_in_one_way() -> None:
    (weather, tower) = views()
    with pytest.raises(TypeError, match="twice"):
        weather.from_arrivals({Rained: [1]}, DROPS)
    with pytest.raises(TypeError, match="twice"):
        weather.on(Rained)(lambda rows: [])
    with pytest.raises(TypeError, match="twice"):
        tower.from_arrivals({Rang: [1]}, DROPS)
    assert weather.events == {Rained, Hailed}


async def test_an_event_of_the_services_own_is_not_looked_for_among_arrivals(sky: Sky) -> None:
    async with sky.app.transaction() as tx:
        with pytest.raises(TypeError, match="not from events of the service's own"):
            await apply_all(tx, sky.views, [r for r in told(20) if isinstance(r.event, Rained)])
