"""What terms that are only proposed would charge, computed as they would be charged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from kyodo_cost_ledger.base.model import base_charges
from kyodo_cost_ledger.projects.model import Project, TermsVersion
from kyodo_cost_ledger.usage.pricing import priced
from kyodo_events.contracts.burden_terms import BurdenTerms


class Used(NamedTuple):
    """What a municipality used of a meter in the year before."""

    municipality: str
    meter: str
    quantity: int


@dataclass(frozen=True)
class Amounts:
    """Whole yen of one party for the months in which the terms would apply.

    `base` under the proposed terms, `base_now` under those in force. `usage` is last fiscal year's use of the same
    meters at the proposed prices: a measure, not a forecast.
    """

    base: int
    base_now: int
    usage: int

    @property
    def change(self) -> int:
        """How much more, or less, of the basic cost the party would bear."""
        return self.base - self.base_now


def preview(project: Project, proposed: TermsVersion, used_last_year: Iterable[Used]) -> dict[str, Amounts]:
    """Each party's yen, in order of party: participants and, where it bears a share, Tokyo.

    The base book is the one that would be posted: same function, same version number, and so the same remainders.
    """
    others = tuple(version for version in project.terms if version.version != proposed.version)
    then = _base_by_party(replace(project, started=True, terms=(*others, proposed)), proposed.terms)
    now = _base_by_party(replace(project, terms=others), proposed.terms)
    usage: dict[str, int] = defaultdict(int)
    for municipality, meter, quantity in used_last_year:
        price = proposed.terms.price_of(meter, proposed.terms.fiscal_year.month(12))
        usage[municipality] += priced(price, quantity).amount if price else 0
    parties = sorted({*then, *now, *usage})
    return {party: Amounts(then.get(party, 0), now.get(party, 0), usage[party]) for party in parties}


def _base_by_party(project: Project, terms: BurdenTerms) -> Mapping[str, int]:
    amounts: dict[str, int] = defaultdict(int)
    for (party, _, month), amount in base_charges(project).items():
        if month >= terms.effective_from and month.fiscal_year == terms.fiscal_year:
            amounts[party] += amount
    return amounts
