"""Planted bugs: each is a known mistake, put beside the product code, that a named test must catch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from kyodo_events import processing
from kyodo_events.arrivals import Arrival
from kyodo_events.cloudevents import KafkaRecord
from kyodo_events.database import Database, Transaction
from kyodo_events.event import Event, Recorded
from kyodo_events.processing import Processor, Taken


async def read_by_sequence_number(database: Database, after: int) -> list[tuple[int, str, int]]:
    """The cursor that loses events: numbers are drawn at INSERT and become visible at COMMIT.

    The kernel keeps no such number with its events, so the row's number is taken from a table that the writers'
    transactions fill by trigger, as a `bigserial` column would be filled.
    """
    async with database.transaction() as tx:
        await tx.rows("SELECT 1")
    raise NotImplementedError(after)


class CommitBeforeEffect(Processor):
    """The place is stored before the effect, in a transaction of its own."""

    async def process(
        self, records: Sequence[KafkaRecord], widths: Mapping[str, int], *, fault: str | None = None, attempts: int = 1
    ) -> Taken:
        async with self.database.transaction() as tx:
            await self._mark_consumed(tx, records, widths)
        return await super().process(records, widths, fault=fault, attempts=attempts)


async def everything_is_new(tx: Transaction, arrivals: Sequence[Arrival]) -> list[Recorded[Event]]:
    """No deduplication: what arrives has its effect."""
    return [arrival.event() for arrival in arrivals]


def without_dedupe(monkeypatch: Any) -> None:
    """Have processors take every delivery for the first."""
    monkeypatch.setattr(processing, "_new_in_inbox", everything_is_new)


_ = asyncpg
