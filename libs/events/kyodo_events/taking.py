"""Taking: what is done with fetched records until each has had its effect or is parked (G4).

New records of many partitions are taken in one transaction. Where that fails, each partition goes by itself,
is tried again with growing pauses, and at last halved until the one record to blame stands alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog
from aiokafka import ConsumerRecord, TopicPartition

from kyodo_events import metrics
from kyodo_events.arrivals import reason
from kyodo_events.kafka import backoff
from kyodo_events.processing import Processor, passing

LANES = 4  # transactions at a time: reading records and writing rows overlap; with two, a core was idle for a third
TOGETHER = 4_000  # records of one transaction: fewer, and each pays more for what it writes once; more, and lanes wait

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how fast a batch is tried again; pauses in seconds, doubling from the first to the longest."""

    attempts: int = 5
    first_pause: float = 0.2
    longest_pause: float = 10.0


@dataclass(slots=True)
class Held:
    """Records of one partition that were fetched and not yet taken; the partition is paused while they fail."""

    records: list[ConsumerRecord]
    since: float = field(default_factory=time.monotonic)
    failures: int = 0
    attempts: int = 0
    due: float = 0.0


class Taker:
    """Holds what was fetched and takes it. `width` tells the number of partitions of a topic."""

    def __init__(self, processor: Processor, patience: Patience, width: Callable[[str], int]) -> None:
        self.held: dict[TopicPartition, Held] = {}
        self._processor, self._patience, self._width = processor, patience, width

    def hold(self, fetched: dict[TopicPartition, list[ConsumerRecord]]) -> None:
        """Take over what a poll brought; a partition that holds records is paused and brings none."""
        for partition, records in fetched.items():
            if partition in self.held:
                raise RuntimeError(f"{partition} was fetched while it holds records that are not taken")
            self.held[partition] = Held(records)

    def next_due(self) -> float:
        """When (on the monotonic clock) something held is due again."""
        return min((held.due for held in self.held.values()), default=float("inf"))

    def held_since(self) -> float:
        """Since when (on the monotonic clock) the record held longest has been waiting."""
        return min((held.since for held in self.held.values()), default=float("inf"))

    async def take_due(self) -> None:
        """Take what is new in few transactions and what failed before by itself; what fails is held for later.

        New records of many partitions share a transaction. There are LANES of them at a time, each of at most
        TOGETHER records, so that one reads its records while PostgreSQL writes another's; a partition is only ever
        in one lane.
        """
        due = [held for held in self.held.values() if held.due <= time.monotonic()]
        new, failed = [h for h in due if not h.failures], [h for h in due if h.failures]
        lanes = [lane for number in range(LANES) if (lane := new[number::LANES])]
        for alone in await asyncio.gather(*(self._take_together(lane) for lane in lanes)):
            failed += alone
        for held in failed:
            await self._take_alone(held)

    async def _take_together(self, lane: list[Held]) -> list[Held]:
        """Take the records of some partitions; answers with those to be taken each by itself, to find the fault."""
        while waiting := [held for held in lane if held.records]:
            taken = _next_of(waiting)
            error = await self._try([record for held, number in taken for record in held.records[:number]])
            if error is None:
                for held, number in taken:
                    held.records = held.records[number:]
            elif passing(error):
                self._postpone(waiting, error)
                break
            else:
                return waiting
        return []

    async def _take_alone(self, held: Held) -> None:
        """Take one partition's records; after enough failures find out which record is to blame."""
        if held.attempts >= self._patience.attempts:
            await self._isolate(held)
            return
        error = await self._try(held.records)
        if error is None:
            held.records = []
            return
        held.attempts += not passing(error)
        self._postpone([held], error)

    async def _isolate(self, held: Held) -> None:
        """Halve until the record that fails stands alone, and park it; all others are taken, in their order."""
        parts = [list(held.records)]
        while parts:
            part = parts.pop()
            error = await self._try(part)
            if error is not None and not passing(error) and len(part) == 1:
                error = await self._try(part, fault=reason(error), attempts=held.attempts + 1)
            if error is None:
                held.records = held.records[len(part) :]
            elif passing(error) or len(part) == 1:
                self._postpone([held], error)
                return
            else:
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]

    async def _try(
        self, records: list[ConsumerRecord], *, fault: str | None = None, attempts: int = 1
    ) -> Exception | None:
        """Process in one transaction; answers with what went wrong."""
        widths = {topic: self._width(topic) for topic in {record.topic for record in records}}
        try:
            await self._processor.process(records, widths, fault=fault, attempts=attempts)
        except Exception as error:
            return error
        return None

    def _postpone(self, waiting: Iterable[Held], error: Exception) -> None:
        consumer, patience = self._processor.consumer, self._patience
        for held in waiting:
            pause = backoff(held.failures, first=patience.first_pause, limit=patience.longest_pause)
            held.due = time.monotonic() + pause
            held.failures += 1
            metrics.retries.labels(consumer).inc()
            first = held.records[0]
            log.warning(
                "batch-postponed",
                consumer=consumer,
                topic=first.topic,
                partition=first.partition,
                offset=first.offset,
                failures=held.failures,
                pause=pause,
                error=reason(error),
            )


def _next_of(waiting: Iterable[Held]) -> list[tuple[Held, int]]:
    """The partitions of the next transaction, and how many records of each."""
    taken, room = [], TOGETHER
    for held in waiting:
        number = min(room, len(held.records))
        if number:
            taken.append((held, number))
            room -= number
    return taken
