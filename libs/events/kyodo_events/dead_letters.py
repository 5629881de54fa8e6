"""Dead letters: what a person does about parked records: look, cure the cause, replay, or dismiss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from kyodo_events import parking
from kyodo_events.arrivals import OTHER_CONTENT, StoredRecord, read, reason
from kyodo_events.database import Row, Transaction
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.processing import Processor, passing

State = Literal["parked", "replayed", "dismissed"]
MAX_LIST = 200


class LetterSettled(Refused):
    type = "dead-letter-settled"
    title = "This dead letter is settled"
    detail = "The dead letter {id} is {state} already."
    remedy = "Nothing is left to do."


class EarlierLetterWaits(Refused):
    type = "earlier-dead-letter-waits"
    title = "An earlier record of the same key waits"
    detail = "The dead letter {first} of the same key has to be settled first, so that the order holds."
    remedy = "Replay the whole key, or settle the earlier letter first."


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A parked record as a person sees it; its value stays in the database."""

    id: UUID
    consumer: str
    topic: str
    partition: int
    offset: int
    key: str
    event_id: UUID
    type: str | None
    reason: str
    attempts: int
    parked_at: datetime
    state: State
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None


@dataclass(frozen=True, slots=True)
class Content:
    """The record in a letter as it arrived: what is personal or sealed in it is ciphertext here as well."""

    headers: dict[str, str]
    value: bytes


class DeadLetters:
    """The dead letters of one consumer. Letters of a key are settled in the order in which they came."""

    def __init__(self, processor: Processor) -> None:
        self._processor, self._database = processor, processor.database

    async def list(self, state: State = "parked", *, after: UUID | None = None, limit: int = 100) -> list[DeadLetter]:
        """Up to `limit` letters (at most 200) of this state in order of arrival, after the given one."""
        async with self._database.transaction(read_only=True) as tx:
            rows = await tx.rows(
                "SELECT * FROM dead_letter WHERE consumer = $1 AND state = $2 AND ($3::uuid IS NULL OR id > $3)"
                " ORDER BY id LIMIT $4",
                self._processor.consumer,
                state,
                after,
                min(limit, MAX_LIST),
            )
        return [_letter(row) for row in rows]

    async def all_parked(self) -> Sequence[DeadLetter]:
        """All letters that wait, in order of arrival."""
        found: list[DeadLetter] = []
        while page := await self.list(after=found[-1].id if found else None, limit=MAX_LIST):
            found += page
        return found

    async def open(self, letter: UUID) -> tuple[DeadLetter, Content]:
        """One letter of any state, with the record in it. Raises NotFound."""
        async with self._database.transaction(read_only=True) as tx:
            row = await self._found(tx, letter)
        return _letter(row), Content(dict(row["headers"]), row["value"])

    async def replay(self, letter: UUID, by: str) -> bool:
        """Give one record its effect now; answers whether it had it. See `replay_in`."""
        async with self._database.transaction() as tx:
            done = await self.replay_in(tx, letter, by)
        await self._processor.count_parked()
        return done

    async def replay_in(self, tx: Transaction, letter: UUID, by: str) -> bool:
        """The same in the caller's transaction, which sees everybody's rows.

        Where it fails again the letter stays parked, with the new reason and one attempt more. Raises NotFound,
        LetterSettled, EarlierLetterWaits, and errors of the database that say nothing about the record; the
        transaction is lost then.
        """
        row = await self._parked(tx, letter)
        first = await self._first_of_key(tx, row["topic"], row["record_key"])
        require(first == letter or not row["blocks"], EarlierLetterWaits(first=first))
        await tx.run("SAVEPOINT replay")  # a record that fails takes back its own effect, not the note that it failed
        try:
            await self._take(tx, row)
        except Exception as error:
            if passing(error):
                raise
            await tx.run("ROLLBACK TO SAVEPOINT replay")
            await _failed_again(tx, letter, reason(error))
            return False
        await _resolve(tx, letter, "replayed", by, "replayed")
        return True

    async def replay_key(self, topic: str, key: str, by: str) -> int:
        """Replay all letters of a key in order, up to the first that fails again; answers with their number."""
        replayed = 0
        while True:
            async with self._database.transaction(read_only=True) as tx:
                first = await self._first_of_key(tx, topic, key)
            if first is None or not await self.replay(first, by):
                return replayed
            replayed += 1

    async def dismiss(self, letter: UUID, by: str, why: str) -> None:
        """Decide that a record shall never have an effect, even if it comes again. Raises NotFound, LetterSettled."""
        async with self._database.transaction() as tx:
            await self.dismiss_in(tx, letter, by, why)
        await self._processor.count_parked()

    async def dismiss_in(self, tx: Transaction, letter: UUID, by: str, why: str) -> None:
        """The same in the caller's transaction."""
        await self._parked(tx, letter)
        await _resolve(tx, letter, "dismissed", by, why)

    async def _parked(self, tx: Transaction, letter: UUID) -> Row:
        await parking.hold(tx, self._processor.consumer)
        row = await self._found(tx, letter)
        require(row["state"] == "parked", LetterSettled(id=letter, state=row["state"]))
        return row

    async def _found(self, tx: Transaction, letter: UUID) -> Row:
        row = await tx.row(
            "SELECT * FROM dead_letter WHERE id = $1 AND consumer = $2", letter, self._processor.consumer
        )
        if row is None:
            raise NotFound(what="dead letter", id=letter)
        return row

    async def _first_of_key(self, tx: Transaction, topic: str, key: str) -> UUID | None:
        first: UUID | None = await tx.scalar(
            "SELECT id FROM dead_letter WHERE consumer = $1 AND topic = $2 AND record_key = $3 AND state = 'parked'"
            " AND blocks ORDER BY id LIMIT 1",
            self._processor.consumer,
            topic,
            key,
        )
        return first

    async def _take(self, tx: Transaction, row: Row) -> None:
        """The same effect that the record would have had when it arrived."""
        headers = [(name, value.encode()) for name, value in row["headers"].items()]
        record = StoredRecord(
            row["topic"], row["partition"], row["record_offset"], row["record_key"].encode(), row["value"], headers
        )
        arrival = read(record, self._processor.listens)
        if arrival is None:
            return  # nobody here listens to this type any more
        if arrival.fault is not None:
            raise StillFaulty(arrival.fault)
        stored = await self._processor.take(tx, [arrival])
        if stored.conflicting:
            raise StillFaulty(OTHER_CONTENT)


class StillFaulty(ValueError):
    """The record still cannot be read; the message is the reason."""


async def _resolve(tx: Transaction, letter: UUID, state: State, by: str, how: str) -> None:
    await tx.run(
        "UPDATE dead_letter SET state = $2, resolved_at = now(), resolved_by = $3, resolution = $4 WHERE id = $1",
        letter,
        state,
        by,
        how,
    )


async def _failed_again(tx: Transaction, letter: UUID, why: str) -> None:
    await tx.run("UPDATE dead_letter SET reason = $2, attempts = attempts + 1 WHERE id = $1", letter, why)


def _letter(row: Row) -> DeadLetter:
    return DeadLetter(
        row["id"],
        row["consumer"],
        row["topic"],
        row["partition"],
        row["record_offset"],
        row["record_key"],
        row["event_id"],
        row["type"],
        row["reason"],
        row["attempts"],
        row["parked_at"],
        row["state"],
        row["resolved_at"],
        row["resolved_by"],
        row["resolution"],
    )
