"""Exact apportionment: a pool of whole yen over parties, components and months, by largest remainder.

Every party gets the whole yen of its quota (pool × weight ÷ sum of weights); the yen that are left go one each
to the largest remainders (最大剰余法). So the shares sum to the pool and none is a full yen off its quota.
All arithmetic is on Python integers: yen × population exceeds 64 bits.

Equal remainders are ranked by SHA-256 of pool and party, not by code: in even splits a fixed order makes the
first municipality pay about 2,460 yen too much over 5,000 pools; by hash nobody is more than about 100 yen off.

A credit (a negative pool) is split as the mirror of the positive pool, so that reversing a pool reverses each
share to the yen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from math import lcm
from typing import Final

from kyodo_events.errors import Refused

MONTHS: Final = 12

Weights = Mapping[str, int | Fraction]
"""What each party weighs, by its code; zero is allowed, but not for all."""

Columns = dict[str, dict[str, int]]
"""Yen by component and, in it, by party."""


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


class SharesNotOne(Refused):
    """The components of a mixture must sum to exactly 1, or yen would vanish or be charged twice."""

    status, type = 422, "shares-not-one"
    title = "The components' shares do not sum to 1"
    detail = "The shares of '{pool}' sum to {total}."
    remedy = "Correct the shares; they are exact ratios such as '1/3', which no decimal is."


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


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a mixture (均等割, 人口割, Tokyo's own share …): its share of the pool and who bears it."""

    name: str
    share: Fraction
    weights: Weights


@dataclass(frozen=True, slots=True)
class Cumulative:
    """A party's part of one component of what had fallen due since the segment began."""

    pool: int
    component: Portion
    party: Portion


@dataclass(frozen=True, slots=True)
class MonthlyPortion:
    """One party's amount of one component in one month: the step between two cumulative portions."""

    before: Cumulative
    through: Cumulative

    @property
    def amount(self) -> int:
        """Whole yen for the month."""
        return self.through.party.amount - self.before.party.amount


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


def split_components(pool: int, components: Sequence[Component], pool_id: str) -> Columns:
    """The pool over its components, and each component over its parties.

    Each component's parties sum to the component and the components to the pool, so that a statement foots
    in columns and rows (`totals`). Raises SharesNotOne, and what `apportion` raises.
    """
    pools = apportion(pool, _shares(components, pool_id), pool_id)
    return {c.name: apportion(pools[c.name], c.weights, f"{pool_id}/{c.name}") for c in components}


def totals(columns: Columns) -> dict[str, int]:
    """Each party's yen over all components, in order of party."""
    parties = sorted({party for column in columns.values() for party in column})
    return {party: sum(column.get(party, 0) for column in columns.values()) for party in parties}


def due(annual: int, first: int, through: int) -> int:
    """Yen of an annual pool that fall due in months first to through (1 is April, 12 is March).

    Each month takes what is due by its end less what was due before, so that segments [1..a] and [a+1..12]
    sum to the year; through = first - 1 is the empty segment. Raises ValueError for months out of place.
    """
    if not 1 <= first <= through + 1 <= MONTHS + 1:
        raise ValueError(f"months {first} to {through} are no run of months of a fiscal year (1 to {MONTHS})")
    # On the absolute amount, because // rounds down: a credit is the mirror of its charge.
    amount = abs(annual) * through // MONTHS - abs(annual) * (first - 1) // MONTHS
    return amount if annual >= 0 else -amount


def cumulative_shares(annual: int, first: int, through: int, components: Sequence[Component], pool_id: str) -> Columns:
    """What each party bears, by component, of the months first to through of a segment.

    A segment is a run of months of one fiscal year with the same participants and terms. Name its first month
    in the pool id where a year has several segments, or the same parties get the last yen in each.
    """
    return split_components(due(annual, first, through), components, pool_id)


def monthly_shares(
    annual: int, first: int, last: int, components: Sequence[Component], pool_id: str
) -> dict[int, Columns]:
    """What each party bears, by component, in each month of a segment: {month: {component: {party: yen}}}.

    A month is the difference of two exact cumulative splits: any first months sum to the split of what was due
    by then, twelve months to the year's split. It does not depend on `last`: that somebody joins in month 7
    ends the segment at 6 and leaves months 1 to 6 as they were. Where a party's exact share of a month is less
    than one yen, its amount may be a yen or two below zero: it bore them ahead of time.
    """
    months: dict[int, Columns] = {}
    before = cumulative_shares(annual, first, first - 1, components, pool_id)
    for month in range(first, last + 1):
        through = cumulative_shares(annual, first, month, components, pool_id)
        months[month] = {
            name: {party: yen - before[name][party] for party, yen in column.items()}
            for name, column in through.items()
        }
        before = through
    return months


def explain_month(
    annual: int,
    first: int,
    month: int,
    components: Sequence[Component],
    pool_id: str,
    *,
    component: str,
    party: str,
) -> MonthlyPortion:
    """The arithmetic behind one figure of `monthly_shares`. Raises KeyError for an unknown component or party."""
    weights = {c.name: c.weights for c in components}[component]
    shares = _shares(components, pool_id)

    def cumulative(through: int) -> Cumulative:
        pool = due(annual, first, through)
        part = explain(pool, shares, pool_id)[component]
        return Cumulative(pool, part, explain(part.amount, weights, f"{pool_id}/{component}")[party])

    return MonthlyPortion(before=cumulative(month - 1), through=cumulative(month))


def _shares(components: Sequence[Component], pool_id: str) -> dict[str, int | Fraction]:
    shares: dict[str, int | Fraction] = {component.name: component.share for component in components}
    if len(shares) != len(components):
        raise ValueError(f"two components of '{pool_id}' have the same name")
    total = sum(shares.values())
    if total != 1:
        raise SharesNotOne(pool=pool_id, total=str(total))
    return shares


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
