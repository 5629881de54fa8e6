"""One way and size measured, in a process of its own, so that its peak of memory is its own."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass

import numpy as np

from kyodo_supporter_matching.matching.eligibility import eligible
from kyodo_supporter_matching.matching.plan import plan_round, value_of
from kyodo_supporter_matching.matching.values import Instance
from tests.bench.matching.baselines import first_come, greedy
from tests.bench.matching.instances import instance

WAYS = {"first come, first served": first_come, "greedy": greedy}


@dataclass(frozen=True)
class Measured:
    """Seconds, megabytes, seats, sessions that nobody comes to, points, and the Gini coefficient of sessions so far."""

    seconds: float
    memory: float
    seats: int
    filled: int
    empty: int
    sessions: int
    value: int
    bound: int | None
    gini: float


def measure(supporters: int, sessions: int, way: str | None) -> Measured:
    """The round, or one of the ways that it is compared with."""
    given = instance(supporters, sessions)
    begin = time.perf_counter()
    bound = None
    if way is None:
        planned = plan_round(given)
        pairs, used, value, bound = planned.pairs, planned.used, planned.plan.value, planned.plan.bound
        seconds = time.perf_counter() - begin
    else:
        pairs = eligible(given)
        used = WAYS[way](given, pairs)
        seconds = time.perf_counter() - begin
        value = value_of(given, pairs, used)
    chosen = pairs.only(used)
    return Measured(
        seconds=seconds,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        seats=given.seats,
        filled=len(chosen),
        empty=sessions - len(np.unique(chosen.opening)),
        sessions=sessions,
        value=value,
        bound=bound,
        gini=_gini(given, np.bincount(chosen.candidate, minlength=supporters)),
    )


def _gini(given: Instance, sessions: np.ndarray) -> float:
    """Of the minutes helped so far and those of the plan: 0 where all help alike."""
    minutes = np.sort(np.array([one.minutes for one in given.candidates]) + sessions * 120).astype(float)
    rank = np.arange(1, len(minutes) + 1)
    return float((2 * rank - len(minutes) - 1) @ minutes / (len(minutes) * minutes.sum()))
