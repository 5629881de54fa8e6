"""The plan of a round against rules, brute force and a linear program that know nothing of how it is made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_supporter_matching.matching import narrowing
from kyodo_supporter_matching.matching import plan as planning
from kyodo_supporter_matching.matching.eligibility import eligible
from kyodo_supporter_matching.matching.flow import prices, solve
from kyodo_supporter_matching.matching.network import network_of
from kyodo_supporter_matching.matching.plan import plan_round
from kyodo_supporter_matching.matching.reasons import parts_of, unfilled
from kyodo_supporter_matching.matching.values import Candidate, Instance, Line, Opening, Weights
from tests.support.round_cases import MONDAY, best, broken, candidates, instances, linear_optimum, value

MANY = settings(max_examples=150, deadline=None)
LARGER = instances(sessions=4, supporters=5)


@MANY
@given(LARGER)
def test_no_hard_rule_is_ever_broken(instance: Instance) -> None:
    plan = plan_round(instance).plan
    assert broken(instance, plan.placements) == []
    assert plan.value == value(instance, plan.placements), "what it says it is worth"


@MANY
@given(instances())
def test_no_plan_exceeds_the_bound(instance: Instance) -> None:
    plan, optimum = plan_round(instance).plan, best(instance)
    assert plan.value <= optimum <= plan.bound


@MANY
@given(instances(travel=False))
def test_the_plan_is_the_best_where_no_way_is_too_long(instance: Instance) -> None:
    """At one venue the limits nest but for sessions that overlap in part, as 10:00, 11:00 and 12:30 may."""
    plan = plan_round(instance).plan
    optimum = best(instance)
    assert plan.value <= optimum <= plan.bound
    if plan.value == plan.bound:
        assert plan.value == optimum


@MANY
@given(LARGER)
def test_the_flow_is_worth_what_a_linear_program_says_or_more(instance: Instance) -> None:
    """The program knows every pair of sessions that overlap, the flow only groups of them: it may be the larger one."""
    pairs = eligible(instance)
    if len(pairs) == 0:
        return
    flow = solve(network_of(instance, pairs), len(pairs)).value
    program = linear_optimum(instance)
    assert flow >= program - 1e-6
    one_a_day = len({(one.day, one.starts) for one in instance.openings}) == len({one.day for one in instance.openings})
    if one_a_day:
        assert flow == pytest.approx(program)


@MANY
@given(LARGER)
def test_prices_prove_the_flow(instance: Instance) -> None:
    """Reduced costs of arcs with room are not negative, of arcs with flow not positive: no flow costs less."""
    pairs = eligible(instance)
    if len(pairs) == 0:
        return
    network = network_of(instance, pairs)
    flow = solve(network, len(pairs)).flow
    price = prices(network, flow)
    reduced = network.cost + price[network.tail] - price[network.head]
    assert np.all(reduced[flow < network.capacity] >= 0)
    assert np.all(reduced[flow > 0] <= 0)


@pytest.mark.parametrize(("first", "wider"), [(1, 1), (2, 2), (1, 40)])
@MANY
@given(instance=LARGER)
def test_the_bound_counts_the_pairs_that_were_left_out(first: int, wider: int, instance: Instance) -> None:
    every = plan_round(instance).plan
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "MOST_PAIRS", 0)
        patch.setattr(narrowing, "FIRST", first)
        patch.setattr(narrowing, "WIDER", wider)
        patch.setattr(narrowing, "JOINING", 2)
        fewer = plan_round(instance).plan
    assert broken(instance, fewer.placements) == []
    assert fewer.bound >= every.value


@MANY
@given(LARGER, st.integers(0, 2**31))
def test_the_same_input_has_the_same_plan_and_the_seed_only_draws_lots(instance: Instance, seed: int) -> None:
    first, again, other = (plan_round(one).plan for one in (instance, instance, replace(instance, seed=seed)))
    assert first == again
    assert first.bound == other.bound, "the seed changes who, never how much"


@MANY
@given(LARGER, candidates(99, travel=True))
def test_one_more_supporter_never_lowers_the_optimum(instance: Instance, another: Candidate) -> None:
    more = replace(instance, candidates=(*instance.candidates, another))
    assert plan_round(more).plan.bound >= plan_round(instance).plan.bound


@MANY
@given(LARGER)
def test_reasons_are_told_of_every_seat(instance: Instance) -> None:
    planned = plan_round(instance)
    assert len(parts_of(instance, planned)) == len(planned.plan.placements)
    left = sum(one.seats for one in unfilled(instance, planned))
    assert left + len(planned.plan.placements) == instance.seats


def test_sessions_that_share_a_moment_do_not_loosen_the_bound() -> None:
    """Nobody is at two of them: the flow knows it, so the bound is what can be reached."""
    every_day = ((540, 1080),)
    one = Candidate("supporter", 35.70, 139.56, 10, 4, MONDAY + 9, (every_day,) * 7)
    at_ten, at_eleven = (
        Opening(f"at-{minute}", "132039", minute, minute + 120, MONDAY, "one", 0, minute, 35.70, 139.56, (Line(0, 1),))
        for minute in (600, 660)
    )
    plan = plan_round(Instance((at_ten, at_eleven), (one,))).plan
    assert (len(plan.placements), plan.value) == (1, plan.bound)


def test_nobody_has_three_sessions_on_a_day() -> None:
    every_day = ((540, 1080),)
    one = Candidate("supporter", 35.70, 139.56, 10, 4, MONDAY + 9, (every_day,) * 7)
    day = tuple(
        Opening(f"at-{minute}", "132039", minute, minute + 60, MONDAY, "one", 0, minute, 35.70, 139.56, (Line(0, 1),))
        for minute in (600, 700, 800)
    )
    plan = plan_round(Instance(day, (one,))).plan
    assert (len(plan.placements), plan.value) == (2, plan.bound)


def test_weights_never_leave_a_seat_empty_to_spare_travel() -> None:
    with pytest.raises(ValidationError, match="travel and load together"):
        Weights(seat=1_000, travel=600, load=400)
