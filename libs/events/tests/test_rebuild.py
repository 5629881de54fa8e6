"""A read model rebuilt from zero equals the live one, byte for byte (G6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY

from kyodo_events import rebuild as rebuilding
from kyodo_events.digests import Difference
from kyodo_events.event import Batch
from kyodo_events.rebuild import rebuild
from kyodo_events.rebuild_progress import measure_rebuild
from kyodo_events.sequencer import sequence
from kyodo_events.views import AnyWrite, View, add_up, change, upsert
from tests.support.read_models import Coloured, Filled, World, equal, jar, new_world, tally


@pytest_asyncio.fixture
async def world(database_url: str, owner_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Read models without events; a rebuild takes many batches."""
    monkeypatch.setattr(rebuilding, "BATCH", 7)
    async with new_world(database_url, owner_url) as new:
        yield new


async def test_a_rebuilt_read_model_equals_the_live_one(world: World) -> None:
    await world.history(60)
    assert len(await world.rows("jar")) > 3
    assert await world.rebuild() == equal("jar", "tally", "heard")


@pytest.mark.parametrize("batch", [1, 2, 1_000])
async def test_the_size_of_batches_makes_no_difference(
    batch: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", batch)
    await world.history(12)
    assert await world.rebuild() == equal("jar", "tally", "heard")


async def test_planted_bug_a_view_that_depends_on_the_batch_is_caught(world: World) -> None:
    batchy = View("batchy", tally)

    @batchy.on(Coloured)
    def wrong(rows: Batch[Coloured]) -> AnyWrite:
        return add_up(tally, [{"colour": "all", "total": len(rows) ** 2}])

    world.views = [batchy]
    for _ in range(3):
        await world.happen("s", Coloured(colour="red"))
    await sequence(world.app)
    assert await world.rebuild() == [Difference("tally", only_live=1, only_rebuilt=1)]


async def test_planted_bug_a_view_that_reads_the_clock_is_caught(world: World) -> None:
    clocked = View("clocked", jar)

    @clocked.on(Filled)
    def wrong(rows: Batch[Filled]) -> AnyWrite:
        return upsert(jar, [{"id": r.stream, "at": datetime.now(UTC)} for r in rows])

    world.views = [clocked]
    await world.happen("s", Filled(words=()))
    await sequence(world.app)
    assert await world.rebuild() == [Difference("jar", only_live=1, only_rebuilt=1)]


async def test_planted_bug_a_filler_that_was_forgotten_is_caught(world: World) -> None:
    """What was written by an older release of a view is seen as a difference, and a switch brings it up to date."""
    await world.happen("s", Filled(words=("a",)), Coloured(colour="red"))
    jars = View("jars", jar)

    @jars.on(Filled)
    def newer(rows: Batch[Filled]) -> Sequence[AnyWrite]:
        return [
            upsert(jar, [{"id": r.stream, "version": 0} for r in rows]),
            change(jar, [{"id": r.stream, "version": 100 + r.version} for r in rows]),
        ]

    world.views = [jars]
    assert await world.rebuild(switch=True) == [Difference("jar", 1, 1)]
    assert await world.rows("jar") == [("s", 101, None, None, None)]
    assert await world.rebuild() == equal("jar")


async def test_without_a_switch_nothing_is_touched_and_with_it_rows_are_repaired(world: World) -> None:
    await world.history(30)
    before = {table: await world.rows(table) for table in ("jar", "tally", "heard")}
    await world.tamper("UPDATE tally SET total = total + 1 WHERE colour = 'red'")
    await world.tamper("INSERT INTO jar (id) VALUES ('invented')")
    await world.tamper("DELETE FROM heard WHERE id = (SELECT min(id) FROM heard)")
    tampered = {table: await world.rows(table) for table in before}
    differences = [Difference("jar", 1, 0), Difference("tally", 1, 1), Difference("heard", 0, 1)]
    assert await world.rebuild() == differences
    assert {table: await world.rows(table) for table in before} == tampered
    assert await world.rebuild(switch=True) == differences
    assert {table: await world.rows(table) for table in before} == before
    await world.history(5, seed=8)  # the application still may write
    assert await world.rebuild() == equal("jar", "tally", "heard")


async def test_progress_is_reported_to_the_end(world: World) -> None:
    await world.history(20)
    while await sequence(world.app):
        pass
    await world.rebuild()
    done, totals = [done for done, _ in world.progress], {total for _, total in world.progress}
    assert totals == {40 + 14}
    assert done == sorted(set(done))
    assert done[-1] == 54
    assert len(done) >= 54 // 7


async def test_an_empty_store_is_rebuilt_to_nothing(world: World) -> None:
    await world.tamper("INSERT INTO jar (id) VALUES ('invented')")
    assert await world.rebuild(switch=True) == [Difference("jar", 1, 0), *equal("tally", "heard")]
    assert await world.rows("jar") == []


async def test_what_an_interrupted_rebuild_left_is_in_nobodys_way(world: World) -> None:
    await world.history(10)

    def interrupt(done: int, total: int) -> None:
        raise KeyError("stopped")

    with pytest.raises(KeyError, match="stopped"):
        await rebuild(world.owner, world.views, source="test", progress=interrupt, switch=True)
    await world.history(10, seed=8)
    assert await world.rebuild() == equal("jar", "tally", "heard")
    async with world.owner.transaction() as tx:
        assert await tx.scalar("SELECT to_regnamespace('rebuild')") is None


async def test_how_far_it_is_is_known_to_the_service(world: World) -> None:
    """After each batch, as another process reads it; of a rebuild that broke off the last word stays."""
    await world.history(20)
    while await sequence(world.app):
        pass
    seen: list[tuple[int, int]] = []

    async def shown() -> tuple[int, int]:
        async with world.app.transaction(read_only=True) as tx:
            await measure_rebuild("test")(tx)
        done, of = (
            REGISTRY.get_sample_value("kyodo_rebuild_events", {"service": "test", "state": state})
            for state in ("done", "all")
        )
        assert done is not None
        assert of is not None
        return int(done), int(of)

    def interrupt(done: int, total: int) -> None:
        seen.append((done, total))
        if done > 40:  # among those of others, after the service's own
            raise KeyError("stopped")

    assert await shown() == (0, 0)
    with pytest.raises(KeyError, match="stopped"):
        await rebuild(world.owner, world.views, source="test", progress=interrupt, switch=False)
    assert await shown() == seen[-1] == (47, 54)
    await world.rebuild()
    assert await shown() == (0, 0)
