"""The rules of a survey of participation and of a project by region."""

from __future__ import annotations

from datetime import date
from functools import partial

from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import municipalities
from kyodo_supporter_matching.participation_surveys.events import (
    ParticipationAnswered,
    ParticipationReminded,
    ParticipationSurveyClosed,
    ParticipationSurveyOpened,
)
from kyodo_supporter_matching.participation_surveys.model import (
    DeadlineImpossible,
    NobodyToRemind,
    ParticipationSurvey,
    SurveyNotClosed,
    SurveyTakesNoAnswers,
)
from kyodo_supporter_matching.participation_surveys.values import Participation, PlannedSessions, Programme
from kyodo_supporter_matching.regional_projects.events import (
    RegionalProjectProposed,
    RegionalProjectStarted,
    RegionalProjectStopped,
    RegionalProjectSupported,
    RegionalResultReported,
)
from kyodo_supporter_matching.regional_projects.model import RegionalProject
from kyodo_supporter_matching.regional_projects.refusals import ProjectInAnotherStatus, ResultOutsidePeriod
from kyodo_supporter_matching.regional_projects.values import ProjectPlan, Result, half_of
from kyodo_supporter_matching.sessions.values import SessionKind

CHIYODA, MUSASHINO = "131016", "132039"
CODES = [one.code for one in municipalities()]
TODAY, DEADLINE = date(2027, 1, 10), date(2027, 1, 31)
OPENED = ParticipationSurveyOpened(fiscal_year=FiscalYear(2027), deadline=DEADLINE)
SURVEY = given(ParticipationSurvey, "2027")

PLAN = ProjectPlan(
    title_ja="教室",
    goal_ja="目標",
    target_group_ja="高齢者",
    measures=("教室",),
    planned_sessions=4,
    starts_on=date(2023, 4, 1),
    ends_on=date(2024, 9, 30),
)
PROPOSED = RegionalProjectProposed(municipality=CHIYODA, plan=PLAN)
SUPPORTED, STARTED = RegionalProjectSupported(municipality=CHIYODA), RegionalProjectStarted(municipality=CHIYODA)
RESULT = Result(sessions=1, people=2, what_worked_ja="同席")


def said(*programmes: Programme, experience: int = 0) -> Participation:
    return Participation(
        programmes=programmes,
        supporters_in_own_classes=False,
        section_ja="課",
        section_phone="03-1234-5678",
        planned=PlannedSessions(experience=experience),
    )


def answered(code: str, by: int) -> ParticipationAnswered:
    return ParticipationAnswered(fiscal_year=FiscalYear(2027), municipality=code, participation=said(), answered=by)


def _open(deadline: date, one: ParticipationSurvey) -> Events:
    return one.open(deadline, TODAY)


def _answer(code: str, participation: Participation, one: ParticipationSurvey) -> Events:
    return one.answer(code, participation, TODAY)


def test_each_kind_of_session_is_asked_for() -> None:
    assert list(PlannedSessions.model_fields) == [kind.value for kind in SessionKind]


def test_a_survey_is_answered_until_the_end_of_the_deadline() -> None:
    survey = SURVEY.that(OPENED)
    survey.when(lambda one: one.answer(CHIYODA, said(), DEADLINE)).then(answered(CHIYODA, 1))
    late = date(2027, 2, 1)
    survey.when(lambda one: one.answer(CHIYODA, said(), late)).refuses(
        SurveyTakesNoAnswers(status="open", deadline=DEADLINE)
    )


def test_an_answer_repeated_is_no_change() -> None:
    survey = SURVEY.that(OPENED, answered(CHIYODA, 1))
    survey.when(lambda one: one.answer(CHIYODA, said(), TODAY)).then()
    survey.when(lambda one: one.remind(TODAY)).then(
        ParticipationReminded(day=TODAY, unanswered=tuple(code for code in CODES if code != CHIYODA))
    )


