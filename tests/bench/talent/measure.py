"""One size measured, in a process of its own, so that its peak of memory is its own."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from kyodo_talent.matching.bound import upper_bound
from kyodo_talent.matching.greedy import greedy
from tests.bench.talent.instances import instance

T = TypeVar("T")

ROUNDS = 5


@dataclass(frozen=True)
class Measured:
    """Medians in seconds, half-days, and the peak of the process's memory in megabytes."""

    greedy: float
    bound: float
    asked: int
    served: int
    share: float
    municipalities: int
    asking: int
    memory: float


def measure(experts: int, requests: int) -> Measured:
    """One size, in a process of its own: its peak of memory is its own."""
    given = instance(experts, requests)
    took, plan = _timed(lambda: greedy(given))
    bound_took, bound = _timed(lambda: upper_bound(given))
    return Measured(
        greedy=took,
        bound=bound_took,
        asked=sum(sum(seeker.asked) for seeker in given.seekers),
        served=plan.served(),
        share=plan.value(given.seekers) / bound,
        municipalities=len(plan.municipalities(given.seekers)),
        asking=len({seeker.municipality for seeker in given.seekers}),
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _timed(do: Callable[[], T]) -> tuple[float, T]:
    do()  # what is only loaded once is not part of a round
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        found = do()
        times.append(time.perf_counter() - begun)
    return statistics.median(times), found
