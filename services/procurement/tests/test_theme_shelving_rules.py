"""Themes: what is put aside and taken up again, and what becomes part of another theme."""

from __future__ import annotations

import pytest

from kyodo_events.contracts.procurement.themes import NeedFellBelowTwo, ThemeShelved
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_procurement.themes.events import (
    ThemeAbsorbed,
    ThemeMerged,
    ThemeTakenUpAgain,
)
from kyodo_procurement.themes.model import Theme, ThemeStatus
from kyodo_procurement.themes.refusals import (
    NotAMergeTarget,
    NothingToShelve,
    NotMergeable,
    NotShelved,
    TooFewNeeds,
)
from tests.support.procurement.sample_themes import (
    CHIYODA,
    DECISION,
    IN_TIME,
    MUSASHINO,
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
again = ThemeTakenUpAgain(reason="財源の確保")
fell = NeedFellBelowTwo(name_ja=NAME, needs=1)
merged = ThemeMerged(into="other", into_name_ja="別のテーマ", reason="重複")
two_needs = [opened, answered(MUSASHINO, needs=1), answered(CHIYODA, needs=2)]


@pytest.mark.parametrize("past", [[opened, closed], [*two_needs, closed, selected, withdrawn(CHIYODA, 1), fell]])
def test_a_theme_is_shelved_after_its_survey_or_its_selection(past: list[Event]) -> None:
    theme = given(Theme).that(drafted, *past).when(lambda theme: theme.shelve("見送り", IN_TIME)).then(shelved)
    assert (theme.status, theme.flagged) == (ThemeStatus.SHELVED, False)


def test_a_survey_whose_deadline_is_over_is_closed_and_shelved() -> None:
    given(Theme).that(drafted, opened).when(lambda theme: theme.shelve("見送り", TOO_LATE)).then(closed, shelved)


@pytest.mark.parametrize(
    ("past", "status"),
    [([], "drafted"), ([opened], "surveying"), ([opened, closed, shelved], "shelved"), ([merged], "merged")],
)
def test_nothing_else_is_shelved(past: list[Event], status: str) -> None:
    given(Theme).that(drafted, *past).when(lambda theme: theme.shelve("見送り", IN_TIME)).refuses(
        NothingToShelve(status=ThemeStatus(status))
    )


def test_a_shelved_theme_is_selected_again_by_the_same_rule() -> None:
    aside = given(Theme).that(drafted, *two_needs, closed, shelved)
    theme = aside.when(lambda theme: theme.reselect(DECISION, again.reason)).then(again, selected)
    assert theme.status is ThemeStatus.SELECTED
    aside.that(withdrawn(CHIYODA, needs=1)).when(lambda theme: theme.reselect(DECISION, again.reason)).refuses(
        TooFewNeeds(live=1)
    )


@pytest.mark.parametrize(
    ("past", "status"),
    [
        ([], "drafted"),
        ([opened], "surveying"),
        ([*two_needs, closed], "surveyed"),
        ([*two_needs, closed, selected], "selected"),
        ([merged], "merged"),
    ],
)
def test_only_a_shelved_theme_is_selected_again(past: list[Event], status: str) -> None:
    given(Theme).that(drafted, *past).when(lambda theme: theme.reselect(DECISION, "理由")).refuses(
        NotShelved(status=ThemeStatus(status))
    )


# merged


@pytest.mark.parametrize("past", [[], [opened], [opened, closed], [opened, closed, shelved]])
def test_a_theme_goes_on_as_part_of_another_one(past: list[Event]) -> None:
    other = Theme(id="other", name_ja="別のテーマ")
    theme = given(Theme).that(drafted, *past).when(lambda theme: theme.merge(other, "重複")).then(merged)
    assert (theme.status, theme.merged_into) == (ThemeStatus.MERGED, "other")


def test_the_other_theme_names_all_that_it_took_in() -> None:
    first = ThemeAbsorbed(theme_id="a", name_ja="A", merged_from=("a",))
    second = ThemeAbsorbed(theme_id="b", name_ja="B", merged_from=("a", "b"))
    theme = given(Theme).that(drafted, first).when(lambda theme: theme.absorb(Theme(id="b", name_ja="B"))).then(second)
    assert theme.merged_from == ("a", "b")


@pytest.mark.parametrize(
    ("past", "status"),
    [
        ([*two_needs, closed, selected], "selected"),
        ([*two_needs, closed, selected, shelved], "shelved"),
        ([merged], "merged"),
    ],
)
def test_a_theme_is_merged_once_and_never_after_a_selection(past: list[Event], status: str) -> None:
    other = Theme(id="other")
    given(Theme).that(drafted, *past).when(lambda theme: theme.merge(other, "重複")).refuses(
        NotMergeable(status=ThemeStatus(status))
    )


@pytest.mark.parametrize(("past", "status"), [([opened, closed, shelved], "shelved"), ([merged], "merged")])
def test_what_was_put_aside_takes_nothing_in(past: list[Event], status: str) -> None:
    given(Theme).that(drafted, *past).when(lambda theme: theme.absorb(Theme(id="other"))).refuses(
        NotAMergeTarget(status=ThemeStatus(status))
    )


def test_a_theme_is_not_merged_into_itself() -> None:
    given(Theme).that(drafted).when(lambda theme: theme.merge(theme, "重複")).refuses(
        NotAMergeTarget(status=ThemeStatus.DRAFTED)
    )
