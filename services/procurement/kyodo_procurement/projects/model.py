"""A project (協働事業): a selected theme being worked on, stage by stage, with the municipalities that take part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement.projects import (
    ParticipantJoined,
    ParticipantLeft,
    ProjectConcluded,
    ProjectResumed,
    ProjectStageReached,
    ProjectStarted,
    ProjectSuspended,
    Requirement,
    Stage,
    StageGrounds,
    TrialEvaluation,
    Waiver,
)
from kyodo_events.errors import require
from kyodo_events.values.fiscal import Month
from kyodo_procurement.participation.events import (
    AgreementStatus,
    ParticipationIntended,
    ParticipationInvited,
    ParticipationKind,
    ParticipationSigned,
)
from kyodo_procurement.participation.model import Agreement, Period
from kyodo_procurement.projects.events import BurdenTermsNumbered, RequirementWaived, TrialEvaluated
from kyodo_procurement.projects.refusals import (
    NothingToWaive,
    NoTrialToEvaluate,
    ProjectNotActive,
    RequirementsNotMet,
    ThemeNotSelected,
)
from kyodo_procurement.themes.model import Theme, ThemeStatus

STAGES = tuple(Stage)  # in their order
REQUIREMENTS: Mapping[Stage, tuple[Requirement, ...]] = {
    Stage.RESEARCH: (),
    Stage.TRIAL: (Requirement.RECOMMENDED_APPROACH, Requirement.TWO_PARTICIPANTS),
    Stage.FULL: (Requirement.TRIAL_EVALUATION, Requirement.COST_VERIFICATION, Requirement.TERMS_IN_FORCE),
}
"""What moving to a stage takes, besides that none is skipped."""


class ProjectStatus(StrEnum):
    """Whether a project is being worked on."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CONCLUDED = "concluded"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"active": "実施中", "suspended": "中断中", "concluded": "終了"}[self.value]


