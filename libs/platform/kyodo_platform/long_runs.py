"""Long runs: computations of minutes in a process of their own, with progress that people see, and a way to end them.

A run is a row of the service's database, so that whoever asks any process of the service sees how far it is, and any
of them can ask for its end; the process that began it listens to it and writes. A run decides nothing: what it found
lies in its row until somebody takes it over by a command. Where the process that began it ends, the run ends with it;
it is shown as lost then, and can be begun again.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import Any, Final

import structlog

from kyodo_events.database import Database, Row, Transaction
from kyodo_events.errors import NotFound, Refused, Unavailable, require
from kyodo_events.schema import APP_ROLE
from kyodo_platform.process import end_with_the_parent

Report = Callable[[Mapping[str, Any]], None]
Work = Callable[..., Mapping[str, Any]]
"""A function of a module, called as `work(*arguments, report)` in its own process; its answer is JSON."""

LOOK_SECONDS: Final = 0.5
LOST_AFTER: Final = timedelta(seconds=20)
AT_ONCE: Final = 1  # a process that computes takes a core from those who answer

LONG_RUNS_1 = [
    """
    CREATE TABLE long_run (
        run_id text PRIMARY KEY,
        state text NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'failed')),
        progress jsonb NOT NULL DEFAULT '{}',
        result jsonb,
        cancel_asked boolean NOT NULL DEFAULT false,
        begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at timestamptz
    )
    """,
    f"GRANT SELECT, INSERT, UPDATE ON long_run TO {APP_ROLE}",
]

_log = structlog.stdlib.get_logger(__name__)


class RunState(StrEnum):
    """How a run stands; `lost` is one whose process is gone."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LOST = "lost"


class RunUnderWay(Refused):
    status, type = 409, "run-under-way"
    title = "This is being computed already"
    detail = "The run began at {begun_at} and has not ended."
    remedy = "Wait for it, or cancel it first."


class RunNotDone(Refused):
    status, type = 409, "run-not-done"
    title = "There is no result yet"
    detail = "The run is '{state}'."
    remedy = "Wait until it is done, or begin it again."


@dataclass(frozen=True)
class LongRun:
    """A run as its row says."""

    run_id: str
    state: RunState
    progress: Mapping[str, Any]
    result: Mapping[str, Any] | None
    begun_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Row) -> LongRun:
        """A run from its row."""
        gone = row["state"] == RunState.RUNNING and datetime.now(UTC) - row["seen_at"] > LOST_AFTER
        state = RunState.LOST if gone else RunState(row["state"])
        return cls(row["run_id"], state, row["progress"], row["result"], row["begun_at"], row["ended_at"])


class LongRuns:
    """The long runs that this process has begun."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, tx: Transaction, run_id: str, work: Work, *arguments: Any) -> LongRun:
        """Begin a run once the transaction commits. Raises RunUnderWay, and Unavailable where too many are."""
        if len(self._tasks) >= AT_ONCE and run_id not in {task.get_name() for task in self._tasks}:
            raise Unavailable(reason="Another long computation is under way here.")
        begun = await tx.run(
            "INSERT INTO long_run AS before (run_id, state) VALUES ($1, 'running') ON CONFLICT (run_id) DO UPDATE SET"
            " state = 'running', progress = '{}', result = NULL, cancel_asked = false, ended_at = NULL,"
            " begun_at = clock_timestamp(), seen_at = clock_timestamp()"
            " WHERE before.state <> 'running' OR before.seen_at < clock_timestamp() - $2::interval",
            run_id,
            LOST_AFTER,
        )
        found = await read(tx, run_id)
        require(begun > 0, RunUnderWay(begun_at=found.begun_at))
        tx.after_commit(lambda: self._start(run_id, work, arguments))
        return found

    async def close(self) -> None:
        """End all runs of this process; their rows tell that they were lost."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, run_id: str, work: Work, arguments: tuple[Any, ...]) -> None:
        task = asyncio.create_task(self._follow(run_id, work, arguments), name=run_id)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self, run_id: str, work: Work, arguments: tuple[Any, ...]) -> None:
        """Run it, and write what it tells until it ends or is to end."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(work, arguments, theirs), daemon=True)
        process.start()
        theirs.close()
        try:
            while True:
                alive = process.is_alive()  # asked first: what it told before its end is in the pipe then
                told = await asyncio.to_thread(_newest, ours)
                if await self._write(run_id, told, alive=alive):
                    return
        except Exception:  # nobody awaits this task: what went wrong is told here, and the run shows as lost
            _log.exception("long_run_not_followed", run=run_id)
        finally:
            process.kill()
            ours.close()

    async def _write(self, run_id: str, told: Mapping[str, Any], *, alive: bool) -> bool:
        """Note what was told; answers whether the run has ended."""
        async with self._database.transaction() as tx:
            cancelled = await tx.scalar(
                "UPDATE long_run SET seen_at = clock_timestamp(), progress = coalesce($2, progress)"
                " WHERE run_id = $1 RETURNING cancel_asked",
                run_id,
                told.get("progress"),
            )
            if "result" in told:
                state = RunState.DONE
            elif "failed" in told or not alive:
                state = RunState.FAILED
                _log.error("long_run_failed", run=run_id, error=told.get("failed", "its process ended"))
            elif cancelled:
                state = RunState.CANCELLED
            else:
                return False
            await tx.run(
                "UPDATE long_run SET state = $2, result = $3, ended_at = clock_timestamp() WHERE run_id = $1",
                run_id,
                state.value,
                told.get("result"),
            )
        return True


async def read(tx: Transaction, run_id: str) -> LongRun:
    """A run. Raises NotFound."""
    row = await tx.row("SELECT * FROM long_run WHERE run_id = $1", run_id)
    if row is None:
        raise NotFound(what="run", id=run_id)
    return LongRun.of(row)


async def result_of(tx: Transaction, run_id: str) -> Mapping[str, Any]:
    """What a run found. Raises NotFound, and RunNotDone."""
    found = await read(tx, run_id)
    if found.state is not RunState.DONE or found.result is None:
        raise RunNotDone(state=found.state.value)
    return found.result


async def cancel(tx: Transaction, run_id: str) -> LongRun:
    """Ask for the end of a run; it ends within a second. One that has ended stays as it is. Raises NotFound."""
    await tx.run("UPDATE long_run SET cancel_asked = true WHERE run_id = $1 AND state = 'running'", run_id)
    return await read(tx, run_id)


def _newest(connection: Connection) -> dict[str, Any]:
    """What was told within the time of a look: the newest progress, and the end if it has come."""
    told: dict[str, Any] = {}
    if connection.poll(LOOK_SECONDS):
        with suppress(EOFError):
            told |= connection.recv()
            while connection.poll():
                told |= connection.recv()
    return told


def _work(work: Work, arguments: tuple[Any, ...], connection: Connection) -> None:
    """What the process does."""
    end_with_the_parent()

    def report(progress: Mapping[str, Any]) -> None:
        connection.send({"progress": dict(progress)})

    try:
        found = {"result": json.loads(json.dumps(work(*arguments, report)))}
    except Exception as error:  # told to the one who began it, who logs it
        found = {"failed": f"{type(error).__name__}: {error}"}
    connection.send(found)
    connection.close()
