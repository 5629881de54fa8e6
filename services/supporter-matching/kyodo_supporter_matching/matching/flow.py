"""The best plan by one flow of least cost, and the prices that come with it.

Prices are what one more unit at a node would cost (the dual values of the flow). They prove that no plan is better,
bound a plan that was made from fewer pairs than there are, and say what one more supporter would bring.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from kyodo_supporter_matching.matching.eligibility import Flags, Whole
from kyodo_supporter_matching.matching.network import Network


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
    """For each node the least cost at which a unit reaches it: reduced costs of all arcs that have room are at least 0.

    Computed as shortest ways in what the flow leaves free. All arcs at once, as often as a way has arcs.
    """
    room, carries = flow < network.capacity, flow > 0
    tail = np.concatenate([network.tail[room], network.head[carries]])
    head = np.concatenate([network.head[room], network.tail[carries]])
    cost = np.concatenate([network.cost[room], -network.cost[carries]])
    order = np.argsort(head, kind="stable")
    tail, cost = tail[order], cost[order]
    heads, begin = np.unique(head[order], return_index=True)
    found = np.zeros(network.nodes, dtype=np.int64)
    while len(heads):
        better = np.minimum(found[heads], np.minimum.reduceat(found[tail] + cost, begin))
        if np.array_equal(better, found[heads]):
            break
        found[heads] = better
    return found
