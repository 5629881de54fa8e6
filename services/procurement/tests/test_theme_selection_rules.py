"""Themes: what is taken up as joint work, and what happens when its needs are lost."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.themes import NeedFellBelowTwo, ThemeSelected, ThemeShelved
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_events.values.municipalities import municipalities
from kyodo_procurement.themes.events import (
    Need,
    NeedFlagCleared,
    SurveyAnswer,
    ThemeMerged,
)
from kyodo_procurement.themes.model import Theme, ThemeStatus
from kyodo_procurement.themes.refusals import (
    NotFlagged,
    NotSelectable,
    SurveyNotOpen,
    TooFewNeeds,
)
from tests.support.procurement.sample_themes import (
    CHIYODA,
    DECISION,
    IN_TIME,
    INTERESTED,
    MUSASHINO,
    NEEDED,
    OKUTAMA,
    TOO_LATE,
    answered,
    closed,
    drafted,
    opened,
    selected,
    withdrawn,
)

NAME = drafted.name_ja
shelved = ThemeShelved(name_ja=NAME, reason="見送り")
fell = NeedFellBelowTwo(name_ja=NAME, needs=1)
cleared = NeedFlagCleared(reason="次年度に再調査")
merged = ThemeMerged(into="other", into_name_ja="別のテーマ", reason="重複")
two_needs = [opened, answered(MUSASHINO, needs=1), answered(CHIYODA, needs=2)]


def select(theme: Theme, today: date = IN_TIME) -> Events:
    return theme.select(DECISION, today)


def in_selection(*further: Event) -> Given[Theme]:
    return given(Theme).that(drafted, *two_needs, closed, selected, *further)


def test_two_needs_are_enough_and_their_answers_are_named() -> None:
    theme = given(Theme).that(drafted, *two_needs, closed).when(select).then(selected)
    assert (theme.status, theme.decision, theme.selected_for) == (
        ThemeStatus.SELECTED,
        DECISION,
        (CHIYODA, MUSASHINO),
    )
    assert selected.answers == ("test:4", "test:3")


def test_one_need_and_one_interest_are_not_enough() -> None:
    given(Theme).that(
        drafted, opened, answered(CHIYODA, needs=1), answered(MUSASHINO, needs=1, answer=INTERESTED), closed
    ).when(select).refuses(TooFewNeeds(live=1))


def test_a_withdrawn_need_does_not_count() -> None:
    given(Theme).that(drafted, *two_needs, closed, withdrawn(CHIYODA, needs=1)).when(select).refuses(
        TooFewNeeds(live=1)
    )


def test_a_survey_whose_deadline_is_over_counts_as_closed() -> None:
    theme = given(Theme).that(drafted, *two_needs)
    theme.when(lambda theme: select(theme, TOO_LATE)).then(closed, selected)
    theme.when(lambda theme: select(theme, IN_TIME)).refuses(NotSelectable(status=ThemeStatus.SURVEYING))


@pytest.mark.parametrize(
    ("past", "status"),
    [
        ([], "drafted"),
        ([opened], "surveying"),
        ([opened, closed, selected], "selected"),
        ([opened, closed, shelved], "shelved"),
        ([merged], "merged"),
    ],
)
def test_a_theme_is_selected_once_and_after_its_survey(past: list[Event], status: str) -> None:
    given(Theme).that(drafted, *past).when(select).refuses(NotSelectable(status=ThemeStatus(status)))


# needs lost after the selection


def test_a_need_withdrawn_below_two_raises_a_flag_and_nothing_else() -> None:
    theme = in_selection().when(lambda theme: theme.withdraw_demand(CHIYODA)).then(withdrawn(CHIYODA, needs=1), fell)
    assert (theme.status, theme.flagged, theme.selected_for) == (ThemeStatus.SELECTED, True, (CHIYODA, MUSASHINO))


def test_a_need_that_becomes_less_raises_the_flag_too() -> None:
    in_selection().when(lambda theme: theme.register_demand(CHIYODA, INTERESTED, TOO_LATE)).then(
        answered(CHIYODA, needs=1, interests=1, answer=INTERESTED), fell
    )


def test_saying_again_what_was_said_after_the_selection_changes_nothing() -> None:
    gave_up = answered(CHIYODA, needs=1, interests=1, answer=INTERESTED)
    in_selection(gave_up, fell).when(lambda theme: theme.register_demand(CHIYODA, INTERESTED, TOO_LATE)).then()
    in_selection().when(lambda theme: theme.register_demand(CHIYODA, NEEDED, TOO_LATE)).then()


@pytest.mark.parametrize(
    ("municipality", "answer"),
    [(OKUTAMA, NEEDED), (OKUTAMA, INTERESTED), (CHIYODA, SurveyAnswer(need=Need.NEED, firm_quantity=1))],
)
def test_no_other_answer_is_taken_after_the_selection(municipality: str, answer: SurveyAnswer) -> None:
    in_selection().when(lambda theme: theme.register_demand(municipality, answer, IN_TIME)).refuses(
        SurveyNotOpen(status=ThemeStatus.SELECTED)
    )


def test_two_that_are_left_raise_no_flag() -> None:
    given(Theme).that(drafted, *two_needs, answered(OKUTAMA, needs=3), closed, selected).when(
        lambda theme: theme.withdraw_demand(OKUTAMA)
    ).then(withdrawn(OKUTAMA, needs=2))


def test_an_interest_that_is_withdrawn_raises_no_flag() -> None:
    interested = answered(OKUTAMA, needs=2, interests=1, answer=INTERESTED)
    given(Theme).that(drafted, *two_needs, interested, closed, selected, withdrawn(CHIYODA, 1, 1), fell, cleared).when(
        lambda theme: theme.withdraw_demand(OKUTAMA)
    ).then(withdrawn(OKUTAMA, needs=1))


def test_before_the_selection_no_flag_is_raised() -> None:
    given(Theme).that(drafted, *two_needs, closed).when(lambda theme: theme.withdraw_demand(CHIYODA)).then(
        withdrawn(CHIYODA, needs=1)
    )


def test_a_flag_is_cleared_with_a_reason_and_raised_again_by_the_next_loss() -> None:
    flagged = in_selection(withdrawn(CHIYODA, needs=1), fell)
    flagged.when(lambda theme: theme.withdraw_demand(MUSASHINO)).then(withdrawn(MUSASHINO, needs=0))
    theme = flagged.when(lambda theme: theme.clear_flag(cleared.reason)).then(cleared)
    assert (theme.status, theme.flagged) == (ThemeStatus.SELECTED, False)
    flagged.that(cleared).when(lambda theme: theme.withdraw_demand(MUSASHINO)).then(
        withdrawn(MUSASHINO, needs=0), NeedFellBelowTwo(name_ja=NAME, needs=0)
    )


def test_no_flag_is_cleared_where_there_is_none() -> None:
    in_selection().when(lambda theme: theme.clear_flag("理由")).refuses(NotFlagged())


# whatever happens

steps = st.lists(
    st.tuples(st.sampled_from([m.code for m in municipalities()[:5]]), st.none() | st.sampled_from(Need)), max_size=20
)


def after(steps: list[tuple[str, Need | None]]) -> tuple[Given[Theme], list[str]]:
    """A theme whose municipalities answered, revised and withdrew (None), and who is in need at the end."""
    theme = given(Theme).that(drafted, opened)
    says: dict[str, Need | None] = {}
    for municipality, need in steps:
        says[municipality] = need
        answer = SurveyAnswer(need=need) if need else None
        events = list(
            theme.state.register_demand(municipality, answer, IN_TIME)
            if answer
            else theme.state.withdraw_demand(municipality)
        )
        theme = theme.that(*events)
        count = {said: list(says.values()).count(said) for said in Need}
        for event in events:
            counted = [getattr(event, name) for name in ("needs", "interests", "answered")]
            assert counted == [count[Need.NEED], count[Need.INTEREST], sum(count.values())]
    return theme, sorted(code for code, said in says.items() if said is Need.NEED)


@given_any(steps)
def test_a_theme_is_selected_only_with_two_live_needs(steps: list[tuple[str, Need | None]]) -> None:
    """Only what stands at the end counts, and the selection names exactly those answers."""
    theme, in_need = after(steps)
    outcome = theme.that(closed).when(select)
    if len(in_need) < 2:
        outcome.refuses(TooFewNeeds(live=len(in_need)))
        return
    proof = tuple(theme.state.answer_id(code) for code in in_need)
    outcome.then(ThemeSelected(name_ja=NAME, needed_by=tuple(in_need), answers=proof, decision=DECISION))


@given_any(steps, st.lists(st.sampled_from([m.code for m in municipalities()[:5]]), max_size=8))
def test_no_withdrawal_ever_deselects_and_fewer_than_two_are_always_flagged(
    steps: list[tuple[str, Need | None]], leaving: list[str]
) -> None:
    theme, in_need = after(steps)
    if len(in_need) < 2:
        return
    theme = theme.that(closed, *theme.that(closed).when(select).events)
    for municipality in leaving:
        theme = theme.that(*theme.state.withdraw_demand(municipality))
        assert theme.state.status is ThemeStatus.SELECTED
        assert theme.state.flagged is (theme.state.needs < 2)
