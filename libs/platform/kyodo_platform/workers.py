"""Worker processes for what would keep the event loop busy, such as drawing a document.

A service's processes are started when something is first asked of them, each is asked one thing at a time, and every
answer is bounded in time: whoever takes longer is ended, and the next caller gets a fresh one.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Annotated, ParamSpec, TypeVar

from fastapi import Depends

from kyodo_events.errors import Unavailable
from kyodo_platform.context import current
from kyodo_platform.process import end_with_the_parent

P = ParamSpec("P")
T = TypeVar("T")

PROCESSES = 1
WAITING = 4  # callers at once: each of them holds a database connection while it waits
WITHIN_SECONDS = 20.0


class WorkerProcesses:
    """The worker processes of one service. Functions and arguments must be such that pickle can carry them over."""

    def __init__(self, *, within: float = WITHIN_SECONDS) -> None:
        self._within = within
        self._callers = 0
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's answer. Raises Unavailable where too many wait, where it takes too long, or dies."""
        if self._callers >= WAITING:
            raise Unavailable(reason="Too many computations are under way at this moment.")
        self._callers += 1
        pool = self._started()
        try:
            async with asyncio.timeout(self._within):
                return await asyncio.wrap_future(pool.submit(function, *args, **kwargs))
        except TimeoutError as late:
            self._end(pool)
            raise Unavailable(reason="The computation did not end in time.") from late
        except BrokenProcessPool as broken:
            self._end(pool)
            raise Unavailable(reason="The process that computes ended.") from broken
        finally:
            self._callers -= 1

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._end(self._pool)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Spawned, not forked: a fork would copy the connections and the locks of a process that runs threads.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=end_with_the_parent)
        return self._pool

    def _end(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        # Whoever computes on would be waited for at the end of this process: end it now.
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)


async def _workers() -> WorkerProcesses:
    return current.get().runtime.workers


Workers = Annotated[WorkerProcesses, Depends(_workers)]
