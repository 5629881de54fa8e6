"""Small instances of a round, drawn by hypothesis, and the best plan by trying them all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from hypothesis import strategies as st

from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import Area, by_code
from kyodo_talent.matching.values import MOST_EXPERTS, Candidate, Instance, Match, Plan, Seeker, fits
from kyodo_talent.reference.personas import Persona
from kyodo_talent.requests.values import RequestMode

CODES = ("131016", "132039", "134023")
TWO = (Persona.ENGINEER, Persona.PRODUCER)


def instances(*, seekers: int = 4, candidates: int = 4, months: int = 3, most: int = 4) -> st.SearchStrategy[Instance]:
    """Any instance up to this size."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Instance:
        length = draw(st.integers(1, months))
        half_days = st.lists(st.integers(0, most), min_size=length, max_size=length).map(tuple)
        asking = [
            Seeker(
                f"request-{number}",
                code := draw(st.sampled_from(CODES)),
                by_code(code).area,
                draw(st.sampled_from(TWO)),
                draw(st.integers(1, 3)),
                draw(st.sampled_from(RequestMode)),
                draw(half_days),
                frozenset(draw(st.sets(st.sampled_from(["expert-0", "expert-9"]), max_size=1))),
            )
            for number in range(draw(st.integers(0, seekers)))
        ]
        offering = [
            Candidate(
                f"expert-{number}",
                frozenset(draw(st.sets(st.sampled_from(TWO), min_size=1))),
                frozenset(draw(st.sets(st.sampled_from(Area)))),
                draw(st.booleans()),
                draw(st.booleans()),
                draw(half_days),
                load=draw(st.integers(0, 9)),
            )
            for number in range(draw(st.integers(0, candidates)))
        ]
        return Instance(
            tuple(Month.range(Month("2024-04"), Month(f"2024-0{3 + length}"))), tuple(asking), tuple(offering)
        )

    return drawn()


def broken(instance: Instance, plan: Plan) -> list[str]:
    """The rules that a plan breaks."""
    seekers = {one.request_id: one for one in instance.seekers}
    candidates = {one.expert_id: one for one in instance.candidates}
    found = []
    for match in plan.matches:
        if not fits(seekers[match.request_id], candidates[match.expert_id]):
            found.append(f"{match.expert_id} cannot be asked by {match.request_id}")
        if min(match.half_days) < 0 or match.total == 0:
            found.append(f"an empty match {match}")
    for request_id, seeker in seekers.items():
        own = [match for match in plan.matches if match.request_id == request_id]
        if len(own) > MOST_EXPERTS or len({match.expert_id for match in own}) != len(own):
            found.append(f"{request_id} has {len(own)} experts")
        if any(sum(m.half_days[i] for m in own) > asked for i, asked in enumerate(seeker.asked)):
            found.append(f"{request_id} gets more than it asked for")
    for expert_id, candidate in candidates.items():
        own = [match for match in plan.matches if match.expert_id == expert_id]
        if any(sum(m.half_days[i] for m in own) > free for i, free in enumerate(candidate.free)):
            found.append(f"{expert_id} is promised more than is free")
    return found


def best(instance: Instance) -> tuple[int, int]:
    """The most municipalities that any plan serves, and the most weighted half-days of those plans: all are tried.

    For each choice of pairs the most half-days are a flow, month by month; with one half-day at least for each
    municipality that counts as served. Here instances are so small that amounts are tried as well.
    """
    found = [
        (len(plan.municipalities(instance.seekers)), plan.value(instance.seekers)) for plan in _all_plans(instance)
    ]
    return max(found, default=(0, 0))


def _all_plans(instance: Instance) -> Iterator[Plan]:
    pairs = [
        (seeker, candidate)
        for seeker in instance.seekers
        for candidate in instance.candidates
        if fits(seeker, candidate)
    ]
    amounts = [
        list(product(*(range(min(a, f) + 1) for a, f in zip(seeker.asked, candidate.free, strict=True))))
        for seeker, candidate in pairs
    ]
    for size in range(len(pairs) + 1):
        for chosen in combinations(range(len(pairs)), size):
            for given in product(*(amounts[place] for place in chosen)):
                plan = Plan(
                    tuple(
                        Match(pairs[place][0].request_id, pairs[place][1].expert_id, half_days)
                        for place, half_days in zip(chosen, given, strict=True)
                        if sum(half_days)
                    )
                )
                if not broken(instance, plan):
                    yield plan
