"""Themes: when they are surveyed, and who may answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.contracts.procurement.themes import ThemeShelved
from kyodo_events.event import Event, registry
from kyodo_events.testing import given
from kyodo_procurement.themes.events import (
    DemandRegistered,
    DemandWithdrawn,
    Need,
    SurveyAnswer,
    SurveyReopened,
    ThemeDrafted,
    ThemeMerged,
)
from kyodo_procurement.themes.model import Theme, ThemeStatus
from kyodo_procurement.themes.refusals import DeadlinePassed, SurveyAlreadyOpened, SurveyNotOpen, SurveyNotOver
from tests.support.procurement.sample_themes import (
    CHIYODA,
    DEADLINE,
    IN_TIME,
    INTERESTED,
    MUSASHINO,
    NEEDED,
    TOO_LATE,
    answered,
    closed,
    drafted,
    opened,
    selected,
    withdrawn,
)

LATER = DEADLINE + timedelta(days=28)
shelved = ThemeShelved(name_ja=drafted.name_ja, reason="見送り")
merged = ThemeMerged(into="other", into_name_ja="別のテーマ", reason="重複")
reopened = SurveyReopened(deadline=LATER, reason="未回答の団体が多い")


def test_a_theme_is_drafted() -> None:
    given(Theme).when(lambda theme: theme.draft(drafted.name_ja, drafted.kind, drafted.group, drafted.stage)).then(
        drafted
    )


def test_a_municipality_drafts_a_theme_too() -> None:
    own = ThemeDrafted(**{**dict(drafted), "municipality": MUSASHINO, "proposal_id": "p"})
    theme = (
        given(Theme)
        .when(lambda theme: theme.draft(own.name_ja, own.kind, own.group, own.stage, MUSASHINO, "p"))
        .then(own)
    )
    assert (theme.drafted_by, theme.proposal_id) == (MUSASHINO, "p")
    assert given(Theme).that(drafted).state.drafted_by == "tokyo"


def test_a_survey_runs_until_the_end_of_a_day() -> None:
    given(Theme).that(drafted).when(lambda theme: theme.open_survey(DEADLINE, IN_TIME)).then(opened)


def test_a_survey_is_not_opened_for_a_day_that_is_over() -> None:
    given(Theme).that(drafted).when(lambda theme: theme.open_survey(DEADLINE, TOO_LATE)).refuses(
        DeadlinePassed(deadline=DEADLINE)
    )


@pytest.mark.parametrize(
    ("past", "status"),
    [
        ([opened], "surveying"),
        ([opened, closed], "surveyed"),
        ([opened, closed, selected], "selected"),
        ([opened, closed, shelved], "shelved"),
        ([merged], "merged"),
    ],
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
        .then(answered(CHIYODA, needs=0, interests=1, answer=INTERESTED))
    )
    assert (theme.needed_by, theme.interests, theme.answered) == ((), 1, 1)


def test_a_live_answer_is_named_by_the_event_that_gave_it() -> None:
    revised = answered(CHIYODA, needs=1, interests=1, answer=SurveyAnswer(need=Need.NEED, optional_quantity=9))
    theme = given(Theme, "t").that(
        drafted,
        opened,
        answered(CHIYODA, needs=1),
        answered(MUSASHINO, needs=1, interests=1, answer=INTERESTED),
        revised,
    )
    assert [theme.state.answer_id(code) for code in (CHIYODA, MUSASHINO)] == ["t:5", "t:4"]


def test_an_answer_of_any_kind_counts_as_answered() -> None:
    nothing = SurveyAnswer(need=Need.NONE)
    given(Theme).that(drafted, opened, answered(MUSASHINO, needs=1)).when(
        lambda theme: theme.register_demand(CHIYODA, nothing, IN_TIME)
    ).then(answered(CHIYODA, needs=1, answered=2, answer=nothing))


def test_the_same_answer_again_changes_nothing() -> None:
    given(Theme).that(drafted, opened, answered(CHIYODA, needs=1)).when(
        lambda theme: theme.register_demand(CHIYODA, NEEDED, IN_TIME)
    ).then()


@pytest.mark.parametrize(
    ("past", "status"),
    [
        ([], "drafted"),
        ([opened, closed], "surveyed"),
        ([opened, closed, selected], "selected"),
        ([opened, closed, shelved], "shelved"),
        ([merged], "merged"),
    ],
)
def test_answers_are_taken_and_closed_only_while_the_survey_is_open(past: list[Event], status: str) -> None:
    theme = given(Theme).that(drafted, *past)
    refusal = SurveyNotOpen(status=ThemeStatus(status))
    theme.when(lambda theme: theme.register_demand(CHIYODA, NEEDED, IN_TIME)).refuses(refusal)
    theme.when(lambda theme: theme.close_survey()).refuses(refusal)


def test_a_survey_is_closed() -> None:
    theme = given(Theme).that(drafted, opened).when(lambda theme: theme.close_survey()).then(closed)
    assert theme.status is ThemeStatus.SURVEYED


@pytest.mark.parametrize("end", [[], [closed], [closed, shelved]], ids=["open", "closed", "shelved"])
def test_an_answer_is_withdrawn_also_after_the_survey(end: list[Event]) -> None:
    given(Theme).that(drafted, opened, answered(CHIYODA, needs=1), answered(MUSASHINO, needs=2), *end).when(
        lambda theme: theme.withdraw_demand(CHIYODA)
    ).then(withdrawn(CHIYODA, needs=1))


def test_withdrawing_no_answer_changes_nothing() -> None:
    given(Theme).that(drafted, opened).when(lambda theme: theme.withdraw_demand(CHIYODA)).then()


def test_an_answer_to_a_merged_theme_stays() -> None:
    given(Theme).that(drafted, opened, answered(CHIYODA, needs=1), merged).when(
        lambda theme: theme.withdraw_demand(CHIYODA)
    ).refuses(SurveyNotOpen(status=ThemeStatus.MERGED))


@pytest.mark.parametrize("end", [[closed], [closed, shelved]], ids=["closed", "shelved"])
def test_a_survey_is_reopened_and_the_answers_still_count(end: list[Event]) -> None:
    theme = (
        given(Theme)
        .that(drafted, opened, answered(CHIYODA, needs=1), *end)
        .when(lambda theme: theme.reopen_survey(LATER, reopened.reason, TOO_LATE))
        .then(reopened)
    )
    assert (theme.status, theme.needs, theme.deadline) == (ThemeStatus.SURVEYING, 1, LATER)
    list(theme.register_demand(MUSASHINO, NEEDED, LATER))


def test_a_survey_whose_deadline_is_over_is_closed_and_reopened() -> None:
    theme = given(Theme).that(drafted, opened)
    theme.when(lambda theme: theme.reopen_survey(LATER, reopened.reason, TOO_LATE)).then(closed, reopened)
    theme.when(lambda theme: theme.reopen_survey(LATER, reopened.reason, IN_TIME)).refuses(
        SurveyNotOver(status=ThemeStatus.SURVEYING)
    )


def test_a_survey_is_not_reopened_for_a_day_that_is_over() -> None:
    given(Theme).that(drafted, opened, closed).when(
        lambda theme: theme.reopen_survey(DEADLINE, reopened.reason, TOO_LATE)
    ).refuses(DeadlinePassed(deadline=DEADLINE))


@pytest.mark.parametrize(
    ("past", "status"),
    [
        ([], "drafted"),
        ([opened, closed, selected], "selected"),
        ([opened, closed, selected, shelved], "shelved"),
        ([merged], "merged"),
    ],
)
def test_a_survey_is_never_reopened_after_a_selection(past: list[Event], status: str) -> None:
    given(Theme).that(drafted, *past).when(lambda theme: theme.reopen_survey(LATER, reopened.reason, IN_TIME)).refuses(
        SurveyNotOver(status=ThemeStatus(status))
    )


def test_what_was_stored_in_the_first_version_reads() -> None:
    """Of old answers only the needs were counted, and of old drafts the drafter was Tokyo."""
    theme = registry.read(
        drafted.event_type, 1, {"name_ja": "a", "kind": "joint_procurement", "group": "g", "stage": "trial"}
    )
    answer = registry.read(
        "kyodo.procurement.demand-registered", 1, {"municipality": CHIYODA, "answer": {"need": "need"}, "needs": 1}
    )
    gone = registry.read("kyodo.procurement.demand-withdrawn", 1, {"municipality": CHIYODA, "needs": 0})
    assert isinstance(theme, ThemeDrafted)
    assert (theme.stage, theme.municipality, theme.proposal_id) == (Stage.TRIAL, None, None)
    assert isinstance(answer, DemandRegistered)
    assert (answer.answer, answer.needs, answer.interests) == (SurveyAnswer(need=Need.NEED), 1, None)
    assert isinstance(gone, DemandWithdrawn)
    assert (gone.needs, gone.answered) == (0, None)
