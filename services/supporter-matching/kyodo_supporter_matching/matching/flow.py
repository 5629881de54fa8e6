"""The best plan by one flow of least cost, and the prices that come with it.

Prices are what one more unit at a node would cost (the dual values of the flow). They prove that no plan is better,
bound a plan that was made from fewer pairs than there are, and say what one more supporter would bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from kyodo_supporter_matching.matching.eligibility import Flags, Whole
from kyodo_supporter_matching.matching.network import SINK, Network

NEVER: Final = 2**60
"""A cost that no way has: the node is not reached."""


class NotSolved(RuntimeError):
    """The solver did not end at an optimum: a defect of the network, never of the input."""


@dataclass(frozen=True)
class Solved:
    """Which pairs are used, the value in points (costs counted against it), and the flow on each arc."""

    used: Flags
    value: int
    flow: Whole


def solve(network: Network, pairs: int) -> Solved:
    """The flow of least cost."""
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.tail.astype(np.int32), network.head.astype(np.int32), network.capacity, network.cost
    )
    solver.set_nodes_supplies(np.array([0, 1], dtype=np.int32), np.array([network.supply, -network.supply]))
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise NotSolved(f"the flow of {len(network.tail)} arcs ended with {status}")
    flow: Whole = solver.flows(arcs)
    used = flow[network.first_pair : network.first_pair + pairs] > 0
    return Solved(used, -int(solver.optimal_cost()), flow)


def prices(network: Network, flow: Whole) -> Whole:
    """For each node the least cost at which a unit reaches it: no arc with room has then a negative reduced cost."""
    tail, head, cost = _room(network, flow)
    return _shortest(tail, head, cost, np.zeros(network.nodes, dtype=np.int64))


def worth(network: Network, flow: Whole) -> Whole:
    """For each node what one more unit there would bring, the rest of the plan rearranged at best; 0 where nothing."""
    tail, head, cost = _room(network, flow)
    start = np.full(network.nodes, NEVER, dtype=np.int64)
    start[SINK] = 0
    return np.maximum(-_shortest(head, tail, cost, start), 0)


def _room(network: Network, flow: Whole) -> tuple[Whole, Whole, Whole]:
    """What a flow leaves free, in both directions: ends and costs."""
    room, carries = flow < network.capacity, flow > 0
    tail = np.concatenate([network.tail[room], network.head[carries]])
    head = np.concatenate([network.head[room], network.tail[carries]])
    return tail, head, np.concatenate([network.cost[room], -network.cost[carries]])


def _shortest(tail: Whole, head: Whole, cost: Whole, start: Whole) -> Whole:
    """The least cost at each node, from what it is at the start: all arcs at once, as often as a way has arcs."""
    order = np.argsort(head, kind="stable")
    tail, cost = tail[order], cost[order]
    heads, begin = np.unique(head[order], return_index=True)
    found = start.copy()
    while len(heads):
        better = np.minimum(found[heads], np.minimum.reduceat(found[tail] + cost, begin))
        if np.array_equal(better, found[heads]):
            break
        found[heads] = better
    return found
