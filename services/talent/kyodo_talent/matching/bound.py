"""What no plan can exceed: the linear program that forgets the first pass, the rule of two experts, and who is barred.

Without these rules months are apart from each other, and requests of one class (same persona, mode, area and
urgency) are as good as one request that asks for their sum; likewise experts. So the program has some thousand
variables for hundreds of experts and thousands of requests, and its optimum is that of the program over all pairs.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import highspy
import numpy as np

from kyodo_talent.matching.eligibility import asked_class, asking_class
from kyodo_talent.matching.values import Instance, suits


def upper_bound(instance: Instance) -> float:
    """The most that any plan can be worth, in weighted half-days. Runs HiGHS: call it in a worker process."""
    asked: dict[object, list[int]] = defaultdict(list)
    free: dict[object, list[int]] = defaultdict(list)
    for place, seeker in enumerate(instance.seekers):
        asked[(*asking_class(seeker), seeker.urgency)].append(place)
    for place, candidate in enumerate(instance.candidates):
        free[asked_class(candidate)].append(place)
    asking = [[instance.seekers[place] for place in places] for places in asked.values()]
    offering = [[instance.candidates[place] for place in places] for places in free.values()]
    pairs = [
        (s, c) for s, c in product(range(len(asking)), range(len(offering))) if suits(asking[s][0], offering[c][0])
    ]
    model = _silent()
    for month in range(len(instance.months)):
        demand = [sum(seeker.asked[month] for seeker in group) for group in asking]
        supply = [sum(one.free[month] for one in group) for group in offering]
        used = [(s, c) for s, c in pairs if demand[s] and supply[c]]
        if used:
            _add_month(model, used, demand, supply, [group[0].weight for group in asking])
    if model.getNumCol() == 0:
        return 0.0
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS did not solve the bound: {model.getModelStatus()}")
    return float(model.getInfo().objective_function_value)


def _add_month(
    model: highspy.Highs, used: list[tuple[int, int]], demand: list[int], supply: list[int], weights: list[int]
) -> None:
    first, count = model.getNumCol(), len(used)
    upper = np.array([min(demand[s], supply[c]) for s, c in used], dtype=np.float64)
    cost = np.array([weights[s] for s, _ in used], dtype=np.float64)
    nothing = np.zeros(0, dtype=np.int32)
    model.addCols(count, cost, np.zeros(count), upper, 0, nothing, nothing, np.zeros(0))
    for side, most in ((0, demand), (1, supply)):
        rows: dict[int, list[int]] = defaultdict(list)
        for place, pair in enumerate(used):
            rows[pair[side]].append(first + place)
        for key, columns in rows.items():
            indices = np.array(columns, dtype=np.int32)
            model.addRow(0.0, float(most[key]), len(columns), indices, np.ones(len(columns)))


def _silent() -> highspy.Highs:
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)  # the same path through the program every time
    return model
