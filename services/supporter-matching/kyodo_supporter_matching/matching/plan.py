"""The plan of a round: eligible pairs, the flow, what it cannot see mended, and how good that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kyodo_supporter_matching.matching.eligibility import Flags, Pairs, Pool, Whole, eligible
from kyodo_supporter_matching.matching.narrowing import flow_over, left_out, narrowed
from kyodo_supporter_matching.matching.network import Network, step_of
from kyodo_supporter_matching.matching.repair import mended
from kyodo_supporter_matching.matching.values import Instance, Placement, Plan

Report = Callable[[Mapping[str, Any]], None]

MOST_PAIRS: Final = 600_000
"""Up to here every pair is looked at; a larger round narrows them down, and its bound counts those it left out."""


@dataclass(frozen=True)
class Planned:
    """The plan, and what it was made from."""

    plan: Plan
    pairs: Pairs
    used: Flags
    network: Network
    prices: Whole
    flow: Whole


def no_report(_: Mapping[str, Any]) -> None:
    """For whoever does not watch."""


def plan_round(instance: Instance, report: Report = no_report) -> Planned:
    """The best plan, or one whose distance from the best is known. The same for the same input."""
    report({"step": "eligible", "percent": 5})
    every = eligible(instance, Pool(instance))
    report({"step": "narrowing", "percent": 20, "pairs": len(every)})
    chosen = narrowed(instance, every) if len(every) > MOST_PAIRS else np.ones(len(every), dtype=bool)
    pairs, others = every.only(chosen), every.only(~chosen)
    report({"step": "flow", "percent": 50, "pairs": len(pairs)})
    flow = flow_over(instance, pairs)
    report({"step": "bound", "percent": 75})
    bound = flow.solved.value + left_out(instance, others, pairs, flow)
    report({"step": "repair", "percent": 85})
    used = mended(instance, pairs, flow.solved.used)
    plan = Plan(tuple(placements(instance, pairs, used)), value_of(instance, pairs, used), bound)
    report({"step": "done", "percent": 100})
    return Planned(plan, pairs, used, flow.network, flow.prices, flow.solved.flow)


def placements(instance: Instance, pairs: Pairs, used: Flags) -> list[Placement]:
    """The pairs that are used, by name."""
    return sorted(
        Placement(
            instance.openings[int(pairs.opening[pair])].session_id,
            instance.openings[int(pairs.opening[pair])].lines[int(pairs.line[pair])].number,
            instance.candidates[int(pairs.candidate[pair])].supporter_id,
        )
        for pair in np.flatnonzero(used)
    )


def value_of(instance: Instance, pairs: Pairs, used: Flags) -> int:
    """What a plan is worth in points: filled seats, less travel and unevenness."""
    weights, chosen = instance.weights, np.flatnonzero(used)
    value = -int(pairs.cost[chosen].sum())
    reached: set[int] = set()
    times = np.zeros(len(instance.candidates), dtype=np.int64)
    for pair in chosen:
        number = int(pairs.opening[pair])
        opening = instance.openings[number]
        line = opening.lines[int(pairs.line[pair])]
        value += weights.seat + weights.little * opening.little // 100
        value += weights.disability if line.disability else 0
        value += weights.first if number not in reached and not opening.staffed else 0
        reached.add(number)
        candidate = int(pairs.candidate[pair])
        value -= step_of(instance.candidates[candidate], int(times[candidate]), weights.load)
        times[candidate] += 1
    return value
