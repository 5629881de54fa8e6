"""Long runs: progress, results, cancellation, and what is left of a run whose process is gone."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

import pytest

from kyodo_events.database import Database
from kyodo_events.errors import NotFound, Unavailable
from kyodo_platform.long_runs import (
    LONG_RUNS_1,
    LongRun,
    LongRuns,
    Report,
    RunNotDone,
    RunState,
    RunUnderWay,
    _newest,
    cancel,
    read,
    result_of,
)
from tests.support.running import Running

WITHIN = 30.0  # seconds: a process starts in one, on a busy machine in more


def count(upto: int, report: Report) -> Mapping[str, Any]:
    """Count, and tell how far."""
    for number in range(upto):
        report({"counted": number + 1})
    return {"counted": upto}


def never_end(report: Report) -> Mapping[str, Any]:
    """Say that it began, and go on for ever."""
    report({"counted": 0})
    while True:
        time.sleep(0.1)


def stumble(report: Report) -> Mapping[str, Any]:
    """Fail."""
    raise ValueError("no number")


@pytest.fixture
async def database(sample: Running) -> Database:
    """The sample's database, with the table of runs."""
    await sample.as_owner(*LONG_RUNS_1)
    found: Database = sample.app.state.runtime.database
    return found


async def until(database: Database, run_id: str, *states: RunState, told: str = "") -> LongRun:
    """The run, once it is in one of these states, or has told something."""
    async with asyncio.timeout(WITHIN):
        while True:
            async with database.transaction() as tx:
                run = await read(tx, run_id)
            if run.state in states or (told and told in run.progress):
                return run
            await asyncio.sleep(0.05)


async def test_a_run_tells_how_far_it_is_and_what_it_found(database: Database) -> None:
    runs = LongRuns(database)
    async with database.transaction() as tx:
        begun = await runs.begin(tx, "counting", count, 20)
        assert begun.state is RunState.RUNNING
        with pytest.raises(RunNotDone):
            await result_of(tx, "counting")
    done = await until(database, "counting", RunState.DONE)
    assert (done.progress, done.result) == ({"counted": 20}, {"counted": 20})
    async with database.transaction() as tx:
        assert await result_of(tx, "counting") == {"counted": 20}
    await runs.close()


async def test_a_run_that_was_rolled_back_never_began(database: Database) -> None:
    runs = LongRuns(database)

    async def failing() -> None:
        async with database.transaction() as tx:
            await runs.begin(tx, "counting", count, 1)
            raise RuntimeError("the request failed")

    with pytest.raises(RuntimeError):
        await failing()
    async with database.transaction() as tx:
        with pytest.raises(NotFound):
            await read(tx, "counting")
    assert not runs._tasks


async def test_a_run_is_cancelled_by_whoever_asks(database: Database) -> None:
    runs = LongRuns(database)
    async with database.transaction() as tx:
        await runs.begin(tx, "endless", never_end)
    await until(database, "endless", told="counted")
    async with database.transaction() as tx:
        with pytest.raises(RunUnderWay):
            await runs.begin(tx, "endless", never_end)
    async with database.transaction() as tx:
        with pytest.raises(Unavailable):
            await runs.begin(tx, "another", count, 1)
    async with database.transaction() as tx:
        await cancel(tx, "endless")
    cancelled = await until(database, "endless", RunState.CANCELLED)
    assert cancelled.ended_at is not None
    await asyncio.sleep(0.1)
    async with database.transaction() as tx:
        await runs.begin(tx, "endless", count, 1)
    assert (await until(database, "endless", RunState.DONE)).result == {"counted": 1}
    await runs.close()


async def test_a_run_that_two_begin_at_once_is_begun_once(database: Database) -> None:
    runs = [LongRuns(database), LongRuns(database)]

    async def begin(one: LongRuns) -> str:
        try:
            async with database.transaction() as tx:
                await one.begin(tx, "endless", never_end)
                await asyncio.sleep(0.2)  # both are under way before either commits
        except RunUnderWay:
            return "refused"
        return "begun"

    assert sorted(await asyncio.gather(*map(begin, runs))) == ["begun", "refused"]
    assert sum(len(one._tasks) for one in runs) == 1
    for one in runs:
        await one.close()


async def test_what_a_run_told_before_its_end_is_never_missed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that ends between a look and the question whether it lives has its result in the pipe."""
    seen: list[str] = []

    def late(connection: Connection) -> dict[str, Any]:
        if seen:
            return _newest(connection)
        seen.append("nothing")
        for child in multiprocessing.active_children():
            child.join(WITHIN)  # the run ends, unseen by this look
        return {}

    monkeypatch.setattr("kyodo_platform.long_runs._newest", late)
    runs = LongRuns(database)
    async with database.transaction() as tx:
        await runs.begin(tx, "counting", count, 1)
    assert (await until(database, "counting", RunState.DONE, RunState.FAILED)).state is RunState.DONE
    await runs.close()


async def test_a_run_that_fails_says_so(database: Database) -> None:
    runs = LongRuns(database)
    async with database.transaction() as tx:
        await runs.begin(tx, "stumbling", stumble)
    assert (await until(database, "stumbling", RunState.FAILED)).result is None
    await runs.close()


async def test_a_run_whose_process_is_gone_is_lost_and_can_be_begun_again(database: Database) -> None:
    runs = LongRuns(database)
    async with database.transaction() as tx:
        await runs.begin(tx, "endless", never_end)
    await until(database, "endless", told="counted")
    await runs.close()
    async with database.transaction() as tx:
        await tx.run("UPDATE long_run SET seen_at = now() - interval '1 minute'")
        assert (await read(tx, "endless")).state is RunState.LOST
        await runs.begin(tx, "endless", count, 2)
    assert (await until(database, "endless", RunState.DONE)).result == {"counted": 2}
    await runs.close()
