"""The base book: what each participant bears of a project's yearly cost, month by month.

The rule all 62 municipalities confirmed in February 2023: the basic cost of a joint project is borne by all
participating municipalities. Everything here is a pure function of the project's facts, so the order in which
the facts arrived cannot matter, and all of it is on whole yen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Final

from kyodo_cost_ledger.apportionment.model import Columns, Component, due, split_components
from kyodo_cost_ledger.projects.model import Project, TermsVersion
from kyodo_events.contracts.burden_terms import BaseTerms, Driver
from kyodo_events.values.apportionment import Portion, explain
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO, by_code

TOKYO_SHARE: Final = "tokyo_share"
"""The item under which Tokyo's own part of a project stands, beside one item a driver."""


@dataclass(frozen=True)
class Division:
    """A cost divided between Tokyo and the municipalities, and the latter's part by component and party."""

    pool: int
    tokyo: int
    columns: Columns

    @property
    def municipalities(self) -> int:
        """Yen all municipalities bear together."""
        return self.pool - self.tokyo


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
    participants: tuple[str, ...]

    @property
    def pool_id(self) -> str:
        """The pool's name for good: it decides who among equals bears the last yen.

        With the first month, or the same participants would bear it in every segment of a year.
        """
        return f"{self.project_id}/{self.version.version}/{self.first}"

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(Month.range(self.first, self.last))

    def weights(self, driver: Driver) -> dict[str, int]:
        """What each participant weighs: 1 each (均等割), or its residents of the census of 2020 (人口割)."""
        if driver is Driver.EQUAL:
            return dict.fromkeys(self.participants, 1)
        return {code: by_code(code).population for code in self.participants}

    def components(self) -> list[Component]:
        return [Component(c.driver.value, c.share, self.weights(c.driver)) for c in self.base.components]

    def pool_until(self, month: Month | None) -> int:
        """Yen that fell due since the segment began, up to and with this month; None is before its first."""
        through = self.first.fiscal_index - 1 if month is None else month.fiscal_index
        return due(self.base.annual_amount, self.first.fiscal_index, through)

    def division(self, pool: int) -> Division:
        """The pool between Tokyo and the participants; the fraction of a yen at Tokyo's border goes to Tokyo."""
        theirs = municipal_part(pool, self.base.tokyo_share)
        return Division(pool, pool - theirs, split_components(theirs, self.components(), self.pool_id))


@dataclass(frozen=True)
class Step:
    """The arithmetic of one cumulative split as one party sees it: pool, component, its own portion."""

    pool: int
    tokyo: int
    municipalities: int
    component: Portion
    portion: Portion


def municipal_part(pool: int, tokyo_share: Fraction) -> int:
    """Whole yen that Tokyo does not bear, rounded down."""
    return int(pool * (1 - tokyo_share) // 1)


def segments(project: Project) -> list[Segment]:
    """The project's segments, in order of time; months without terms, base cost or participants are in none."""
    if not project.started:
        return []
    years = sorted({version.terms.fiscal_year for version in project.terms})
    return [segment for year in years for segment in _segments_of(project, year)]


def base_charges(project: Project) -> dict[tuple[str, str, Month], int]:
    """Yen each party bears, by (party, item, month), for every month the known terms reach. Zeros are left out."""
    charges: dict[tuple[str, str, Month], int] = {}
    for segment in segments(project):
        before = segment.division(segment.pool_until(None))
        for month in segment.months:
            through = segment.division(segment.pool_until(month))
            charges[TOKYO, TOKYO_SHARE, month] = through.tokyo - before.tokyo
            for item, column in through.columns.items():
                for party, amount in column.items():
                    charges[party, item, month] = amount - before.columns[item][party]
            before = through
    return {cell: amount for cell, amount in charges.items() if amount}


def segment_of(project: Project, month: Month) -> Segment | None:
    """The segment a month lies in."""
    return next((s for s in segments(project) if s.first <= month <= s.last), None)


def explain_step(segment: Segment, month: Month | None, item: str, party: str) -> Step:
    """How the party's part of what was due by the month came about. Raises KeyError for a stranger to it."""
    pool = segment.pool_until(month)
    theirs = municipal_part(pool, segment.base.tokyo_share)
    components = {component.name: component for component in segment.components()}
    shares = {name: component.share for name, component in components.items()}
    part = explain(theirs, shares, segment.pool_id)[item]
    portion = explain(part.amount, components[item].weights, f"{segment.pool_id}/{item}")[party]
    return Step(pool, pool - theirs, theirs, part, portion)


def _segments_of(project: Project, year: FiscalYear) -> Iterator[Segment]:
    by_month = ((month, project.terms_in_force(month), project.participants(month)) for month in year.months())
    for (version, participants), run in groupby(by_month, key=lambda found: (found[1], found[2])):
        months = [month for month, _, _ in run]
        if version and version.terms.base and participants:
            yield Segment(project.id, version, version.terms.base, months[0], months[-1], participants)
