"""The roadmap (デジタル基盤ロードマップ): an item of the shared platform, its steps by fiscal year, its followers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode


class StepState(StrEnum):
    """How far a step has come."""

    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    REVISED = "revised"  # planned anew with another text; it may be started as a planned one

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"planned": "予定", "started": "実施中", "done": "完了", "revised": "見直し"}[self.value]


class RoadmapItemAdded(Event, type="kyodo.procurement.roadmap-item-added", words="ロードマップに「{name_ja}」を加えた"):
    """The secretariat put an item on the roadmap."""

    name_ja: str


class RoadmapStepPlanned(
    Event, type="kyodo.procurement.roadmap-step-planned", words="{fiscal_year!s}年度の予定を「{text_ja}」とした"
):
    """What is to be done in a fiscal year was planned for the first time."""

    fiscal_year: FiscalYear
    text_ja: str


class RoadmapStepStarted(
    Event, type="kyodo.procurement.roadmap-step-started", words="{fiscal_year!s}年度の取組を始めた"
):
    """The work on a fiscal year's step began."""

    fiscal_year: FiscalYear


class RoadmapStepDone(Event, type="kyodo.procurement.roadmap-step-done", words="{fiscal_year!s}年度の取組を終えた"):
    """A fiscal year's step was done."""

    fiscal_year: FiscalYear


class RoadmapStepRevised(
    Event,
    type="kyodo.procurement.roadmap-step-revised",
    words="{fiscal_year!s}年度の予定「{before_ja}」を「{text_ja}」に見直した：{reason}",
):
    """What is to be done in a fiscal year was changed, for a reason; what it said before is kept."""

    fiscal_year: FiscalYear
    text_ja: str
    before_ja: str
    reason: str


class RoadmapItemFollowed(
    Event, type="kyodo.procurement.roadmap-item-followed", words="{municipality}がこの項目に沿って取り組むとした"
):
    """A municipality follows the item."""

    municipality: MunicipalityCode


class RoadmapItemUnfollowed(
    Event, type="kyodo.procurement.roadmap-item-unfollowed", words="{municipality}がこの項目に沿った取組をやめた"
):
    """A municipality no longer follows the item."""

    municipality: MunicipalityCode


class StepStands(Refused):
    status, type = 409, "step-stands"
    title = "The fiscal year has a step already"
    detail = "The step of {fiscal_year} is {state} and says something else."
    remedy = "Revise it with a reason."


class NoSuchStep(Refused):
    status, type = 404, "no-such-step"
    title = "The fiscal year has no step"
    detail = "Nothing is planned for {fiscal_year}."
    remedy = "Plan the fiscal year's step first."


class StepNotOpen(Refused):
    status, type = 409, "step-not-open"
    title = "The step does not allow this now"
    detail = "The step of {fiscal_year} is {state}; a planned or revised one is started, a started one is done."
    remedy = "Look at the item's history for what was recorded."


class StepIsDone(Refused):
    status, type = 409, "step-done"
    title = "The step is done"
    detail = "The step of {fiscal_year} is done; what was done is not revised."
    remedy = "Plan or revise the step of a later fiscal year."


@dataclass(frozen=True)
class Step:
    """What is done in a fiscal year; after a revision, its reason and what it said before."""

    text_ja: str
    state: StepState = StepState.PLANNED
    reason: str | None = None
    before_ja: str | None = None


@dataclass(frozen=True)
class RoadmapItem(Aggregate, category="roadmap-item"):
    """An item of the roadmap with its steps by fiscal year and the municipalities that follow it."""

    name_ja: str = ""
    steps: Mapping[FiscalYear, Step] = field(default_factory=dict)
    followers: frozenset[str] = frozenset()

    # decisions

    def add(self, name_ja: str, steps: Mapping[FiscalYear, str]) -> Events:
        """The secretariat puts an item on the roadmap, with what is planned for which fiscal year."""
        yield RoadmapItemAdded(name_ja=name_ja)
        for fiscal_year in sorted(steps):
            yield RoadmapStepPlanned(fiscal_year=fiscal_year, text_ja=steps[fiscal_year])

    def plan(self, fiscal_year: FiscalYear, text_ja: str) -> Events:
        """The secretariat plans a fiscal year that has no step yet."""
        step = self.steps.get(fiscal_year)
        if step is None:
            yield RoadmapStepPlanned(fiscal_year=fiscal_year, text_ja=text_ja)
        else:
            require(step.text_ja == text_ja, StepStands(fiscal_year=fiscal_year, state=step.state))

    def start(self, fiscal_year: FiscalYear) -> Events:
        """The secretariat records that the work began."""
        step = self._step(fiscal_year)
        if step.state is StepState.STARTED:
            return
        require(step.state is not StepState.DONE, StepNotOpen(fiscal_year=fiscal_year, state=step.state))
        yield RoadmapStepStarted(fiscal_year=fiscal_year)

    def finish(self, fiscal_year: FiscalYear) -> Events:
        """The secretariat records that the work was done."""
        step = self._step(fiscal_year)
        if step.state is StepState.DONE:
            return
        require(step.state is StepState.STARTED, StepNotOpen(fiscal_year=fiscal_year, state=step.state))
        yield RoadmapStepDone(fiscal_year=fiscal_year)

    def revise(self, fiscal_year: FiscalYear, text_ja: str, reason: str) -> Events:
        """The secretariat changes what a step says, until it is done; it is then to be started, or started again."""
        step = self._step(fiscal_year)
        require(step.state is not StepState.DONE, StepIsDone(fiscal_year=fiscal_year))
        if step.text_ja != text_ja:
            yield RoadmapStepRevised(
                fiscal_year=fiscal_year,
                text_ja=text_ja,
                before_ja=step.text_ja,
                reason=reason,
            )

    def follow(self, municipality: str) -> Events:
        """A municipality follows the item."""
        if municipality not in self.followers:
            yield RoadmapItemFollowed(municipality=municipality)

    def unfollow(self, municipality: str) -> Events:
        """A municipality no longer follows the item."""
        if municipality in self.followers:
            yield RoadmapItemUnfollowed(municipality=municipality)

    def _step(self, fiscal_year: FiscalYear) -> Step:
        step = self.steps.get(fiscal_year)
        if step is None:
            raise NoSuchStep(fiscal_year=fiscal_year)
        return step

    # what events did

    @evolve
    def added(self, event: RoadmapItemAdded) -> Self:
        return replace(self, name_ja=event.name_ja)

    @evolve
    def planned(self, event: RoadmapStepPlanned) -> Self:
        return self._with(event.fiscal_year, Step(event.text_ja))

    @evolve
    def started(self, event: RoadmapStepStarted) -> Self:
        return self._with(event.fiscal_year, replace(self._step(event.fiscal_year), state=StepState.STARTED))

    @evolve
    def done(self, event: RoadmapStepDone) -> Self:
        return self._with(event.fiscal_year, replace(self._step(event.fiscal_year), state=StepState.DONE))

    @evolve
    def revised(self, event: RoadmapStepRevised) -> Self:
        return self._with(
            event.fiscal_year, Step(event.text_ja, StepState.REVISED, reason=event.reason, before_ja=event.before_ja)
        )

    @evolve
    def followed(self, event: RoadmapItemFollowed) -> Self:
        return replace(self, followers=self.followers | {event.municipality})

    @evolve
    def unfollowed(self, event: RoadmapItemUnfollowed) -> Self:
        return replace(self, followers=self.followers - {event.municipality})

    def _with(self, fiscal_year: FiscalYear, step: Step) -> Self:
        return replace(self, steps={**self.steps, fiscal_year: step})