def test_a_closed_survey_takes_no_answers() -> None:
    survey = SURVEY.that(OPENED, ParticipationSurveyClosed(answered=0))
    refusal = SurveyTakesNoAnswers(status="closed", deadline=DEADLINE)
    survey.when(lambda one: one.answer(CHIYODA, said(), TODAY)).refuses(refusal)
    survey.when(ParticipationSurvey.close).refuses(refusal)
    SURVEY.that(OPENED).when(lambda one: one.reopen(DEADLINE, "理由", TODAY)).refuses(SurveyNotClosed(status="open"))


def test_a_deadline_lies_from_today_until_the_end_of_the_year() -> None:
    last = date(2028, 3, 31)
    SURVEY.when(lambda one: one.open(last, TODAY)).then(
        ParticipationSurveyOpened(fiscal_year=FiscalYear(2027), deadline=last)
    )
    for day in (date(2027, 1, 9), date(2028, 4, 1)):
        SURVEY.when(partial(_open, day)).refuses(DeadlineImpossible(deadline=day, today=TODAY, last_day=last))


def test_nobody_is_reminded_once_all_have_answered() -> None:
    everybody = [answered(code, place) for place, code in enumerate(CODES, start=1)]
    SURVEY.that(OPENED, *everybody).when(lambda one: one.remind(TODAY)).refuses(NobodyToRemind())


@given_any(st.lists(st.tuples(st.sampled_from(CODES[:4]), st.sets(st.sampled_from(Programme)), st.integers(0, 9))))
def test_totals_are_those_of_the_last_answers(given_: list[tuple[str, set[Programme], int]]) -> None:
    survey = SURVEY.that(OPENED)
    for code, programmes, sessions in given_:
        participation = said(*programmes, experience=sessions)
        outcome = survey.when(partial(_answer, code, participation))
        survey = survey.that(*outcome.events)
    last = {code: (programmes, sessions) for code, programmes, sessions in given_}
    state = survey.state
    assert state.answered + len(state.unanswered) == len(CODES)
    assert state.answered == len(last)
    assert sum(state.planning(SessionKind.EXPERIENCE)) == sum(sessions for _, sessions in last.values())
    for programme in Programme:
        assert state.taking_part(programme) == sum(programme in programmes for programmes, _ in last.values())


def test_a_project_is_supported_before_it_starts() -> None:
    project = given(RegionalProject).that(PROPOSED)
    refusal = ProjectInAnotherStatus(status="proposed", needed="'supported'")
    project.when(lambda one: one.start(CHIYODA)).refuses(refusal)
    project.when(RegionalProject.support).then(SUPPORTED)
    project.that(SUPPORTED).when(lambda one: one.start(CHIYODA)).then(STARTED)
    project.that(SUPPORTED).when(lambda one: one.start(MUSASHINO)).refuses(NotFound(what="regional project", id="test"))


def test_a_stopped_project_goes_no_further() -> None:
    stopped = RegionalProjectStopped(municipality=CHIYODA, reason_ja="予算")
    project = given(RegionalProject).that(PROPOSED, SUPPORTED, STARTED, stopped)
    for decide in (
        lambda one: one.complete(CHIYODA),
        lambda one: one.stop(CHIYODA, "予算"),
        lambda one: one.report(CHIYODA, FiscalYear(2023), 1, RESULT, TODAY),
    ):
        assert isinstance(project.when(decide).refusal, ProjectInAnotherStatus)


@given_any(year=st.integers(2020, 2027), half=st.integers(1, 2), today=st.dates(date(2022, 1, 1), date(2026, 1, 1)))
def test_results_are_of_half_years_that_have_begun_in_which_the_project_runs(year: int, half: int, today: date) -> None:
    fiscal_year = FiscalYear(year)
    first, last = half_of(fiscal_year, half)
    outcome = (
        given(RegionalProject)
        .that(PROPOSED, SUPPORTED, STARTED)
        .when(lambda one: one.report(CHIYODA, fiscal_year, half, RESULT, today))
    )
    months = set(Month.range(Month.containing(first), Month.containing(last)))
    if months & set(Month.range(Month("2023-04"), Month("2024-09"))) and first <= today:
        outcome.then(RegionalResultReported(municipality=CHIYODA, fiscal_year=fiscal_year, half=half, result=RESULT))
    else:
        assert isinstance(outcome.refusal, ResultOutsidePeriod)
