"""Apportionment over components and months: a pool of whole yen, exactly, by `kyodo_events.values.apportionment`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from kyodo_events.errors import Refused
from kyodo_events.values.apportionment import Portion, Weights, apportion, explain

MONTHS: Final = 12

Columns = dict[str, dict[str, int]]
"""Yen by component and, in it, by party."""


class SharesNotOne(Refused):
    """The components of a mixture must sum to exactly 1, or yen would vanish or be charged twice."""

    status, type = 422, "shares-not-one"
    title = "The components' shares do not sum to 1"
    detail = "The shares of '{pool}' sum to {total}."
    remedy = "Correct the shares; they are exact ratios such as '1/3', which no decimal is."


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
