"""A round's plan: no rule is ever broken, the bound holds, the exact search finds the best, the same every time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kyodo_talent.matching.bound import upper_bound
from kyodo_talent.matching.eligibility import eligible
from kyodo_talent.matching.exact import exact
from kyodo_talent.matching.greedy import greedy
from kyodo_talent.matching.scoring import Part, ranked, score
from kyodo_talent.matching.values import Instance, Match, Plan, fits, gap_percent
from kyodo_talent.requests.values import RequestMode
from tests.bench.talent.instances import instance as drawn
from tests.support.matching_cases import best, broken, instances

tiny = instances(seekers=2, candidates=2, months=2, most=2)
small = instances(seekers=6, candidates=5, months=3, most=6)


def silent(_: object) -> None:
    """Nobody watches."""


@given(small)
def test_the_plan_at_once_breaks_no_rule(instance: Instance) -> None:
    assert broken(instance, greedy(instance)) == []


@settings(max_examples=300, deadline=None)
@given(instances(seekers=6, candidates=3, months=2, most=3))
def test_who_gets_nobody_could_be_given_no_half_day_without_leaving_another_without(instance: Instance) -> None:
    """The first pass: all whom a municipality without an expert may ask give single half-days to others."""
    plan = greedy(instance)
    served = plan.municipalities(instance.seekers)
    for seeker in instance.seekers:
        if seeker.municipality not in served:
            for one in instance.candidates:
                if fits(seeker, one):
                    own = [match for match in plan.matches if match.expert_id == one.expert_id]
                    for month in (month for month, asked in enumerate(seeker.asked) if asked):
                        assert sum(match.half_days[month] for match in own) == one.free[month]
                        assert all(match.total == 1 for match in own if match.half_days[month])


@settings(max_examples=60, deadline=None)
@given(small)
def test_the_bound_is_below_no_plan(instance: Instance) -> None:
    bound = upper_bound(instance)
    assert greedy(instance).value(instance.seekers) <= bound + 1e-6
    assert exact(instance, silent).plan.value(instance.seekers) <= bound + 1e-6


@settings(max_examples=80, deadline=None)
@given(tiny)
def test_the_exact_search_finds_what_trying_all_plans_finds(instance: Instance) -> None:
    found = exact(instance, silent, start=greedy(instance))
    assert found.optimal
    assert broken(instance, found.plan) == []
    served = len(found.plan.municipalities(instance.seekers)), found.plan.value(instance.seekers)
    assert served == best(instance)
    assert upper_bound(instance) + 1e-6 >= best(instance)[1], "the bound is below the optimum"


def _of(*seekers: tuple[str, int, int], free: tuple[int, ...]) -> Instance:
    """One month; requests of a municipality, an urgency and half-days, and experts with half-days."""
    plain = drawn(1, 1)
    seeker, candidate = plain.seekers[0], replace(plain.candidates[0], remote=True)
    remote = replace(seeker, mode=RequestMode.REMOTE)
    able = replace(candidate, personas=frozenset({seeker.persona}))
    return Instance(
        plain.months[:1],
        tuple(
            replace(remote, request_id=f"r{n}", municipality=code, urgency=urgency, asked=(asked,))
            for n, (code, urgency, asked) in enumerate(seekers)
        ),
        tuple(replace(able, expert_id=f"e{n}", free=(half_days,)) for n, half_days in enumerate(free)),
    )


@pytest.mark.parametrize("solve", [greedy, lambda instance: exact(instance, silent).plan], ids=["at once", "exact"])
def test_everybody_gets_somebody_before_the_urgent_gets_all(solve: Callable[[Instance], Plan]) -> None:
    """Two half-days, an urgent request for both: the other municipality gets one all the same."""
    instance = _of(("131016", 3, 2), ("134023", 1, 2), free=(2,))
    assert sorted(match.total for match in solve(instance).matches) == [1, 1]


@pytest.mark.parametrize("solve", [greedy, lambda instance: exact(instance, silent).plan], ids=["at once", "exact"])
def test_two_experts_are_the_most(solve: Callable[[Instance], Plan]) -> None:
    plan = solve(_of(("131016", 3, 3), free=(1, 1, 1)))
    assert [match.total for match in plan.matches] == [1, 1]


@settings(max_examples=60, deadline=None)
@given(small)
def test_the_exact_search_is_never_worse_than_the_plan_at_once(instance: Instance) -> None:
    plan = greedy(instance)
    found = exact(instance, silent, start=plan).plan
    assert broken(instance, found) == []
    by = [(len(one.municipalities(instance.seekers)), one.value(instance.seekers)) for one in (found, plan)]
    assert by[0] >= by[1]


@settings(deadline=None)
@given(small, st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_plan(instance: Instance, random: object) -> None:
    copied = Instance(instance.months, tuple(map(replace, instance.seekers)), tuple(map(replace, instance.candidates)))
    assert greedy(copied) == greedy(instance)
    assert copied.digest == instance.digest
    assert upper_bound(copied) == upper_bound(instance)


@settings(max_examples=60, deadline=None)
@given(small)
def test_who_can_be_asked_is_the_same_by_classes_as_by_pairs(instance: Instance) -> None:
    by_class = eligible(instance)
    for s, seeker in enumerate(instance.seekers):
        for c, candidate in enumerate(instance.candidates):
            assert bool(by_class[s, c]) is fits(seeker, candidate)


def test_a_year_of_tokyo_is_served_close_to_the_best_possible() -> None:
    instance = drawn(40, 150)
    plan, bound = greedy(instance), upper_bound(instance)
    assert broken(instance, plan) == []
    assert gap_percent(plan.value(instance.seekers), bound) <= 5
    assert plan.municipalities(instance.seekers) == {seeker.municipality for seeker in instance.seekers}


def test_the_checker_notices_each_broken_rule() -> None:
    """What `broken` says decides the tests above: it must see every kind of fault."""
    instance = drawn(3, 3)
    seeker, candidate = next(
        (s, c) for s in instance.seekers for c in instance.candidates if fits(s, c) and any(map(min, s.asked, c.free))
    )
    too_many = Match(seeker.request_id, candidate.expert_id, tuple(free + 1 for free in candidate.free))
    nothing = Match(seeker.request_id, candidate.expert_id, (0,) * 12)
    assert len(broken(instance, Plan((too_many,)))) >= 2
    assert broken(instance, Plan((nothing,)))
    assert broken(instance, Plan((nothing, nothing, nothing)))
    stranger = next(((s, c) for s in instance.seekers for c in instance.candidates if not fits(s, c)), None)
    if stranger:
        match = Match(stranger[0].request_id, stranger[1].expert_id, (1,) + (0,) * 11)
        assert any("cannot be asked" in fault for fault in broken(instance, Plan((match,))))


@given(small)
def test_the_ranking_names_only_who_can_be_asked_with_every_part_in_words(instance: Instance) -> None:
    for seeker in instance.seekers:
        found = ranked(seeker, instance.candidates)
        assert [one.total for one in found] == sorted((one.total for one in found), reverse=True)
        by_id = {candidate.expert_id: candidate for candidate in instance.candidates}
        for one in found:
            assert fits(seeker, by_id[one.expert_id])
            assert [part.part for part in one.parts] == list(Part)
            assert all(0 <= part.points <= 100 and part.words_ja and part.words_en for part in one.parts)
            assert 0 <= one.total <= 100


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"verified": 2}, Part.SKILLS),
        ({"level": 4}, Part.LEVEL),
        ({"rating": 480}, Part.RATINGS),
        ({"load": 0}, Part.FAIRNESS),
    ],
)
def test_more_of_a_part_is_more_points(changes: dict[str, Any], part: Part) -> None:
    instance = drawn(1, 1)
    plain = replace(instance.candidates[0], verified=0, level=0, rating=None, load=30)
    before, after = (score(instance.seekers[0], one) for one in (plain, replace(plain, **changes)))
    points = [next(p.points for p in one.parts if p.part is part) for one in (before, after)]
    assert points[0] < points[1]
    assert before.total < after.total
