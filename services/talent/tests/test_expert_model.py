"""The rules of an expert."""

from __future__ import annotations

from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.talent import ExpertRegistered
from kyodo_events.testing import given
from kyodo_talent.experts.events import CapacityChanged
from kyodo_talent.experts.model import Expert
from kyodo_talent.reference.personas import Persona

REGISTERED = ExpertRegistered(pseudonym="expert-test", personas=("producer",), half_days_per_month=4)


@given_any(personas=st.lists(st.sampled_from(Persona), min_size=1))
def test_personas_are_kept_once_each_in_the_order_of_the_standard(personas: list[Persona]) -> None:
    outcome = given(Expert).when(lambda expert: expert.register(personas, 4))
    kept = outcome.before.fold(outcome.events).personas
    assert set(kept) == set(personas)
    assert kept == tuple(persona for persona in Persona if persona in kept)


def test_the_pseudonym_is_made_of_the_id() -> None:
    given(Expert).when(lambda expert: expert.register([Persona.PRODUCER], 4)).then(REGISTERED)


def test_what_was_said_of_capacity_before_schedules_is_still_read() -> None:
    after = Expert(id="test").fold([REGISTERED, CapacityChanged(half_days_per_month=8)])
    assert (after.personas, after.version) == ((Persona.PRODUCER,), 2)
