"""Which pairs of a large round are looked at: ten thousand supporters make millions, most of which no plan would use.

A first flow over the cheapest pairs of each line has prices, and prices say which of the other pairs would improve it.
Those join, what is far from any use leaves, and the flow over the rest is the best plan or next to it. What was left
out is counted in the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kyodo_supporter_matching.matching.eligibility import Flags, Pairs, Whole
from kyodo_supporter_matching.matching.flow import NEVER, Solved, prices, solve
from kyodo_supporter_matching.matching.network import SOURCE, Network, deepest, network_of, step_of
from kyodo_supporter_matching.matching.values import Instance

FIRST: Final = 5
"""Supporters a seat whom the first flow knows."""

WIDER: Final = 40
"""Supporters a seat among whom better ones are looked for."""

JOINING: Final = 5
"""Pairs of a line that join at most, the best."""

SPREAD: Final = 200  # points
NEAR: Final = 1
"""Below so many points from use a pair stays. Wider would prove a little more and take longer (decision 0028)."""


@dataclass(frozen=True)
class Flow:
    """A flow over some pairs, with its network and prices."""

    network: Network
    solved: Solved
    prices: Whole


def flow_over(instance: Instance, pairs: Pairs) -> Flow:
    """The flow of least cost over these pairs."""
    network = network_of(instance, pairs)
    solved = solve(network, len(pairs))
    return Flow(network, solved, prices(network, solved.flow))


def narrowed(instance: Instance, every: Pairs) -> Flags:
    """The pairs that are worth being looked at."""
    first = cheapest(instance, every, FIRST)
    known = every.only(first)
    flow = flow_over(instance, known)
    looked_at = np.flatnonzero(cheapest(instance, every, WIDER) & ~first)
    others = every.only(looked_at)
    gain = -distance(instance, others, flow.network, lowest(instance, known, flow))
    joining = best_of_each(lines_of(instance, others), -gain, np.full(len(others), JOINING)) & (gain > 0)
    keep = np.zeros(len(every), dtype=bool)
    keep[looked_at[joining]] = True
    near = distance(instance, known, flow.network, flow.prices) < NEAR
    keep[np.flatnonzero(first)[near | flow.solved.used]] = True
    return keep


def cheapest(instance: Instance, pairs: Pairs, per_seat: int) -> Flags:
    """The cheapest supporters of each line.

    Among those who cost about the same the lot decides for each line anew: otherwise the same few would stand for all.
    """
    line = lines_of(instance, pairs)
    lot = np.random.default_rng(instance.seed).integers(0, SPREAD, len(pairs))
    return best_of_each(line, pairs.cost + lot, per_seat * seats_of(instance)[line])


def best_of_each(line: Whole, score: Whole, most: Whole) -> Flags:
    """The pairs of each line with the lowest scores, as many as `most` says."""
    order = np.lexsort((score, line))
    begin = np.flatnonzero(np.diff(line[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(begin, np.diff(begin, append=len(order)))
    best = np.zeros(len(line), dtype=bool)
    best[order] = rank < most[order]
    return best


def distance(instance: Instance, pairs: Pairs, network: Network, found: Whole) -> Whole:
    """How many points each pair is from use, by the prices of its ends; below nothing, where it would be of use.

    A node that the network lacks has the price of the one above it, a supporter whom it lacks that of the first step.
    """
    load = instance.weights.load
    steps = np.array([step_of(one, 0, load) for one in instance.candidates], dtype=np.int64)
    nodes = deepest(pairs, network.levels)
    price = np.where(nodes >= 0, found[nodes], found[SOURCE] + steps[pairs.candidate])
    away: Whole = price + pairs.cost - found[network.line_0[pairs.opening] + pairs.line]
    return away


def lowest(instance: Instance, pairs: Pairs, flow: Flow) -> Whole:
    """The prices, those of full lines as low as the flow stays one of least cost: what their dearest supporter costs.

    The price of a full line may lie anywhere between that and what one more supporter would cost. At the lower end
    fewer of the pairs that were not looked at seem to be of use.
    """
    network, found = flow.network, flow.prices
    chosen = np.flatnonzero(flow.solved.used)
    line = lines_of(instance, pairs)[chosen]
    seats = seats_of(instance)
    dearest = np.full(len(seats), -NEVER, dtype=np.int64)
    np.maximum.at(dearest, line, found[deepest(pairs.only(chosen), network.levels)] + pairs.cost[chosen])
    full = np.bincount(line, minlength=len(seats)) == seats
    asked = found.copy()
    nodes = slice(int(network.line_0[0]), int(network.line_0[-1]))
    asked[nodes] = np.where(full, dearest, found[nodes])
    return asked


def left_out(instance: Instance, others: Pairs, pairs: Pairs, flow: Flow) -> int:
    """How much the pairs that were not looked at could add at most, in points: each line its best one for each seat."""
    seats = seats_of(instance)
    gain = np.zeros(len(seats), dtype=np.int64)
    away = distance(instance, others, flow.network, lowest(instance, pairs, flow))
    np.maximum.at(gain, lines_of(instance, others), -away)
    return int(gain @ seats)


def lines_of(instance: Instance, pairs: Pairs) -> Whole:
    """The number of each pair's line, among the lines of all sessions."""
    first = np.cumsum([0, *(len(one.lines) for one in instance.openings)])
    numbers: Whole = first[pairs.opening] + pairs.line
    return numbers


def seats_of(instance: Instance) -> Whole:
    """The seats of each line, in the order of sessions."""
    return np.array([line.seats for one in instance.openings for line in one.lines], dtype=np.int64)
