"""How a project moves on: what each stage takes, and what a waiver stands in for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.procurement.projects import (
    Kpi,
    ParticipantJoined,
    ParticipantLeft,
    ProjectConcluded,
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
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_events.values.fiscal import Month
from kyodo_procurement.projects.events import RequirementWaived, TrialEvaluated
from kyodo_procurement.projects.model import Project, ProjectStatus
from kyodo_procurement.projects.refusals import ProjectNotActive, RequirementsNotMet, StageNotAhead
from kyodo_procurement.projects.stages import PROOFS, Evidence, reach
from kyodo_procurement.terms.model import Proposal, TermsStatus
from kyodo_procurement.verifications.model import CostVerification, VerificationStatus
from kyodo_procurement.working_groups.model import Matter, Recommendation, WorkingGroup

CHIYODA, MUSASHINO = "131016", "132039"
THEME, OTHER_THEME = "0193f1a0-0000-7000-8000-000000000001", "0193f1a0-0000-7000-8000-000000000002"
TODAY = date(2024, 7, 15)
DECISION = Decision(meeting_id="meeting", confirmation=2, text_ja="第4回CIOフォーラム 確認事項2")
EVALUATION = TrialEvaluation(
    kpis=(Kpi(name_ja="申請率", target=50, reached=63, met=True),), conclusion_ja="本格導入に進む。"
)
SKIPPED, APPROACH, TWO, TRIAL, COST, TERMS = Requirement

RECOMMENDATION = Recommendation(
    approach=1, proposed_by=CHIYODA, matter=Matter(title_ja="共同調達", text="単価契約とする。"), open_issues=()
)
GROUP = WorkingGroup(id=THEME, recommended=RECOMMENDATION)
VERIFICATION = CostVerification(
    id="verification",
    status=VerificationStatus.VERIFIED,
    theme_id=THEME,
    tolerance=Fraction(1, 5),
    based_on_needs=10,
    expires_on=date(2024, 12, 31),
)
IN_FORCE = Proposal(id="terms", project_id="test", status=TermsStatus.IN_FORCE)
ALL = Evidence(group=GROUP, needs=10, verification=VERIFICATION, terms=IN_FORCE, today=TODAY)
NOTHING = Evidence(group=None, needs=10, verification=None, terms=None, today=TODAY)

research = ProjectStarted(name_ja="共同電子申請", theme_id=THEME, stage=Stage.RESEARCH)
trial = ProjectStageReached(stage=Stage.TRIAL, grounds=StageGrounds())
both = [ParticipantJoined(municipality=code, from_month=Month("2024-04")) for code in (CHIYODA, MUSASHINO)]
evaluated = TrialEvaluated(evaluation=EVALUATION)


def waiver(requirement: Requirement) -> Waiver:
    return Waiver(requirement=requirement, reason="無償のため", decision=DECISION)


def waived(*requirements: Requirement) -> list[Event]:
    return [RequirementWaived(**dict(waiver(requirement))) for requirement in requirements]


def at(*past: Event) -> Given[Project]:
    return given(Project).that(research, *past)


def not_met(stage: Stage, *missing: Requirement) -> RequirementsNotMet:
    why = "; ".join(f"{one} ({PROOFS[one].lacking})" for one in missing)
    return RequirementsNotMet(stage=stage, missing=list(missing), why=why)


def test_research_leads_to_a_trial_by_a_recommended_approach_and_two_participants() -> None:
    project = (
        at(*both)
        .when(lambda project: reach(project, Stage.TRIAL, ALL))
        .then(
            ProjectStageReached(
                stage=Stage.TRIAL,
                grounds=StageGrounds(recommended_approach="共同調達", participants=(CHIYODA, MUSASHINO)),
            )
        )
    )
    assert project.stage is Stage.TRIAL


def test_a_trial_leads_to_full_by_evaluation_verification_and_terms() -> None:
    grounds = StageGrounds(evaluation=EVALUATION, verification_id="verification", terms_id="terms")
    project = (
        at(trial, evaluated)
        .when(lambda project: reach(project, Stage.FULL, ALL))
        .then(ProjectStageReached(stage=Stage.FULL, grounds=grounds))
    )
    assert (project.stage, project.grounds) == (Stage.FULL, grounds)


@pytest.mark.parametrize("group", [None, WorkingGroup(id=THEME)])
def test_without_a_recommended_approach_there_is_no_trial(group: WorkingGroup | None) -> None:
    evidence = replace(ALL, group=group)
    at(*both).when(lambda project: reach(project, Stage.TRIAL, evidence)).refuses(not_met(Stage.TRIAL, APPROACH))


def test_a_trial_takes_two_that_take_part_now_or_later() -> None:
    def moves(*past: Event) -> object:
        return at(*past).when(lambda project: reach(project, Stage.TRIAL, ALL)).refusal

    short = not_met(Stage.TRIAL, TWO)
    left = ParticipantLeft(municipality=MUSASHINO, last_month=Month("2024-06"))
    assert moves() == moves(both[0]) == moves(*both, left) == short
    still = ParticipantLeft(municipality=MUSASHINO, last_month=Month("2024-07"))
    later = ParticipantJoined(municipality=MUSASHINO, from_month=Month("2025-04"))
    assert moves(*both, still) is None
    assert moves(both[0], later) is None


@pytest.mark.parametrize(
    "evidence",
    [
        replace(ALL, verification=None),
        replace(ALL, verification=replace(VERIFICATION, theme_id=OTHER_THEME)),
        replace(ALL, verification=replace(VERIFICATION, expires_on=None)),
        replace(ALL, verification=replace(VERIFICATION, expires_on=date(2024, 7, 14))),
        replace(ALL, needs=13),
    ],
    ids=["not named", "of another theme", "not verified", "expired", "demand has moved"],
)
def test_full_introduction_takes_a_live_verification_of_the_theme(evidence: Evidence) -> None:
    at(trial, evaluated).when(lambda project: reach(project, Stage.FULL, evidence)).refuses(not_met(Stage.FULL, COST))


@pytest.mark.parametrize(
    "terms",
    [
        None,
        replace(IN_FORCE, project_id="another"),
        *(replace(IN_FORCE, status=status) for status in TermsStatus if status is not TermsStatus.IN_FORCE),
    ],
)
def test_full_introduction_takes_terms_of_the_project_in_force(terms: Proposal | None) -> None:
    evidence = replace(ALL, terms=terms)
    at(trial, evaluated).when(lambda project: reach(project, Stage.FULL, evidence)).refuses(not_met(Stage.FULL, TERMS))


def test_full_introduction_takes_an_evaluation_of_the_trial() -> None:
    at(trial).when(lambda project: reach(project, Stage.FULL, ALL)).refuses(not_met(Stage.FULL, TRIAL))


def test_all_that_is_missing_is_said_at_once() -> None:
    at(trial).when(lambda project: reach(project, Stage.FULL, NOTHING)).refuses(not_met(Stage.FULL, TRIAL, COST, TERMS))


def test_a_waiver_stands_in_for_what_is_missing_and_is_named_among_the_grounds() -> None:
    evidence = replace(ALL, verification=None)
    at(trial, evaluated, *waived(COST, TERMS)).when(lambda project: reach(project, Stage.FULL, evidence)).then(
        ProjectStageReached(  # the terms are there, so that their waiver was not made use of
            stage=Stage.FULL,
            grounds=StageGrounds(evaluation=EVALUATION, terms_id="terms", waivers=(waiver(COST),)),
        )
    )


def test_a_trial_is_skipped_by_a_waiver_and_with_it_only_the_evaluation() -> None:
    at(*both).when(lambda project: reach(project, Stage.FULL, ALL)).refuses(not_met(Stage.FULL, SKIPPED))
    at(*waived(SKIPPED)).when(lambda project: reach(project, Stage.FULL, NOTHING)).refuses(
        not_met(Stage.FULL, APPROACH, TWO, COST, TERMS)
    )
    project = (
        at(*both, *waived(SKIPPED))
        .when(lambda project: reach(project, Stage.FULL, ALL))
        .then(
            ProjectStageReached(
                stage=Stage.FULL,
                grounds=StageGrounds(
                    recommended_approach="共同調達",
                    participants=(CHIYODA, MUSASHINO),
                    verification_id="verification",
                    terms_id="terms",
                    waivers=(waiver(SKIPPED),),
                ),
            )
        )
    )
    assert project.stage is Stage.FULL


def test_the_same_stage_again_changes_nothing_and_an_earlier_one_is_refused() -> None:
    at(trial).when(lambda project: reach(project, Stage.TRIAL, NOTHING)).then()
    at(trial).when(lambda project: reach(project, Stage.RESEARCH, ALL)).refuses(
        StageNotAhead(stage=Stage.TRIAL, asked=Stage.RESEARCH)
    )


@pytest.mark.parametrize(
    ("rests", "status"),
    [
        (ProjectSuspended(reason="制度改正待ち"), ProjectStatus.SUSPENDED),
        (ProjectConcluded(reason="後継に移行"), ProjectStatus.CONCLUDED),
    ],
)
def test_no_project_moves_on_while_it_rests_or_is_over(rests: Event, status: ProjectStatus) -> None:
    at(*both, rests).when(lambda project: reach(project, Stage.TRIAL, ALL)).refuses(ProjectNotActive(status=status))


@given_any(
    stages=st.lists(st.sampled_from(Stage), max_size=6),
    waivers=st.sets(st.sampled_from(Requirement)),
    evidence=st.builds(
        Evidence,
        group=st.sampled_from([None, GROUP]),
        needs=st.sampled_from([10, 13]),
        verification=st.sampled_from([None, VERIFICATION]),
        terms=st.sampled_from([None, IN_FORCE]),
        today=st.just(TODAY),
    ),
    joined=st.booleans(),
)
def test_no_stage_is_ever_skipped_without_a_waiver(
    stages: list[Stage], waivers: set[Requirement], evidence: Evidence, joined: bool
) -> None:
    """Whatever is asked for in whatever order: each stage reached is the next one, or its grounds name the waiver."""
    project = Project(id="test").fold([research, *(both if joined else []), *waived(*sorted(waivers))])
    for stage in stages:
        before, events = project.stage, []
        try:
            events = list(reach(project, stage, evidence))
        except Refused:
            continue
        for event in events:
            assert isinstance(event, ProjectStageReached)
            gone = list(Stage).index(event.stage) - list(Stage).index(before)
            assert gone == 1 or (gone == 2 and SKIPPED in event.grounds.waived)
            assert set(event.grounds.waived) <= waivers
        project = project.fold(events)
