"""The rules of an expert."""

from __future__ import annotations

from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.talent import ExpertRegistered
from kyodo_events.testing import given
from kyodo_talent.experts.model import CapacityChanged, Expert, Persona

REGISTERED = ExpertRegistered(pseudonym="expert-test", personas=("producer",), half_days_per_month=4)


@given_any(personas=st.lists(st.sampled_from(Persona), min_size=1))
def test_personas_are_kept_once_each_in_the_order_of_the_standard(personas: list[Persona]) -> None:
    outcome = given(Expert).when(lambda expert: expert.register(personas, 4))
    kept = outcome.before.fold(outcome.events).personas
    assert set(kept) == set(personas)
    assert kept == tuple(persona for persona in Persona if persona in kept)


def test_the_pseudonym_is_made_of_the_id() -> None:
    given(Expert).when(lambda expert: expert.register([Persona.PRODUCER], 4)).then(REGISTERED)


def test_capacity_changes() -> None:
    changed = CapacityChanged(half_days_per_month=8)
    after = given(Expert).that(REGISTERED).when(lambda expert: expert.change_capacity(8)).then(changed)
    assert after.half_days_per_month == 8


def test_the_same_capacity_is_no_change() -> None:
    given(Expert).that(REGISTERED).when(lambda expert: expert.change_capacity(4)).then()
