"""Watching for new events, once for all readers that wait."""

from __future__ import annotations

import asyncio

import structlog

from kyodo_events.database import Database

LOOK_SECONDS = 0.25  # between two looks: other processes of the service write, too, and tell nobody
READERS = 200  # that wait at once in a process; a further one is answered at once

_log = structlog.stdlib.get_logger(__name__)


class Watch:
    """The position up to which there are events, looked at only while somebody waits for the next one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._position = 0
        self._moved = asyncio.Condition()
        self._waiting = 0
        self._looking: asyncio.Task[None] | None = None

    async def beyond(self, position: int, seconds: float) -> bool:
        """Wait for an event after this position; whether one came in time. No connection is held meanwhile."""
        if self._waiting >= READERS:
            return False
        self._waiting += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(), name="feed-watch")
        try:
            async with asyncio.timeout(seconds), self._moved:
                return await self._moved.wait_for(lambda: self._position > position)
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self) -> None:
        try:
            while self._waiting:
                try:
                    await self._look_once()
                except Exception:  # who waits is answered when the time is over, with what hinders then
                    _log.exception("feed_watch_failed")
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._looking = None

    async def _look_once(self) -> None:
        async with self._database.transaction(read_only=True) as tx:
            position = int(await tx.scalar("SELECT position FROM sequencer"))
        if position != self._position:
            async with self._moved:
                self._position = position
                self._moved.notify_all()
