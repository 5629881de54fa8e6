"""The plan of a round: eligible pairs, the flow, what it cannot see mended, and how good that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kyodo_supporter_matching.matching.eligibility import Flags, Pairs, Pool, Whole, eligible
from kyodo_supporter_matching.matching.flow import prices, solve
from kyodo_supporter_matching.matching.network import SOURCE, Network, deepest, network_of, step_of
from kyodo_supporter_matching.matching.repair import mended
from kyodo_supporter_matching.matching.values import Instance, Placement, Plan

Report = Callable[[Mapping[str, Any]], None]

MOST_PAIRS: Final = 600_000
"""Up to here every pair is looked at; a larger round keeps the best of each seat, and its bound counts the others."""

PER_SEAT: Final = 8
SPREAD: Final = 200  # points


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
    chosen = cheapest(instance, every) if len(every) > MOST_PAIRS else np.ones(len(every), dtype=bool)
    pairs, others = every.only(chosen), every.only(~chosen)
    report({"step": "flow", "percent": 30, "pairs": len(every)})
    network = network_of(instance, pairs)
    solved = solve(network, len(pairs))
    report({"step": "bound", "percent": 70})
    found = prices(network, solved.flow)
    bound = solved.value + left_out(instance, others, network, found)
    report({"step": "repair", "percent": 85})
    used = mended(instance, pairs, solved.used)
    plan = Plan(tuple(placements(instance, pairs, used)), value_of(instance, pairs, used), bound)
    report({"step": "done", "percent": 100})
    return Planned(plan, pairs, used, network, found, solved.flow)


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


def cheapest(instance: Instance, pairs: Pairs) -> Flags:
    """The cheapest supporters of each line, as many as keep a large round fast.

    Among those who cost about the same the lot decides for each line anew: otherwise the same few would stand for all.
    """
    width = max((len(one.lines) for one in instance.openings), default=0) + 1
    seats = np.zeros((len(instance.openings), width), dtype=np.int64)
    for number, one in enumerate(instance.openings):
        seats[number, : len(one.lines)] = [line.seats for line in one.lines]
    line = pairs.opening * width + pairs.line
    lot = np.random.default_rng(instance.seed).integers(0, SPREAD, len(pairs))
    order = np.lexsort((pairs.cost + lot, line))
    begin = np.flatnonzero(np.diff(line[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(begin, np.diff(begin, append=len(order)))
    keep = np.zeros(len(pairs), dtype=bool)
    keep[order] = rank < PER_SEAT * seats.ravel()[line[order]]
    return keep


def left_out(instance: Instance, others: Pairs, network: Network, found: Whole) -> int:
    """How much the pairs that were not looked at could add at most, in points.

    A pair could only add what it costs less than the prices of its ends say. A node that the network lacks has the
    price of the one above it, a supporter whom it lacks that of the first step. Each line gains at most its best such
    pair for each of its seats.
    """
    load = instance.weights.load
    steps = np.array([step_of(one, 0, load) for one in instance.candidates], dtype=np.int64)
    price = found[SOURCE] + steps[others.candidate]
    nodes = deepest(others, network.levels)
    price = np.where(nodes >= 0, found[nodes], price)
    lines = network.line_0[others.opening] + others.line
    gain = np.zeros(network.nodes, dtype=np.int64)
    np.maximum.at(gain, lines, found[lines] - price - others.cost)
    seats = [line.seats for one in instance.openings for line in one.lines]
    return int(gain[network.line_0[0] : network.line_0[-1]] @ np.array(seats, dtype=np.int64))
