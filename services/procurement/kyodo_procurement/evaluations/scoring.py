"""Points: what each quotation of a lot gets, exactly.

A quotation's total is the sum over the criteria of weight × points ÷ 100, so 0 to 100. Points of a criterion are the
mean of what the scorers gave. Those of the criterion `price` are computed: the lowest joint cost at the firm quantities
gets 100, any other ⌊100 × lowest ÷ own⌋. Everything is a Fraction: no total depends on how a number was rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kyodo_events.contracts.procurement.calls import Criterion
from kyodo_procurement.evaluations.values import PRICE, Tender

Given = Mapping[str, Mapping[str, int]]
"""Points that a quotation was given: by scorer, by criterion."""


@dataclass(frozen=True)
class Standing:
    """How a quotation stands in a lot. `total` and `points` are None while points are missing.

    `rank` counts from 1; quotations of the same total share it, and `sharing` says how many do.
    """

    tender: Tender
    cost: int
    points: Mapping[str, Fraction]
    total: Fraction | None
    rank: int | None = None
    sharing: int = 1


def price_points(cost: int, lowest: int) -> int:
    """Points for a joint cost in yen, 0 to 100, where `lowest` is the lowest of the lot."""
    return 100 if cost == lowest else 100 * lowest // cost


def standings(
    lot: int, criteria: Sequence[Criterion], tenders: Sequence[Tender], given: Mapping[str, Given]
) -> list[Standing]:
    """All quotations that bid for a lot, the best first; those of which points are missing at the end."""
    bidding = [(tender, cost) for tender in tenders if (cost := tender.cost_of(lot)) is not None]
    lowest = min((cost for _, cost in bidding), default=0)
    unranked = [
        _standing(tender, cost, criteria, given.get(tender.quotation_id, {}), price_points(cost, lowest))
        for tender, cost in bidding
    ]
    totals = [standing.total for standing in unranked if standing.total is not None]
    ranked = [_ranked(standing, totals) for standing in unranked]
    return sorted(ranked, key=lambda s: (s.rank is None, s.rank or 0, s.tender.quotation_id))


def _standing(tender: Tender, cost: int, criteria: Sequence[Criterion], given: Given, price: int) -> Standing:
    points = {criterion.code: _mean(criterion.code, given) for criterion in criteria if criterion.code != PRICE}
    points |= {criterion.code: Fraction(price) for criterion in criteria if criterion.code == PRICE}
    known = {code: mean for code, mean in points.items() if mean is not None}
    whole = len(known) == len(criteria)
    total = sum((known[c.code] * c.weight for c in criteria), Fraction(0)) / 100 if whole else None
    return Standing(tender, cost, known, total)


def _mean(criterion: str, given: Given) -> Fraction | None:
    points = [scores[criterion] for scores in given.values() if criterion in scores]
    return Fraction(sum(points), len(points)) if points else None


def _ranked(standing: Standing, totals: Sequence[Fraction]) -> Standing:
    if standing.total is None:
        return standing
    rank = 1 + sum(total > standing.total for total in totals)
    return Standing(standing.tender, standing.cost, standing.points, standing.total, rank, totals.count(standing.total))
