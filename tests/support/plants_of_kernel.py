"""Planted bugs of events and messages (G2 to G4): known mistakes, beside the product code, that tests must catch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import asyncpg

from kyodo_events import gaps, inbox, parking
from kyodo_events.arrivals import Arrival
from kyodo_events.consumer import Consumer
from kyodo_events.database import Database, Transaction
from kyodo_events.inbox import Stored

if TYPE_CHECKING:
    import pytest


async def number_rows(owner_url: str) -> None:
    """Give events a number at INSERT, as a `bigserial` column would."""
    owner = await asyncpg.connect(owner_url)
    try:
        await owner.execute(
            """
            CREATE TABLE numbered (number bigserial PRIMARY KEY, stream text, version integer);
            GRANT SELECT ON numbered TO kyodo_app;
            CREATE FUNCTION number_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN INSERT INTO numbered (stream, version) VALUES (NEW.stream, NEW.version); RETURN NULL; END $$;
            CREATE TRIGGER numbering AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION number_event();
            """
        )
    finally:
        await owner.close()


async def read_by_sequence_number(database: Database, after: int) -> list[tuple[int, str, int]]:
    """The cursor that loses events: numbers are drawn at INSERT and become visible at COMMIT."""
    async with database.transaction(read_only=True) as tx:
        return [tuple(row) for row in await tx.rows("SELECT * FROM numbered WHERE number > $1 ORDER BY number", after)]


def commit_first(consumer: Consumer) -> None:
    """Have the consumer store its place, here and in Kafka, before the records have their effect."""
    taker, take_due = consumer._taker, consumer._taker.take_due

    async def commit_then_take() -> None:
        assert consumer._kafka is not None
        records = [record for held in taker.held.values() for record in held.records]
        if records:
            await consumer._kafka.commit({p: held.records[-1].offset + 1 for p, held in taker.held.items()})
            async with consumer.processor.database.transaction() as tx:
                widths = {record.topic: consumer._width(record.topic) for record in records}
                await gaps.mark_consumed(tx, consumer.processor.consumer, records, widths)
        await take_due()

    taker.take_due = commit_then_take  # type: ignore[method-assign]


async def everything_is_new(tx: Transaction, arrivals: Sequence[Arrival]) -> Stored:
    """No deduplication: what arrives has its effect."""
    return Stored(list(arrivals), [])


def without_dedupe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have processors take every delivery for the first."""
    monkeypatch.setattr(inbox, "store", everything_is_new)


async def only_what_fails(
    tx: Transaction, consumer: str, arrivals: Sequence[Arrival], *, any_order: bool
) -> tuple[list[Arrival], list[Arrival]]:
    """A letter does not hold up what comes after it."""
    return [a for a in arrivals if a.fault is None], [a for a in arrivals if a.fault is not None]


def without_blocking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have processors go on with a key whose earlier record is parked."""
    monkeypatch.setattr(parking, "sort_out", only_what_fails)
