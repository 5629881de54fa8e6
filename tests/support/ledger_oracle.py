"""An independent oracle: the rules of the cost ledger written once more from their text, in plain fractions.

It knows nothing of the service and shares no code with it. Terms of one year: an annual amount, Tokyo's share, a part
split equally and the rest by figures; a price a unit of each meter. Joining and leaving counts by months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from typing import NamedTuple


class Year(NamedTuple):
    """What is agreed, who takes part in which of the twelve months, and what was used in each."""

    pool_id: str  # 'project/version'
    annual: int
    tokyo: Fraction
    equal: Fraction
    figures: Mapping[str, int]
    members: Sequence[frozenset[str]]
    months: Sequence[str]
    prices: Mapping[str, int]
    used: Mapping[tuple[str, str, int], int]  # municipality, meter, month


Lines = dict[tuple[str, str, str, str], int]


def charges(year: Year) -> Lines:
    """Yen by (party, book, item, month), zeros left out."""
    lines: Lines = defaultdict(int)
    start, before = 0, {("tokyo", "tokyo_share"): 0}
    for index, members in enumerate(year.members):
        if index == 0 or members != year.members[index - 1]:
            start, before = index, {}
        if not members:
            continue
        through = _split(year, start, index, members)
        for (party, item), amount in through.items():
            lines[party, "base", item, year.months[index]] += amount - before.get((party, item), 0)
        before = through
    for (party, meter, index), quantity in year.used.items():
        if party in year.members[index] and meter in year.prices:
            lines[party, "usage", meter, year.months[index]] += quantity * year.prices[meter]
    return {line: amount for line, amount in lines.items() if amount}


def _split(year: Year, start: int, index: int, members: frozenset[str]) -> dict[tuple[str, str], int]:
    pool_id = f"{year.pool_id}/{year.months[start]}"
    pool = int(Fraction(year.annual * (index + 1), 12)) - int(Fraction(year.annual * start, 12))
    theirs = int(pool * (1 - year.tokyo))
    parts = _largest_remainder(theirs, {"equal": year.equal, "population": 1 - year.equal}, pool_id)
    split = {("tokyo", "tokyo_share"): pool - theirs}
    for item, weights in (
        ("equal", dict.fromkeys(members, Fraction(1))),
        ("population", {party: Fraction(year.figures[party]) for party in members}),
    ):
        shares = _largest_remainder(parts[item], weights, f"{pool_id}/{item}")
        split |= {(party, item): yen for party, yen in shares.items()}
    return split


def _largest_remainder(pool: int, weights: Mapping[str, Fraction], pool_id: str) -> dict[str, int]:
    exact = {party: pool * weight / sum(weights.values()) for party, weight in weights.items()}
    shares = {party: int(share) for party, share in exact.items()}

    def rank(party: str) -> tuple[Fraction, str]:
        return shares[party] - exact[party], sha256(f"{pool_id}|{party}".encode()).hexdigest()

    for party in sorted(weights, key=rank)[: pool - sum(shares.values())]:
        shares[party] += 1
    return shares
