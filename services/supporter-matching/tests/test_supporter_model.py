"""The rules of a supporter."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.contracts.supporter_matching import SupporterRegistered
from kyodo_events.testing import given
from kyodo_supporter_matching.supporters.model import (
    Language,
    Status,
    Supporter,
    SupporterRested,
    SupporterResumed,
)

Wish = Callable[[Supporter], Events]

MUSASHINO = "132039"
REGISTERED = SupporterRegistered(
    pseudonym="supporter-test", home_municipality=MUSASHINO, languages=("ja",), sessions_per_month=4
)


def test_the_pseudonym_is_made_of_the_id() -> None:
    given(Supporter).when(lambda supporter: supporter.register(MUSASHINO, [Language.JAPANESE], 4)).then(REGISTERED)


def test_an_active_supporter_may_rest() -> None:
    after = given(Supporter).that(REGISTERED).when(Supporter.rest).then(SupporterRested())
    assert after.status is Status.RESTING


def test_a_resting_supporter_may_resume() -> None:
    after = given(Supporter).that(REGISTERED, SupporterRested()).when(Supporter.resume).then(SupporterResumed())
    assert after.status is Status.ACTIVE


@given_any(wishes=st.lists(st.sampled_from([Supporter.rest, Supporter.resume]), max_size=8))
def test_the_last_wish_holds_and_a_repeated_one_is_no_change(wishes: list[Wish]) -> None:
    state = given(Supporter).that(REGISTERED)
    for wish in [*wishes, Supporter.rest]:
        outcome = state.when(wish)
        state = state.that(*outcome.events)
    assert state.state.status is Status.RESTING
    state.when(Supporter.rest).then()
