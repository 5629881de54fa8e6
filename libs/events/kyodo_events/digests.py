"""Comparing two tables whole: by a digest each that knows no order, and row by row only where the digests differ."""

from __future__ import annotations

from dataclasses import dataclass, field

from kyodo_events.database import Transaction

# Whole rows as text: every column counts, byte for byte. The sum of 64-bit hashes is the same in any order, and
# doubled rows do not cancel out as they would by exclusive or.
_DIGEST = "SELECT count(*) AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0) % (2::numeric ^ 64) AS sum FROM {} t"


@dataclass(frozen=True, slots=True)
class Difference:
    """How a rebuilt table differs from the live one, in rows; both zero where they are equal. With their digests."""

    table: str
    only_live: int
    only_rebuilt: int
    live: str = field(default="", compare=False)
    rebuilt: str = field(default="", compare=False)

    @property
    def none(self) -> bool:
        """Whether the tables are equal."""
        return not (self.only_live or self.only_rebuilt)


async def digest(tx: Transaction, table: str) -> str:
    """The number of rows and the sum of their hashes."""
    row = await tx.row(_DIGEST.format(table))
    assert row is not None  # noqa: S101 - an aggregate answers with a row
    return f"{row['rows']}:{int(row['sum']) % (1 << 64):016x}"


async def compare(tx: Transaction, table: str, *, live: str, rebuilt: str) -> Difference:
    """Compare a table in two schemas."""
    here, there = await digest(tx, f"{live}.{table}"), await digest(tx, f"{rebuilt}.{table}")
    if here == there:
        return Difference(table, 0, 0, here, there)
    return Difference(
        table,
        await _rows_missing(tx, f"{live}.{table}", f"{rebuilt}.{table}"),
        await _rows_missing(tx, f"{rebuilt}.{table}", f"{live}.{table}"),
        here,
        there,
    )


async def _rows_missing(tx: Transaction, here: str, there: str) -> int:
    rows = f"SELECT h::text FROM {here} h EXCEPT ALL SELECT t::text FROM {there} t"  # noqa: S608 - declared names
    return int(await tx.scalar(f"SELECT count(*) FROM ({rows}) AS missing"))  # noqa: S608 - declared names
