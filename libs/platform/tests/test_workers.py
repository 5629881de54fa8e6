"""Worker processes: the loop goes on meanwhile, answers are bounded in time, and whoever dies is replaced."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kyodo_events.errors import Unavailable
from kyodo_platform.workers import WAITING, WorkerProcesses


@pytest.fixture
def workers() -> Iterator[WorkerProcesses]:
    """Workers that are given half a minute."""
    found = WorkerProcesses(within=30)
    yield found
    found.close()


async def test_the_answer_comes_from_another_process(workers: WorkerProcesses) -> None:
    assert await workers.run(os.getpid) != os.getpid()
    assert await workers.run(sorted, [2, 1], reverse=False) == [1, 2]


async def test_the_loop_goes_on_meanwhile(workers: WorkerProcesses) -> None:
    await workers.run(os.getpid)
    busy = asyncio.create_task(workers.run(time.sleep, 0.5))
    turns = 0
    while not busy.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 10


async def test_who_takes_too_long_is_ended_and_the_next_one_is_served(workers: WorkerProcesses) -> None:
    process = await workers.run(os.getpid)
    workers._within = 0.2
    with pytest.raises(Unavailable, match="in time"):
        await workers.run(time.sleep, 60)
    workers._within = 30
    assert await workers.run(os.getpid) != process
    assert await _is_gone(process)


async def _is_gone(process: int, within: float = 10.0) -> bool:
    for _ in range(int(within / 0.05)):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_who_dies_is_replaced(workers: WorkerProcesses) -> None:
    with pytest.raises(Unavailable, match="ended"):
        await workers.run(os._exit, 3)
    assert await workers.run(os.getpid)


async def test_too_many_are_told_to_come_back(workers: WorkerProcesses) -> None:
    await workers.run(os.getpid)
    waiting = [asyncio.create_task(workers.run(time.sleep, 0.2)) for _ in range(WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="Too many"):
        await workers.run(os.getpid)
    await asyncio.gather(*waiting)
    assert await workers.run(os.getpid)


ASKING = """
import asyncio, os, sys
from kyodo_platform.workers import WorkerProcesses

async def main():
    workers = WorkerProcesses()
    print(await workers.run(os.getpid), flush=True)
    await asyncio.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_a_worker_ends_with_whoever_it_works_for_also_where_that_one_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "asking.py"
    script.write_text(ASKING)
    asking = await asyncio.create_subprocess_exec(sys.executable, str(script), stdout=asyncio.subprocess.PIPE)
    assert asking.stdout is not None
    worker = int(await asyncio.wait_for(asking.stdout.readline(), 30))
    assert not await _is_gone(worker, within=0.2)
    asking.kill()
    await asking.wait()
    assert await _is_gone(worker)
