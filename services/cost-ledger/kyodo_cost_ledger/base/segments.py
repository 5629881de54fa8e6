"""Segments: runs of months with the same terms and the same weights, and what is missing to weigh them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import groupby

from kyodo_cost_ledger.apportionment.model import Component
from kyodo_cost_ledger.base.division import Division, Run, divide
from kyodo_cost_ledger.drivers.model import Figures
from kyodo_cost_ledger.projects.model import Project, TermsVersion, figures_key
from kyodo_events.contracts.base_terms import BaseComponent, BaseTerms, Driver, MidYear
from kyodo_events.values.fiscal import FiscalYear, Month

Presence = tuple[tuple[str, int | Fraction], ...]
"""Who takes part in a month, in order of code, and for which part of it: 1, or less by days."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What a base charge waits for: a figure that is not published, or one of a participant, or any weight at all."""

    project_id: str
    fiscal_year: FiscalYear
    driver: str
    reference: str
    municipalities: tuple[str, ...]


@dataclass(frozen=True)
class Segment:
    """A run of months of one fiscal year with the same terms and the same participants.

    Amounts are split on what fell due since the segment began, and a month is the step between two such
    splits: the months of a segment sum exactly, and what happens later leaves earlier months as they are.
    """

    project_id: str
    version: TermsVersion
    base: BaseTerms
    first: Month
    last: Month
    presence: Presence
    figures: Mapping[str, Figures]

    @property
    def pool_id(self) -> str:
        """The pool's name for good: it decides who among equals bears the last yen.

        With the first month, or the same participants would bear it in every segment of a year.
        """
        return f"{self.project_id}/{self.version.version}/{self.first}"

    @property
    def participants(self) -> tuple[str, ...]:
        """The codes of those who bear the segment's cost, in their order."""
        return tuple(code for code, _ in self.presence)

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(Month.range(self.first, self.last))

    def run(self, month: Month | None) -> Run:
        """The months from the segment's first to this one; None is before its first."""
        first = self.first.fiscal_index
        return Run(first, first - 1 if month is None else month.fiscal_index)

    def figure(self, component: BaseComponent, code: str) -> int | None:
        """What a participant weighs in a component while it takes part; None where that is not known."""
        if component.driver == Driver.EQUAL:
            return 1
        values = component.weights if component.weights is not None else self._published(component)
        if component.driver == Driver.USAGE_OF_PREVIOUS_YEAR and values is not None:
            return values.get(code, 0)  # who used nothing last year is not among those that did
        return None if values is None else values.get(code)

    def weights(self, component: BaseComponent) -> dict[str, int | Fraction]:
        """What each participant weighs, by the days it takes part where terms count them. Missing figures weigh 0."""
        return {code: (self.figure(component, code) or 0) * part for code, part in self.presence}

    @cached_property
    def components(self) -> list[Component]:
        """The mixture as it weighs in this segment."""
        return [Component(c.driver, c.share, self.weights(c)) for c in self.base.components]

    def division(self, month: Month | None) -> Division:
        """What fell due from the segment's first month to this one, divided."""
        return divide(self.base, self.run(month), dict(self.presence), self.components, self.pool_id)

    def missing(self) -> list[Missing]:
        """What keeps the segment from being charged: nothing is guessed, the cost waits."""
        return [found for component in self.base.components if (found := self._missing_for(component))]

    def _missing_for(self, component: BaseComponent) -> Missing | None:
        without = tuple(code for code in self.participants if self.figure(component, code) is None)
        if not without and any(self.weights(component).values()):
            return None
        year = self.version.terms.fiscal_year
        reference = component.base_date.reference(year) if component.base_date else ""
        return Missing(self.project_id, year, component.driver, reference, without)

    def _published(self, component: BaseComponent) -> Mapping[str, int] | None:
        found = self.figures.get(component.driver)
        return None if found is None else found.values


def segments(project: Project) -> list[Segment]:
    """The project's segments, in order of time; months without terms, base cost or participants are in none."""
    if not project.started:
        return []
    years = sorted({version.terms.fiscal_year for version in project.terms})
    return [segment for year in years for segment in _segments_of(project, year)]


def segment_of(project: Project, month: Month) -> Segment | None:
    """The segment a month lies in."""
    return next((s for s in segments(project) if s.first <= month <= s.last), None)


def _segments_of(project: Project, year: FiscalYear) -> Iterator[Segment]:
    versions = ((month, project.terms_in_force(month)) for month in year.months())
    by_month = ((month, version, _presence(project, version, month)) for month, version in versions)
    for (version, presence), run in groupby(by_month, key=lambda found: (found[1], found[2])):
        months = [month for month, _, _ in run]
        if version and version.terms.base and presence:
            base = version.terms.base
            figures = _figures(project, base, year)
            yield Segment(project.id, version, base, months[0], months[-1], presence, figures)


def _figures(project: Project, base: BaseTerms, year: FiscalYear) -> dict[str, Figures]:
    keys = {component.driver: figures_key(project.id, component, year) for component in base.components}
    return {driver: project.figures[key] for driver, key in keys.items() if key and key in project.figures}


def _presence(project: Project, version: TermsVersion | None, month: Month) -> Presence:
    """Who bears the month's basic cost, by what the terms say of joining and leaving in mid-year."""
    if version is None or version.terms.base is None:
        return ()
    match version.terms.base.mid_year:
        case MidYear.BY_MONTH:
            return _whole(project.participants(month))
        case MidYear.BY_DAY:
            return tuple(
                (code, part) for code in project.participants(month) if (part := project.part_of_month(code, month))
            )
        case MidYear.WHOLE_YEAR:
            months = month.fiscal_year.months()
            return _whole(sorted({code for m in months for code in project.participants(m)}))
        case MidYear.NEXT_YEAR:
            by_month = map(project.participants, month.fiscal_year.months())
            return _whole(next(filter(None, by_month), ()))


def _whole(codes: tuple[str, ...] | list[str]) -> Presence:
    return tuple((code, 1) for code in codes)
