"""A plan at once: each municipality one expert first, then the most urgent half-days, then what exchanges still gain.

- First pass: municipalities in the order of how few experts they can be given; each gets one expert for its most
  urgent request before anybody gets a second. Who comes too late is given a half-day of somebody who has more than one.
- Second pass: requests by urgency, then by what they still miss, up to two experts each.
- Exchanges: a request gives its experts back and chooses anew, with all that is free then; the change stays where the
  plan is worth more and no municipality is left without anybody.

Of experts who serve as much, the one who is left with the least is taken (small rests serve nobody), then the one with
less promised work, then the one whom fewer requests could use. Ties end with the id: no chance is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kyodo_talent.matching.eligibility import eligible
from kyodo_talent.matching.values import MOST_EXPERTS, Instance, Match, Plan

Ints = npt.NDArray[np.int64]

ROUNDS_OF_EXCHANGE = 2  # a third one gained nothing on any of the benchmark's instances


@dataclass
class _State:
    """Free half-days by expert and month, missing ones by request and month, and who serves whom."""

    free: Ints
    missing: Ints
    options: list[Ints]
    rank: Ints
    served: list[dict[int, Ints]] = field(default_factory=list)

    def take_best(self, request: int) -> bool:
        """Give a request the expert who serves most of what it misses; False where nobody can.

        A request that has all the experts it may have can only be given more by these.
        """
        full = len(self.served[request]) >= MOST_EXPERTS
        options = np.array(sorted(self.served[request]), dtype=np.int64) if full else self.options[request]
        if not options.size:
            return False
        possible = np.minimum(self.free[options], self.missing[request])
        gain = possible.sum(axis=1)
        best = int(gain.max())
        if best == 0:
            return False
        equal = np.flatnonzero(gain == best)
        left = (self.free[options[equal]] * (self.missing[request] > 0)).sum(axis=1)
        chosen = int(equal[np.lexsort((self.rank[options[equal]], left))[0]])
        self.give(request, int(options[chosen]), possible[chosen])
        return True

    def give(self, request: int, expert: int, half_days: Ints) -> None:
        """Note half-days of an expert for a request."""
        self.served[request][expert] = self.served[request].get(expert, 0) + half_days
        self.free[expert] -= half_days
        self.missing[request] -= half_days

    def take_back(self, request: int) -> dict[int, Ints]:
        """Free all experts of a request; answers with what they had given."""
        given, self.served[request] = self.served[request], {}
        for expert, half_days in given.items():
            self.free[expert] += half_days
            self.missing[request] += half_days
        return given


def greedy(instance: Instance) -> Plan:
    """The plan. Two instances that are equal have equal plans."""
    state = _begin(instance)
    _first_pass(instance, state)
    _second_pass(instance, state)
    for _ in range(ROUNDS_OF_EXCHANGE):
        better = _exchange(instance, state)
        _first_pass(instance, state)  # what was freed meanwhile goes to who still has nobody
        if not better:
            break
    return _plan(instance, state)


def _begin(instance: Instance) -> _State:
    possible = eligible(instance)
    wanted_by = possible.sum(axis=0)
    order = sorted(
        range(len(instance.candidates)),
        key=lambda place: (
            instance.candidates[place].load,
            int(wanted_by[place]),
            instance.candidates[place].expert_id,
        ),
    )
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    months = len(instance.months)
    return _State(
        free=np.array([one.free for one in instance.candidates], dtype=np.int64).reshape(-1, months),
        missing=np.array([seeker.asked for seeker in instance.seekers], dtype=np.int64).reshape(-1, months),
        options=[np.flatnonzero(row) for row in possible],
        rank=rank,
        served=[{} for _ in instance.seekers],
    )


def _first_pass(instance: Instance, state: _State) -> None:
    served = {seeker.municipality for seeker, given in zip(instance.seekers, state.served, strict=True) if given}
    requests: dict[str, list[int]] = {}
    for place, seeker in enumerate(instance.seekers):
        if seeker.municipality not in served:
            requests.setdefault(seeker.municipality, []).append(place)
    for places in requests.values():
        places.sort(key=lambda place: _by_urgency(instance, state, place))
    scarce_first = sorted(
        requests,
        key=lambda code: (max(state.options[place].size for place in requests[code]), code),
    )
    for code in scarce_first:
        if not any(state.take_best(place) for place in requests[code]):
            any(_make_room(state, place) for place in requests[code])


def _make_room(state: _State, request: int) -> bool:
    """Give a request one half-day of another's match that keeps some; of the largest such match."""
    options = set(map(int, state.options[request]))
    found = [
        (-int(half_days.sum()), other, expert, int(month))
        for other, given in enumerate(state.served)
        for expert, half_days in given.items()
        if expert in options and half_days.sum() > 1
        for month in np.flatnonzero((half_days > 0) & (state.missing[request] > 0))
    ]
    if not found:
        return False
    _, other, expert, month = min(found)
    one = np.zeros_like(state.missing[request])
    one[month] = 1
    state.served[other][expert] = state.served[other][expert] - one
    state.missing[other] += one
    state.free[expert] += one
    state.give(request, expert, one)
    return True


def _second_pass(instance: Instance, state: _State) -> None:
    for place in sorted(range(len(instance.seekers)), key=lambda place: _by_urgency(instance, state, place)):
        while state.missing[place].any() and state.take_best(place):
            pass


def _exchange(instance: Instance, state: _State) -> bool:
    """Let every request that misses something choose anew; answers whether the plan got better."""
    better = False
    unsatisfied = [place for place in range(len(instance.seekers)) if state.missing[place].any()]
    for place in sorted(unsatisfied, key=lambda place: _by_urgency(instance, state, place)):
        before = {expert: half_days.copy() for expert, half_days in state.served[place].items()}
        if not before:
            continue
        had = sum(int(half_days.sum()) for half_days in before.values())
        state.take_back(place)
        while state.missing[place].any() and state.take_best(place):
            pass
        has = sum(int(half_days.sum()) for half_days in state.served[place].values())
        if has <= had:
            state.take_back(place)
            for expert, half_days in before.items():
                state.give(place, expert, half_days)
        better |= has > had
    for place in sorted(unsatisfied, key=lambda place: _by_urgency(instance, state, place)):
        while state.missing[place].any() and state.take_best(place):
            better = True
    return better


def _by_urgency(instance: Instance, state: _State, place: int) -> tuple[Any, ...]:
    seeker = instance.seekers[place]
    return -seeker.weight, -int(state.missing[place].sum()), seeker.request_id


def _plan(instance: Instance, state: _State) -> Plan:
    return Plan(tuple(_matches(instance, state.served)))


def _matches(instance: Instance, served: Sequence[dict[int, Ints]]) -> list[Match]:
    return [
        Match(seeker.request_id, instance.candidates[expert].expert_id, tuple(map(int, half_days)))
        for seeker, given in zip(instance.seekers, served, strict=True)
        for expert, half_days in sorted(given.items())
    ]
