"""Themes: what may happen, and when."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement import Stage, ThemeSelected
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_events.values.municipalities import municipalities
from kyodo_procurement.themes.model import (
    AlreadySelected,
    DeadlinePassed,
    DemandRegistered,
    DemandWithdrawn,
    Need,
    NotSelectable,
    SurveyAlreadyOpened,
    SurveyAnswer,
    SurveyClosed,
    SurveyNotOpen,
    SurveyOpened,
    Theme,
    ThemeDrafted,
    ThemeKind,
    ThemeStatus,
    TooFewNeeds,
)

CHIYODA, MUSASHINO = "131016", "132039"
DEADLINE = date(2022, 12, 23)
IN_TIME = DEADLINE
TOO_LATE = date(2022, 12, 24)
DECISION = "第4回CIOフォーラム 2023-02-14 確認事項2"

NEEDED = SurveyAnswer(need=Need.NEED, firm_quantity=1200, current_unit_price=38)
INTERESTED = SurveyAnswer(need=Need.INTEREST)

drafted = ThemeDrafted(
    name_ja="共同電子申請システム",
    kind=ThemeKind.EXISTING_SHARED_SERVICE,
    group="existing_services",
    stage=Stage.FULL,
)
opened = SurveyOpened(deadline=DEADLINE)
closed = SurveyClosed()
selected = ThemeSelected(name_ja=drafted.name_ja, needed_by=(CHIYODA, MUSASHINO), decision=DECISION)


def answered(municipality: str, needs: int, answer: SurveyAnswer = NEEDED) -> DemandRegistered:
    return DemandRegistered(municipality=municipality, answer=answer, needs=needs)


def select(theme: Theme) -> Events:
    return theme.select(DECISION)


def test_a_theme_is_drafted() -> None:
    given(Theme).when(lambda theme: theme.draft(drafted.name_ja, drafted.kind, drafted.group, drafted.stage)).then(
        drafted
    )


def test_a_survey_runs_until_the_end_of_a_day() -> None:
    given(Theme).that(drafted).when(lambda theme: theme.open_survey(DEADLINE, IN_TIME)).then(opened)


def test_a_survey_is_not_opened_for_a_day_that_is_over() -> None:
    given(Theme).that(drafted).when(lambda theme: theme.open_survey(DEADLINE, TOO_LATE)).refuses(
        DeadlinePassed(deadline=DEADLINE)
    )


@pytest.mark.parametrize(
    ("past", "status"),
    [([opened], "surveying"), ([opened, closed], "surveyed"), ([opened, closed, selected], "selected")],
)
def test_a_survey_is_opened_once(past: list[Event], status: str) -> None:
    given(Theme).that(drafted, *past).when(lambda theme: theme.open_survey(DEADLINE, IN_TIME)).refuses(
        SurveyAlreadyOpened(status=ThemeStatus(status))
    )


def test_a_municipality_answers_in_time() -> None:
    theme = (
        given(Theme)
        .that(drafted, opened)
        .when(lambda theme: theme.register_demand(CHIYODA, NEEDED, IN_TIME))
        .then(answered(CHIYODA, needs=1))
    )
    assert theme.needed_by == (CHIYODA,)


def test_a_late_answer_is_refused() -> None:
    given(Theme).that(drafted, opened).when(lambda theme: theme.register_demand(CHIYODA, NEEDED, TOO_LATE)).refuses(
        DeadlinePassed(deadline=DEADLINE)
    )


def test_a_revised_answer_replaces_the_first() -> None:
    theme = (
        given(Theme)
        .that(drafted, opened, answered(CHIYODA, needs=1))
        .when(lambda theme: theme.register_demand(CHIYODA, INTERESTED, IN_TIME))
        .then(answered(CHIYODA, needs=0, answer=INTERESTED))
    )
    assert theme.needed_by == ()


def test_the_same_answer_again_changes_nothing() -> None:
    given(Theme).that(drafted, opened, answered(CHIYODA, needs=1)).when(
        lambda theme: theme.register_demand(CHIYODA, NEEDED, IN_TIME)
    ).then()


@pytest.mark.parametrize(
    ("past", "status"),
    [([], "drafted"), ([opened, closed], "surveyed"), ([opened, closed, selected], "selected")],
)
def test_answers_are_taken_and_closed_only_while_the_survey_is_open(past: list[Event], status: str) -> None:
    theme = given(Theme).that(drafted, *past)
    refusal = SurveyNotOpen(status=ThemeStatus(status))
    theme.when(lambda theme: theme.register_demand(CHIYODA, NEEDED, IN_TIME)).refuses(refusal)
    theme.when(lambda theme: theme.close_survey()).refuses(refusal)


def test_a_survey_is_closed() -> None:
    theme = given(Theme).that(drafted, opened).when(lambda theme: theme.close_survey()).then(closed)
    assert theme.status is ThemeStatus.SURVEYED


def test_an_answer_is_withdrawn_also_after_the_survey() -> None:
    given(Theme).that(drafted, opened, answered(CHIYODA, needs=1), answered(MUSASHINO, needs=2), closed).when(
        lambda theme: theme.withdraw_demand(CHIYODA)
    ).then(DemandWithdrawn(municipality=CHIYODA, needs=1))


def test_withdrawing_no_answer_changes_nothing() -> None:
    given(Theme).that(drafted, opened).when(lambda theme: theme.withdraw_demand(CHIYODA)).then()


def test_an_answer_that_led_to_a_selection_stays() -> None:
    given(Theme).that(drafted, opened, closed, selected).when(lambda theme: theme.withdraw_demand(CHIYODA)).refuses(
        AlreadySelected()
    )


def test_two_needs_are_enough() -> None:
    theme = (
        given(Theme)
        .that(drafted, opened, answered(MUSASHINO, needs=1), answered(CHIYODA, needs=2), closed)
        .when(select)
        .then(selected)
    )
    assert (theme.status, theme.decision) == (ThemeStatus.SELECTED, DECISION)


def test_one_need_and_one_interest_are_not_enough() -> None:
    given(Theme).that(
        drafted, opened, answered(CHIYODA, needs=1), answered(MUSASHINO, needs=1, answer=INTERESTED), closed
    ).when(select).refuses(TooFewNeeds(live=1))


def test_a_withdrawn_need_does_not_count() -> None:
    withdrawn = DemandWithdrawn(municipality=CHIYODA, needs=1)
    given(Theme).that(
        drafted, opened, answered(CHIYODA, needs=1), answered(MUSASHINO, needs=2), closed, withdrawn
    ).when(select).refuses(TooFewNeeds(live=1))


@pytest.mark.parametrize(
    ("past", "status"), [([], "drafted"), ([opened], "surveying"), ([opened, closed, selected], "selected")]
)
def test_a_theme_is_selected_once_and_after_its_survey(past: list[Event], status: str) -> None:
    given(Theme).that(drafted, *past).when(select).refuses(NotSelectable(status=ThemeStatus(status)))


steps = st.lists(
    st.tuples(st.sampled_from([m.code for m in municipalities()[:5]]), st.none() | st.sampled_from(Need)), max_size=20
)


@given_any(steps)
def test_a_theme_is_selected_only_with_two_live_needs(steps: list[tuple[str, Need | None]]) -> None:
    """Whatever municipalities answer, revise and withdraw (None), only what stands at the end counts."""
    past: list[Event] = [drafted, opened]
    says: dict[str, Need | None] = {}
    for municipality, need in steps:
        says[municipality] = need
        theme = Theme(id="test").fold(past)
        past += (
            theme.register_demand(municipality, SurveyAnswer(need=need), IN_TIME)
            if need
            else theme.withdraw_demand(municipality)
        )
        in_need = sorted(code for code, said in says.items() if said is Need.NEED)
        assert getattr(past[-1], "needs", 0) == len(in_need)

    outcome = given(Theme).that(*past, closed).when(select)
    in_need = sorted(code for code, said in says.items() if said is Need.NEED)
    if len(in_need) >= 2:
        outcome.then(ThemeSelected(name_ja=drafted.name_ja, needed_by=tuple(in_need), decision=DECISION))
    else:
        outcome.refuses(TooFewNeeds(live=len(in_need)))
