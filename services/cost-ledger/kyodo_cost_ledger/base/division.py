"""Dividing one sum of a project's basic cost: Tokyo's part, flat amounts, the mixture, and what rounding moves.

In this order, on whole yen, and nothing disappears: the columns always sum to the pool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from kyodo_cost_ledger.apportionment.model import Columns, Component, due, split_components, totals
from kyodo_events.contracts.base_terms import FLAT, ROUNDING, BaseTerms, Direction, Rounding
from kyodo_events.values.apportionment import apportion
from kyodo_events.values.municipalities import TOKYO

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Run:
    """Months of a fiscal year from the first to `through`, by their place in it (1 is April)."""

    first: int
    through: int


@dataclass(frozen=True)
class Division:
    """A cost divided: Tokyo's part, and what each party bears of each item. `columns` has Tokyo in rounding only."""

    pool: int
    tokyo: int
    columns: Columns

    @property
    def municipalities(self) -> int:
        """Yen all municipalities bear together, before rounding."""
        return self.pool - self.tokyo


def pool_of(base: BaseTerms, run: Run) -> int:
    """Yen of the annual amount that fall due in the run."""
    return due(base.annual_amount, run.first, run.through)


def tokyo_part(base: BaseTerms, run: Run) -> int:
    """Tokyo's part of the run: its amount pro rata, or its share with the fraction of a yen at its border."""
    pool = pool_of(base, run)
    if base.tokyo_amount is not None:
        return min(pool, due(base.tokyo_amount, run.first, run.through))
    return pool - floor(pool * (1 - base.tokyo_share))


def flat_part(base: BaseTerms, run: Run, presence: Mapping[str, int | Fraction]) -> int:
    """Yen that all flat amounts of the run come to, at most what the municipalities bear."""
    each = due(base.flat_amount, run.first, run.through)
    theirs = pool_of(base, run) - tokyo_part(base, run)
    return min(theirs, floor(each * sum(presence.values())))


def divide(
    base: BaseTerms, run: Run, presence: Mapping[str, int | Fraction], components: Sequence[Component], pool_id: str
) -> Division:
    """What fell due in the run, divided. `presence` is the part of the time each party takes part: 1, or days."""
    pool, tokyo = pool_of(base, run), tokyo_part(base, run)
    columns: Columns = {}
    flat = flat_part(base, run, presence)
    if base.flat_amount:
        columns[FLAT] = apportion(flat, presence, f"{pool_id}/{FLAT}")
    columns |= split_components(pool - tokyo - flat, components, pool_id)
    if base.rounding:
        columns[ROUNDING] = rounding_moves(totals(columns), base.rounding)
    return Division(pool, tokyo, columns)


def rounding_moves(amounts: Mapping[str, int], rounding: Rounding) -> dict[str, int]:
    """What rounding adds to each party's amount; the bearer takes the other side, so that the moves sum to zero."""
    bearer = rounding.bearer if rounding.bearer in amounts else TOKYO
    moves = {party: rounded(amount, rounding) - amount for party, amount in amounts.items() if party != bearer}
    return {**moves, bearer: -sum(moves.values())}


def rounded(amount: int, rounding: Rounding) -> int:
    """The amount as a multiple of the unit. A half goes up, away from zero; a credit mirrors its charge."""
    units = Fraction(abs(amount), rounding.unit)
    match rounding.direction:
        case Direction.DOWN:
            whole = floor(units)
        case Direction.UP:
            whole = ceil(units)
        case Direction.NEAREST:
            whole = floor(units + HALF)
    return whole * rounding.unit * (1 if amount >= 0 else -1)
