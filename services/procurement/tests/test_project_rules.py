"""Projects: how they start, rest and end, what is waived and evaluated on the way."""

from __future__ import annotations

import pytest

from kyodo_events.contracts.procurement.projects import (
    Kpi,
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
from kyodo_events.contracts.procurement.themes import Decision
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_procurement.projects.events import BurdenTermsNumbered, RequirementWaived, TrialEvaluated
from kyodo_procurement.projects.model import REQUIREMENTS, Project, ProjectStatus
from kyodo_procurement.projects.refusals import (
    NothingToWaive,
    NoTrialToEvaluate,
    ProjectNotActive,
    RequirementsNotMet,
    ThemeNotSelected,
)
from kyodo_procurement.themes.model import Theme, ThemeStatus

THEME = Theme(id="0193f1a0-0000-7000-8000-000000000001", status=ThemeStatus.SELECTED)
NAME = "共同電子申請システム"
DECISION = Decision(meeting_id="meeting", confirmation=2, text_ja="第4回CIOフォーラム 確認事項2")
EVALUATION = TrialEvaluation(
    kpis=(Kpi(name_ja="申請率", target=50, reached=63, met=True),), conclusion_ja="本格導入に進む。"
)


def started(stage: Stage = Stage.RESEARCH) -> ProjectStarted:
    return ProjectStarted(name_ja=NAME, theme_id=THEME.id, stage=stage)


def waiver(requirement: Requirement, reason: str = "以前から運用している") -> Waiver:
    return Waiver(requirement=requirement, reason=reason, decision=DECISION)


def waived(requirement: Requirement, reason: str = "以前から運用している") -> RequirementWaived:
    return RequirementWaived(requirement=requirement, reason=reason, decision=DECISION)


def reached(stage: Stage) -> ProjectStageReached:
    return ProjectStageReached(stage=stage, grounds=StageGrounds())


suspended = ProjectSuspended(reason="制度改正待ち")
concluded = ProjectConcluded(reason="後継に移行")


def test_a_selected_theme_becomes_a_project_at_research() -> None:
    project = given(Project).when(lambda project: project.start(THEME, NAME, Stage.RESEARCH, None)).then(started())
    assert (project.stage, project.status) == (Stage.RESEARCH, ProjectStatus.ACTIVE)


@pytest.mark.parametrize("status", [status for status in ThemeStatus if status is not ThemeStatus.SELECTED])
def test_a_theme_that_is_not_selected_becomes_no_project(status: ThemeStatus) -> None:
    theme = Theme(id=THEME.id, status=status)
    given(Project).when(lambda project: project.start(theme, NAME, Stage.RESEARCH, None)).refuses(
        ThemeNotSelected(status=status)
    )


@pytest.mark.parametrize("stage", [Stage.TRIAL, Stage.FULL])
def test_a_project_starts_at_a_later_stage_only_with_a_waiver_on_record(stage: Stage) -> None:
    skipped = Requirement.SKIPPED_STAGE
    why = "skipped_stage (a stage before it is skipped, which takes a waiver)"
    given(Project).when(lambda project: project.start(THEME, NAME, stage, None)).refuses(
        RequirementsNotMet(stage=stage, missing=[skipped], why=why)
    )
    project = (
        given(Project)
        .when(lambda project: project.start(THEME, NAME, stage, waiver(skipped)))
        .then(started(stage), waived(skipped))
    )
    assert (project.stage, project.waivers) == (stage, (waiver(skipped),))


def test_a_start_with_research_skips_nothing_that_could_be_waived() -> None:
    skipped = Requirement.SKIPPED_STAGE
    given(Project).when(lambda project: project.start(THEME, NAME, Stage.RESEARCH, waiver(skipped))).refuses(
        NothingToWaive(stage=Stage.RESEARCH, requirement=skipped)
    )


@pytest.mark.parametrize("requirement", Requirement)
@pytest.mark.parametrize("stage", Stage)
def test_only_what_lies_ahead_is_waived(stage: Stage, requirement: Requirement) -> None:
    ahead: dict[Stage, set[Requirement]] = {
        Stage.RESEARCH: set(Requirement),
        Stage.TRIAL: set(REQUIREMENTS[Stage.FULL]),
        Stage.FULL: set(),
    }
    outcome = given(Project).that(started(stage)).when(lambda project: project.waive(waiver(requirement)))
    if requirement in ahead[stage]:
        outcome.then(waived(requirement))
    else:
        outcome.refuses(NothingToWaive(stage=stage, requirement=requirement))


def test_a_waiver_is_recorded_once_and_replaced_by_a_later_one() -> None:
    two = Requirement.TWO_PARTICIPANTS
    past = given(Project).that(started(), waived(two))
    past.when(lambda project: project.waive(waiver(two))).then()
    project = past.when(lambda project: project.waive(waiver(two, "単独で先行"))).then(waived(two, "単独で先行"))
    assert project.waivers == (waiver(two, "単独で先行"),)


def test_a_trial_is_evaluated_and_the_same_evaluation_changes_nothing() -> None:
    trial = given(Project).that(started(), reached(Stage.TRIAL))
    trial.when(lambda project: project.evaluate(EVALUATION)).then(TrialEvaluated(evaluation=EVALUATION))
    evaluated = trial.that(TrialEvaluated(evaluation=EVALUATION))
    evaluated.when(lambda project: project.evaluate(EVALUATION)).then()
    revised = EVALUATION.model_copy(update={"conclusion_ja": "研修を加える。"})
    evaluated.when(lambda project: project.evaluate(revised)).then(TrialEvaluated(evaluation=revised))


@pytest.mark.parametrize("stage", [Stage.RESEARCH, Stage.FULL])
def test_there_is_no_trial_to_evaluate_before_and_after_it(stage: Stage) -> None:
    given(Project).that(started(stage)).when(lambda project: project.evaluate(EVALUATION)).refuses(
        NoTrialToEvaluate(stage=stage)
    )


@pytest.mark.parametrize("stage", Stage)
def test_a_project_rests_and_goes_on_at_the_same_stage(stage: Stage) -> None:
    project = given(Project).that(started(stage)).when(lambda project: project.suspend("制度改正待ち")).then(suspended)
    assert (project.stage, project.status, project.reason) == (stage, ProjectStatus.SUSPENDED, "制度改正待ち")
    past = given(Project).that(started(stage), suspended)
    past.when(lambda project: project.suspend("制度改正待ち")).then()
    past.when(lambda project: project.suspend("予算不成立")).refuses(ProjectNotActive(status=ProjectStatus.SUSPENDED))
    project = past.when(lambda project: project.resume()).then(ProjectResumed())
    assert (project.stage, project.status, project.reason) == (stage, ProjectStatus.ACTIVE, None)
    past.that(ProjectResumed()).when(lambda project: project.resume()).then()


@pytest.mark.parametrize("past", [[], [suspended]])
@pytest.mark.parametrize("stage", Stage)
def test_a_project_is_concluded_at_whatever_stage_also_while_it_rests(stage: Stage, past: list[Event]) -> None:
    project = (
        given(Project).that(started(stage), *past).when(lambda project: project.conclude("後継に移行")).then(concluded)
    )
    assert (project.stage, project.status, project.reason) == (stage, ProjectStatus.CONCLUDED, "後継に移行")


def test_what_is_concluded_stays_so() -> None:
    over = given(Project).that(started(Stage.TRIAL), concluded)
    over.when(lambda project: project.conclude("後継に移行")).then()
    refusal = ProjectNotActive(status=ProjectStatus.CONCLUDED)
    over.when(lambda project: project.conclude("別の理由")).refuses(refusal)
    over.when(lambda project: project.suspend("制度改正待ち")).refuses(refusal)
    over.when(lambda project: project.resume()).refuses(refusal)


@pytest.mark.parametrize(
    ("past", "status"), [(suspended, ProjectStatus.SUSPENDED), (concluded, ProjectStatus.CONCLUDED)]
)
def test_nothing_is_waived_or_evaluated_while_a_project_rests_or_is_over(past: Event, status: ProjectStatus) -> None:
    project = given(Project).that(started(Stage.TRIAL), past)
    refusal = ProjectNotActive(status=status)
    project.when(lambda project: project.waive(waiver(Requirement.TERMS_IN_FORCE))).refuses(refusal)
    project.when(lambda project: project.evaluate(EVALUATION)).refuses(refusal)


def test_proposals_of_terms_are_numbered_from_one() -> None:
    given(Project).that(started()).when(lambda project: project.number_terms()).then(BurdenTermsNumbered(number=1))
    given(Project).that(started(), BurdenTermsNumbered(number=1)).when(lambda project: project.number_terms()).then(
        BurdenTermsNumbered(number=2)
    )