@dataclass(frozen=True)
class Project(Aggregate, category="project"):
    """The project at its stage, with the agreement of each municipality that was ever asked or took part.

    `reason` says why it is suspended or concluded, `grounds` what the last move to a stage rested on. How a project
    moves on stands in `stages.py`, because that looks at other aggregates which themselves look at a project.
    """

    name_ja: str = ""
    theme_id: str = ""
    stage: Stage = Stage.RESEARCH
    status: ProjectStatus = ProjectStatus.ACTIVE
    reason: str | None = None
    waived: Mapping[Requirement, Waiver] = field(default_factory=dict)
    evaluation: TrialEvaluation | None = None
    grounds: StageGrounds | None = None
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    terms_numbered: int = 0

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """What was waived, in the order of the requirements' names."""
        return tuple(self.waived[requirement] for requirement in sorted(self.waived))

    @property
    def participants(self) -> Mapping[str, tuple[Period, ...]]:
        """The periods of each municipality that takes part or ever did."""
        return {code: agreement.periods for code, agreement in self.agreements.items() if agreement.periods}

    def agreement(self, municipality: str) -> Agreement:
        """What was agreed with a municipality; an empty one where nothing was."""
        return self.agreements.get(municipality) or Agreement(municipality)

    def is_taking_part(self, municipality: str, month: Month) -> bool:
        """Whether a municipality takes part, full or associate, in exactly this month."""
        return any(period.includes(month) for period in self.agreement(municipality).periods)

    def taking_part_from(self, month: Month) -> tuple[str, ...]:
        """The municipalities that take part in this month or a later one, in the order of their codes."""
        return self._with_a_period(lambda period: not period.is_over_in(month))

    def full_participants(self, month: Month) -> tuple[str, ...]:
        """Those of `taking_part_from` that have a vote on burden terms from then on: associates have none."""
        full = ParticipationKind.FULL
        return self._with_a_period(lambda period: period.kind is full and not period.is_over_in(month))

    def _with_a_period(self, such: Callable[[Period], bool]) -> tuple[str, ...]:
        return tuple(sorted(code for code, periods in self.participants.items() if any(map(such, periods))))

    # decisions: start, suspend, conclude

    def start(self, theme: Theme, name_ja: str, stage: Stage, waiver: Waiver | None) -> Events:
        """The secretariat begins the work on a selected theme, with research unless a waiver skips that.

        A service that ran before the forum took it up starts at the stage it has reached.
        """
        require(theme.status is ThemeStatus.SELECTED, ThemeNotSelected(status=theme.status))
        if stage is STAGES[0]:
            skipped = Requirement.SKIPPED_STAGE
            require(waiver is None, NothingToWaive(stage=stage, requirement=skipped))
        elif waiver is None:
            raise skips(stage)
        yield ProjectStarted(name_ja=name_ja, theme_id=theme.id, stage=stage)
        if waiver is not None:
            yield RequirementWaived(**dict(waiver))

    def waive(self, waiver: Waiver) -> Events:
        """The secretariat puts a waiver of something that lies ahead on record; a later one takes its place."""
        self.require_active()
        ahead = STAGES[STAGES.index(self.stage) + 1 :]
        waivable = {requirement for stage in ahead for requirement in REQUIREMENTS[stage]}
        if len(ahead) > 1:
            waivable.add(Requirement.SKIPPED_STAGE)
        require(waiver.requirement in waivable, NothingToWaive(stage=self.stage, requirement=waiver.requirement))
        if self.waived.get(waiver.requirement) != waiver:
            yield RequirementWaived(**dict(waiver))

    def evaluate(self, evaluation: TrialEvaluation) -> Events:
        """The secretariat records what the trial showed, or revises it while the trial lasts."""
        self.require_active()
        require(self.stage is Stage.TRIAL, NoTrialToEvaluate(stage=self.stage))
        if self.evaluation != evaluation:
            yield TrialEvaluated(evaluation=evaluation)

    def suspend(self, reason: str) -> Events:
        """The secretariat lets the work rest at the stage where it is."""
        if (self.status, self.reason) != (ProjectStatus.SUSPENDED, reason):
            self.require_active()
            yield ProjectSuspended(reason=reason)

    def resume(self) -> Events:
        """The secretariat takes the work up again, at the same stage."""
        self.require_going_on()
        if self.status is ProjectStatus.SUSPENDED:
            yield ProjectResumed()

    def conclude(self, reason: str) -> Events:
        """The secretariat ends the work for good, at whatever stage. Participations end by notice, not by this."""
        if (self.status, self.reason) != (ProjectStatus.CONCLUDED, reason):
            self.require_going_on()
            yield ProjectConcluded(reason=reason)

    def require_active(self) -> None:
        """Raises ProjectNotActive unless the project is being worked on."""
        require(self.status is ProjectStatus.ACTIVE, ProjectNotActive(status=self.status))

    def require_going_on(self) -> None:
        """Raises ProjectNotActive where the project is concluded; one that is suspended goes on."""
        require(self.status is not ProjectStatus.CONCLUDED, ProjectNotActive(status=self.status))

    # decisions: who takes part, and under which terms

    def invite(self, municipality: str) -> Events:
        """The secretariat asks a municipality to take part."""
        self.require_going_on()
        yield from self.agreement(municipality).invite()

    def intend(self, municipality: str) -> Events:
        """A municipality says that it means to take part."""
        self.require_going_on()
        yield from self.agreement(municipality).intend()

    def sign(
        self, municipality: str, from_month: Month, kind: ParticipationKind, from_day: date | None = None
    ) -> Events:
        """A municipality's approver signs; late joiners are welcome until the project is concluded."""
        self.require_going_on()
        yield from self.agreement(municipality).sign(from_month, kind, from_day)

    def give_notice(
        self, municipality: str, last_month: Month, reason: str, today: date, last_day: date | None = None
    ) -> Events:
        """A municipality's approver ends its participation, also in a project that is concluded."""
        yield from self.agreement(municipality).give_notice(last_month, reason, today, last_day)

    def number_terms(self) -> Events:
        """The next proposal of burden terms gets its number."""
        yield BurdenTermsNumbered(number=self.terms_numbered + 1)

    # what events did

    @evolve
    def started(self, event: ProjectStarted) -> Self:
        return replace(self, name_ja=event.name_ja, theme_id=event.theme_id, stage=event.stage)

    @evolve
    def requirement_waived(self, event: RequirementWaived) -> Self:
        return replace(self, waived={**self.waived, event.requirement: Waiver(**dict(event))})

    @evolve
    def trial_evaluated(self, event: TrialEvaluated) -> Self:
        return replace(self, evaluation=event.evaluation)

    @evolve
    def stage_reached(self, event: ProjectStageReached) -> Self:
        return replace(self, stage=event.stage, grounds=event.grounds)

    @evolve
    def suspended(self, event: ProjectSuspended) -> Self:
        return replace(self, status=ProjectStatus.SUSPENDED, reason=event.reason)

    @evolve
    def resumed(self, event: ProjectResumed) -> Self:
        return replace(self, status=ProjectStatus.ACTIVE, reason=None)

    @evolve
    def concluded(self, event: ProjectConcluded) -> Self:
        return replace(self, status=ProjectStatus.CONCLUDED, reason=event.reason)

    @evolve
    def invited(self, event: ParticipationInvited) -> Self:
        return self._with(replace(self.agreement(event.municipality), step=AgreementStatus.INVITED))

    @evolve
    def intended(self, event: ParticipationIntended) -> Self:
        return self._with(replace(self.agreement(event.municipality), step=AgreementStatus.INTENDED))

    @evolve
    def signed(self, event: ParticipationSigned) -> Self:
        return self._with(replace(self.agreement(event.municipality), signing=event.kind))

    @evolve
    def participant_joined(self, event: ParticipantJoined) -> Self:
        return self._with(self.agreement(event.municipality).joined(event.from_month, event.from_day))

    @evolve
    def participant_left(self, event: ParticipantLeft) -> Self:
        return self._with(self.agreement(event.municipality).left(event.last_month, event.last_day))

    @evolve
    def terms_were_numbered(self, event: BurdenTermsNumbered) -> Self:
        return replace(self, terms_numbered=event.number)

    def _with(self, agreement: Agreement) -> Self:
        return replace(self, agreements={**self.agreements, agreement.municipality: agreement})


def skips(stage: Stage) -> RequirementsNotMet:
    """The refusal of a start at a later stage without the waiver that it takes."""
    missing = Requirement.SKIPPED_STAGE
    why = f"{missing} (a stage before it is skipped, which takes a waiver)"
    return RequirementsNotMet(stage=stage, missing=[missing], why=why)
