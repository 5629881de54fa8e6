"""Exact apportionment: whole yen over parties by largest remainder.

Every party gets the whole yen of its quota (pool × weight ÷ sum of weights); the yen that are left go one each
to the largest remainders (最大剰余法). So the shares sum to the pool and none is a full yen off its quota.
All arithmetic is on Python integers: yen × population exceeds 64 bits.

Equal remainders are ranked by SHA-256 of pool and party, not by code: in even splits a fixed order makes the
first municipality pay about 2,460 yen too much over 5,000 pools; by hash nobody is more than about 100 yen off.

A credit (a negative pool) is split as the mirror of the positive pool, so that reversing a pool reverses each
share to the yen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from math import lcm

from kyodo_events.errors import Refused

Weights = Mapping[str, int | Fraction]
"""What each party weighs, by its code; zero is allowed, but not for all."""


class NoWeight(Refused):
    """A pool cannot be shared where nobody has a weight."""

    status, type = 422, "no-weight"
    title = "Nobody has a weight to share this cost by"
    detail = "All weights of '{pool}' are zero, or it has no parties."
    remedy = "Name at least one party with a figure above zero, or share by another driver."


class NegativeWeight(Refused):
    status, type = 422, "negative-weight"
    title = "A weight is negative"
    detail = "The weight of '{party}' in '{pool}' is {weight}."
    remedy = "Give figures of zero or more; a credit is a negative amount, not a negative weight."


@dataclass(frozen=True, slots=True)
class Portion:
    """One party's share of one pool, with the arithmetic that gave it.

    The exact quota is numerator/denominator yen. `whole` are its whole yen, `remainder`/denominator the rest,
    `residual` (0 or 1) the yen it got for the size of that rest, and `tie_break` the hash by which it was
    ranked, only where equal remainders had to be ranked. In a credit, numerator, whole, remainder and residual
    have a minus.
    """

    party: str
    weight: int | Fraction
    numerator: int
    denominator: int
    whole: int
    remainder: int
    residual: int
    tie_break: str | None

    @property
    def amount(self) -> int:
        """Whole yen it bears."""
        return self.whole + self.residual


def apportion(pool: int, weights: Weights, pool_id: str) -> dict[str, int]:
    """Each party's whole yen, in order of party; they sum to the pool.

    `pool_id` names the pool for good: it decides who among equals bears the last yen. Raises NoWeight,
    NegativeWeight, and TypeError for a float.
    """
    split = _Split(pool, weights, pool_id)
    return {party: split.sign * (whole + (party in split.winners)) for party, whole in split.wholes.items()}


def explain(pool: int, weights: Weights, pool_id: str) -> dict[str, Portion]:
    """The same split as `apportion`, each share with its arithmetic."""
    split = _Split(pool, weights, pool_id)
    return {
        party: Portion(
            party=party,
            weight=weights[party],
            numerator=pool * split.weights[party],
            denominator=split.total,
            whole=split.sign * whole,
            remainder=split.sign * split.remainders[party],
            residual=split.sign * (party in split.winners),
            tie_break=tie_break(pool_id, party) if party in split.tied else None,
        )
        for party, whole in split.wholes.items()
    }


def tie_break(pool_id: str, party: str) -> str:
    """Rank among equal remainders, lowest first: SHA-256 of 'pool|party' in hexadecimal."""
    return sha256(f"{pool_id}|{party}".encode()).hexdigest()


class _Split:
    """One largest-remainder split of the absolute pool, in order of party so that the mapping's does not matter."""

    __slots__ = ("remainders", "sign", "tied", "total", "weights", "wholes", "winners")

    def __init__(self, pool: int, weights: Weights, pool_id: str) -> None:
        self.sign = -1 if pool < 0 else 1
        self.weights = _integers(weights, pool_id)
        self.total = sum(self.weights.values())
        if not self.total:
            raise NoWeight(pool=pool_id)
        self.wholes: dict[str, int] = {}
        self.remainders: dict[str, int] = {}
        amount = abs(_integer(pool))
        left = amount
        for party, weight in self.weights.items():
            whole, self.remainders[party] = divmod(amount * weight, self.total)
            self.wholes[party] = whole
            left -= whole
        self.winners, self.tied = _largest(self.remainders, left, pool_id)


def _largest(remainders: Mapping[str, int], count: int, pool_id: str) -> tuple[frozenset[str], frozenset[str]]:
    """The parties with the `count` largest remainders, and those among whom the hash had to choose."""
    if not count:
        return frozenset(), frozenset()
    # Fewer yen are left than there are remainders above zero, so that nobody gets one whose quota is whole.
    cut = sorted(remainders.values(), reverse=True)[count - 1]
    above = {party for party, remainder in remainders.items() if remainder > cut}
    level = {party for party, remainder in remainders.items() if remainder == cut}
    if len(above) + len(level) == count:
        return frozenset(above | level), frozenset()
    ranked = sorted(level, key=lambda party: tie_break(pool_id, party))
    return frozenset(above.union(ranked[: count - len(above)])), frozenset(level)


def _integers(weights: Weights, pool_id: str) -> dict[str, int]:
    """The weights as integers of the same proportions, in order of party."""
    for party, weight in weights.items():
        if type(weight) is not int and not isinstance(weight, Fraction):
            raise TypeError(f"the weight of '{party}' is {weight!r}; weights are integers or Fractions")
        if weight < 0:
            raise NegativeWeight(pool=pool_id, party=party, weight=str(weight))
    scale = lcm(*(weight.denominator for weight in weights.values()))
    return {party: int(weights[party] * scale) for party in sorted(weights)}


def _integer(pool: int) -> int:
    if type(pool) is not int:
        raise TypeError(f"the pool is {pool!r}; it is whole yen, an integer")
    return pool
