"""A project by region: `proposed → supported → running → completed | stopped`, with results by half year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import FiscalYear
from kyodo_supporter_matching.regional_projects.events import (
    RegionalProjectCompleted,
    RegionalProjectProposed,
    RegionalProjectRevised,
    RegionalProjectStarted,
    RegionalProjectStopped,
    RegionalProjectSupported,
    RegionalResultReported,
)
from kyodo_supporter_matching.regional_projects.refusals import (
    NothingReported,
    PeriodReversed,
    ProjectInAnotherStatus,
    ResultOutsidePeriod,
)
from kyodo_supporter_matching.regional_projects.values import ProjectPlan, ProjectStatus, Result, half_of


@dataclass(frozen=True)
class RegionalProject(Aggregate, category="regional-project"):
    """A municipality's project. Its own steps name the municipality; another one's project is not found."""

    municipality: str = ""
    plan: ProjectPlan | None = None
    status: ProjectStatus = ProjectStatus.PROPOSED
    results: Mapping[tuple[int, int], Result] = field(default_factory=dict)

    # decisions

    def propose(self, municipality: str, plan: ProjectPlan) -> Events:
        """A municipality asks for support."""
        _require_in_order(plan)
        yield RegionalProjectProposed(municipality=municipality, plan=plan)

    def revise(self, municipality: str, plan: ProjectPlan) -> Events:
        """The municipality changes its plan, until Tokyo decides on it."""
        self._require_own(municipality)
        self._require_status(ProjectStatus.PROPOSED)
        _require_in_order(plan)
        if plan != self.plan:
            yield RegionalProjectRevised(municipality=municipality, plan=plan)

    def support(self) -> Events:
        """Tokyo decides to support it."""
        self._require_status(ProjectStatus.PROPOSED)
        yield RegionalProjectSupported(municipality=self.municipality)

    def start(self, municipality: str) -> Events:
        """The municipality begins the work."""
        self._require_own(municipality)
        self._require_status(ProjectStatus.SUPPORTED)
        yield RegionalProjectStarted(municipality=municipality)

    def report(self, municipality: str, fiscal_year: FiscalYear, half: int, result: Result, today: date) -> Events:
        """The municipality says what came of half a year, or corrects it, also after the end."""
        self._require_own(municipality)
        self._require_status(ProjectStatus.RUNNING, ProjectStatus.COMPLETED)
        self._require_within(fiscal_year, half, today)
        if self.results.get((int(fiscal_year), half)) != result:
            yield RegionalResultReported(municipality=municipality, fiscal_year=fiscal_year, half=half, result=result)

    def complete(self, municipality: str) -> Events:
        """The municipality ends the work; what came of it is on record."""
        self._require_own(municipality)
        self._require_status(ProjectStatus.RUNNING)
        require(bool(self.results), NothingReported())
        yield RegionalProjectCompleted(municipality=municipality)

    def stop(self, municipality: str, reason_ja: str) -> Events:
        """The municipality gives it up, or Tokyo does not support it, or no longer."""
        self._require_own(municipality)
        self._require_status(ProjectStatus.PROPOSED, ProjectStatus.SUPPORTED, ProjectStatus.RUNNING)
        yield RegionalProjectStopped(municipality=municipality, reason_ja=reason_ja)

    def _require_own(self, municipality: str) -> None:
        require(municipality == self.municipality, NotFound(what="regional project", id=self.id))

    def _require_status(self, *needed: ProjectStatus) -> None:
        words = " or ".join(f"'{one.value}'" for one in needed)
        require(self.status in needed, ProjectInAnotherStatus(status=self.status.value, needed=words))

    def _require_within(self, fiscal_year: FiscalYear, half: int, today: date) -> None:
        if self.plan is None:
            raise TypeError("a project that was never proposed has no period")
        first, last = half_of(fiscal_year, half)
        starts, ends = self.plan.starts_on, self.plan.ends_on
        within = first <= today and first <= ends and starts <= last
        facts = {"first": first, "last": last, "starts_on": starts, "ends_on": ends, "today": today}
        require(within, ResultOutsidePeriod(**facts))

    # what events did

    @evolve
    def proposed(self, event: RegionalProjectProposed) -> Self:
        return replace(self, municipality=event.municipality, plan=event.plan)

    @evolve
    def revised(self, event: RegionalProjectRevised) -> Self:
        return replace(self, plan=event.plan)

    @evolve
    def supported(self, event: RegionalProjectSupported) -> Self:
        return replace(self, status=ProjectStatus.SUPPORTED)

    @evolve
    def started(self, event: RegionalProjectStarted) -> Self:
        return replace(self, status=ProjectStatus.RUNNING)

    @evolve
    def completed(self, event: RegionalProjectCompleted) -> Self:
        return replace(self, status=ProjectStatus.COMPLETED)

    @evolve
    def stopped(self, event: RegionalProjectStopped) -> Self:
        return replace(self, status=ProjectStatus.STOPPED)

    @evolve
    def reported(self, event: RegionalResultReported) -> Self:
        return replace(self, results={**self.results, (int(event.fiscal_year), event.half): event.result})


def _require_in_order(plan: ProjectPlan) -> None:
    require(plan.starts_on <= plan.ends_on, PeriodReversed(starts_on=plan.starts_on, ends_on=plan.ends_on))
