"""A project as the ledger knows it. Charges are a pure function of this and of the usage, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Self
from uuid import UUID

from kyodo_cost_ledger.drivers.model import CENSUS, Figures, FiguresKey
from kyodo_events.contracts.base_terms import WITHOUT_FIGURES, BaseComponent
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.values.fiscal import FiscalYear, Month


@dataclass(frozen=True)
class ParticipationChange:
    """From a month on, a municipality takes part, or no longer does.

    `version` is the place in the project's own stream: of changes that speak of one month the later decided
    one counts, whichever arrived first. `from_day` is the day on which it changes, where it is not the first of
    `from_month`; it matters only to terms that charge by day.
    """

    version: int
    municipality: str
    takes_part: bool
    from_month: Month
    from_day: date | None = None

    @property
    def begins(self) -> date:
        """The first day of the change."""
        return self.from_day or self.from_month.first_day


@dataclass(frozen=True)
class TermsVersion:
    """One version of a project's burden terms (費用負担条件) that entered into force, with its proof."""

    version: int
    terms: BurdenTerms
    terms_id: str
    terms_hash: str
    event_id: UUID


@dataclass(frozen=True)
class Project:
    """All that is known of one project's membership and terms, and the published figures that its terms name."""

    id: str
    started: bool = False
    participation: tuple[ParticipationChange, ...] = ()
    terms: tuple[TermsVersion, ...] = ()
    figures: Mapping[FiguresKey, Figures] = field(default_factory=lambda: CENSUS)

    @classmethod
    def unknown(cls, project_id: str) -> Self:
        """A project nothing is known of yet; its usage may have arrived first."""
        return cls(project_id)

    @cached_property
    def _by_municipality(self) -> dict[str, list[ParticipationChange]]:
        changes: dict[str, list[ParticipationChange]] = {}
        for change in sorted(self.participation, key=lambda c: c.version, reverse=True):
            changes.setdefault(change.municipality, []).append(change)
        return changes

    @cached_property
    def meters_named(self) -> frozenset[str]:
        """The meters that any of the project's terms price, whatever their year."""
        return frozenset(price.meter for version in self.terms for price in version.terms.usage)

    def takes_part(self, municipality: str, month: Month) -> bool:
        """Whether the municipality is a participant in that month, be it for a day."""
        newest_first = self._by_municipality.get(municipality, ())
        return next((c.takes_part for c in newest_first if c.from_month <= month), False)

    def participants(self, month: Month) -> tuple[str, ...]:
        """The codes of the month's participants, in their order."""
        return tuple(code for code in sorted(self._by_municipality) if self.takes_part(code, month))

    def part_of_month(self, municipality: str, month: Month) -> int | Fraction:
        """Which part of the month's days a participant of the month takes part."""
        newest_first = self._by_municipality.get(municipality, ())
        if not any(c.from_day and month.first_day <= c.from_day <= month.last_day for c in newest_first):
            return int(self.takes_part(municipality, month))
        days = [month.first_day + timedelta(n) for n in range(month.last_day.day)]
        within = sum(next((c.takes_part for c in newest_first if c.begins <= day), False) for day in days)
        return Fraction(within, len(days))

    def terms_in_force(self, month: Month) -> TermsVersion | None:
        """The newest version of the month's fiscal year whose first month has come; None where there is none."""
        if month not in self._in_force:  # asked for each cell of the month
            year = month.fiscal_year
            effective = (v for v in self.terms if v.terms.fiscal_year == year and v.terms.effective_from <= month)
            self._in_force[month] = max(effective, key=lambda version: version.version, default=None)
        return self._in_force[month]

    @cached_property
    def _in_force(self) -> dict[Month, TermsVersion | None]:
        return {}


def figures_key(project_id: str, component: BaseComponent, year: FiscalYear) -> FiguresKey | None:
    """Under which key the figures stand that a component rests on in a year; None where it rests on none."""
    if component.driver in WITHOUT_FIGURES or component.base_date is None:
        return None
    scope = f"{project_id}/{component.meter}" if component.meter else ""
    return FiguresKey(component.driver, component.base_date.reference(year), scope)


def figures_named(project_id: str, terms: BurdenTerms) -> Iterator[FiguresKey]:
    """The keys of all figures that terms name."""
    for component in terms.base.components if terms.base else ():
        key = figures_key(project_id, component, terms.fiscal_year)
        if key is not None:
            yield key
