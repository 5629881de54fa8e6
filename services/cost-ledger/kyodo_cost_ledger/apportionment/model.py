"""Apportionment over components and months: a pool of whole yen, exactly, by `kyodo_events.values.apportionment`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from kyodo_events.errors import Refused
from kyodo_events.values.apportionment import Weights, apportion

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


def _shares(components: Sequence[Component], pool_id: str) -> dict[str, int | Fraction]:
    shares: dict[str, int | Fraction] = {component.name: component.share for component in components}
    if len(shares) != len(components):
        raise ValueError(f"two components of '{pool_id}' have the same name")
    total = sum(shares.values())
    if total != 1:
        raise SharesNotOne(pool=pool_id, total=str(total))
    return shares
