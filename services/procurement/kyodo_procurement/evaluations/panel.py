"""The panel: who scores, which conflicts of interest they declared, and the points they gave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from kyodo_procurement.evaluations.values import Tender


@dataclass(frozen=True)
class Panel:
    """Scorers by their subjects; suppliers with whom each declared a conflict; points that count, by quotation, scorer
    and criterion."""

    scorers: tuple[str, ...] = ()
    conflicts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    given: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)

    def may_score(self, scorer: str, tender: Tender) -> bool:
        """Whether a scorer has declared no conflict with the supplier."""
        return tender.supplier.id not in self.conflicts.get(scorer, frozenset())

    def points_of(self, scorer: str, quotation_id: str) -> Mapping[str, int]:
        """What a scorer gave a quotation, by criterion."""
        return self.given.get(quotation_id, {}).get(scorer, {})

    def missing(self, tenders: Iterable[Tender], criteria: Collection[str]) -> int:
        """How many points are still to be given.

        Every scorer without a conflict scores every quotation by every criterion, and each has one scorer at least.
        """
        wanted, count = frozenset(criteria), 0
        for tender in tenders:
            free = [scorer for scorer in self.scorers if self.may_score(scorer, tender)]
            points = [self.points_of(scorer, tender.quotation_id) for scorer in free] or [{}]
            count += sum(len(wanted - given.keys()) for given in points)
        return count

    def declared(self, scorer: str, suppliers: Iterable[str], voided: Iterable[str]) -> Self:
        """With a scorer's conflicts, and without the points it gave these quotations."""
        conflicts = {**self.conflicts, scorer: frozenset(suppliers)}
        return replace(self, conflicts=conflicts, given=self._without(scorer, frozenset(voided)))

    def scored(self, scorer: str, quotation_id: str, points: Mapping[str, int]) -> Self:
        """With a scorer's points for a quotation."""
        by_scorer = {**self.given.get(quotation_id, {}), scorer: points}
        return replace(self, given={**self.given, quotation_id: by_scorer})

    def released(self, scorer: str, scorers: tuple[str, ...]) -> Self:
        """Without a scorer, what it declared and what it gave."""
        conflicts = {other: named for other, named in self.conflicts.items() if other != scorer}
        return replace(self, scorers=scorers, conflicts=conflicts, given=self._without(scorer, self.given.keys()))

    def _without(self, scorer: str, quotations: Collection[str]) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
        return {
            quotation: {
                other: points for other, points in given.items() if other != scorer or quotation not in quotations
            }
            for quotation, given in self.given.items()
        }
