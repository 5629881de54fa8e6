"""The best plan there is, by integer programming: first as many municipalities as possible, then the most half-days.

It is asked for in the background, where somebody wants to know what the plan at once leaves on the table. Bounded in
time it gives the best plan found and how far that may be from the best possible; without interruption the optimum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from kyodo_talent.matching.eligibility import eligible
from kyodo_talent.matching.values import MOST_EXPERTS, Instance, Match, Plan

Report = Callable[[Mapping[str, Any]], None]

SECONDS = 120.0


@dataclass(frozen=True)
class Exact:
    """The plan, what the search proved no plan exceeds, and whether the two met."""

    plan: Plan
    bound: float
    optimal: bool


class _Program:
    """x: half-days of a pair in a month; y: whether the pair is used; z: whether a municipality gets anybody."""

    def __init__(self, instance: Instance, seconds: float) -> None:
        self.instance = instance
        self.model = highspy.Highs()  # type: ignore[no-untyped-call]
        self.model.setOptionValue("output_flag", False)
        self.model.setOptionValue("threads", 1)
        self.model.setOptionValue("time_limit", seconds)
        self.model.setOptionValue("mip_rel_gap", 0.0)
        possible = eligible(instance)
        self.pairs = [
            (s, c)
            for s, c in zip(*map(list, np.nonzero(possible)), strict=True)
            if any(self._most(int(s), int(c), month) for month in range(len(instance.months)))
        ]
        self.y = {pair: self._integer(0.0, 1.0) for pair in self.pairs}
        self.x = {
            (s, c, month): self._integer(float(instance.seekers[s].weight), float(most))
            for s, c in self.pairs
            for month in range(len(instance.months))
            if (most := self._most(s, c, month))
        }
        codes = sorted({instance.seekers[s].municipality for s, _ in self.pairs})
        self.z = {code: self._integer(0.0, 1.0) for code in codes}
        self._rows()
        self.model.changeObjectiveSense(highspy.ObjSense.kMaximize)

    def _most(self, s: int, c: int, month: int) -> int:
        return min(self.instance.seekers[s].asked[month], self.instance.candidates[c].free[month])

    def _integer(self, cost: float, upper: float) -> int:
        column = int(self.model.getNumCol())
        nothing = np.zeros(0, dtype=np.int32)
        self.model.addCol(cost, 0.0, upper, 0, nothing, np.zeros(0))
        self.model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        return column

    def _row(self, lower: float, upper: float, terms: list[tuple[int, float]]) -> None:
        columns = np.array([column for column, _ in terms], dtype=np.int32)
        self.model.addRow(lower, upper, len(terms), columns, np.array([factor for _, factor in terms]))

    def _rows(self) -> None:
        endless = highspy.kHighsInf
        of_request, of_expert, of_pair = defaultdict(list), defaultdict(list), defaultdict(list)
        for (s, c, month), column in self.x.items():
            of_request[s, month].append((column, 1.0))
            of_expert[c, month].append((column, 1.0))
            of_pair[s, c].append((column, 1.0))
            self._row(-endless, 0.0, [(column, 1.0), (self.y[s, c], -float(self._most(s, c, month)))])
        for (s, month), terms in of_request.items():
            self._row(0.0, float(self.instance.seekers[s].asked[month]), terms)
        for (c, month), terms in of_expert.items():
            self._row(0.0, float(self.instance.candidates[c].free[month]), terms)
        used, home = defaultdict(list), defaultdict(list)
        for (s, c), column in self.y.items():
            used[s].append((column, 1.0))
            home[self.instance.seekers[s].municipality].append((column, 1.0))
            self._row(-endless, 0.0, [(column, 1.0), *((x, -one) for x, one in of_pair[s, c])])
        for terms in used.values():
            self._row(0.0, float(MOST_EXPERTS), terms)
        for code, terms in home.items():
            self._row(-endless, 0.0, [(self.z[code], 1.0), *((y, -one) for y, one in terms)])

    def cost(self, columns: Mapping[int, float]) -> None:
        """Maximise the sum of these columns alone."""
        for column in range(int(self.model.getNumCol())):
            self.model.changeColCost(column, columns.get(column, 0.0))

    def at_least(self, municipalities: int) -> None:
        """So many municipalities get somebody."""
        self._row(float(municipalities), highspy.kHighsInf, [(column, 1.0) for column in self.z.values()])

    def solve(self) -> bool:
        """Whether the optimum was found."""
        self.model.run()
        return bool(self.model.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def plan(self) -> Plan:
        """What the solution proposes."""
        values = list(self.model.getSolution().col_value)
        months = len(self.instance.months)
        found: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0] * months)
        for (s, c, month), column in self.x.items():
            if half_days := round(values[column]):
                found[s, c][month] = half_days
        seekers, candidates = self.instance.seekers, self.instance.candidates
        return Plan(
            tuple(
                Match(seekers[s].request_id, candidates[c].expert_id, tuple(half_days))
                for (s, c), half_days in sorted(found.items())
            )
        )


def exact(instance: Instance, report: Report, *, start: Plan | None = None, seconds: float = SECONDS) -> Exact:
    """Search for the best plan; never one worth less than `start`. Runs HiGHS: call it in a worker process."""
    begun = start or Plan()
    if not any(any(seeker.asked) for seeker in instance.seekers) or not instance.candidates:
        return Exact(begun, 0.0, optimal=True)
    program = _Program(instance, seconds / 2)
    if not program.pairs:
        return Exact(Plan(), 0.0, optimal=True)
    report({"step": "municipalities", "municipalities": len(begun.municipalities(instance.seekers))})
    program.cost(dict.fromkeys(program.z.values(), 1.0))
    first = program.solve()
    most = round(program.model.getInfo().objective_function_value) if first else 0
    most = max(most, len(begun.municipalities(instance.seekers)))
    program.at_least(most)
    program.cost({column: float(instance.seekers[s].weight) for (s, _, _), column in program.x.items()})
    _tell(program.model, report, most)
    optimal = program.solve() and first
    info = program.model.getInfo()
    found = program.plan() if info.primal_solution_status == 2 else begun
    better = (len(found.municipalities(instance.seekers)), found.value(instance.seekers)) >= (
        len(begun.municipalities(instance.seekers)),
        begun.value(instance.seekers),
    )
    return Exact(found if better else begun, float(info.mip_dual_bound), optimal=optimal)


def _tell(model: highspy.Highs, report: Report, municipalities: int) -> None:
    """Report the best plan so far and the bound, whenever the search has something new."""

    def on_progress(event: Any) -> None:
        data = event.data_out
        told = {"value": data.mip_primal_bound, "bound": data.mip_dual_bound, "seconds": data.running_time}
        finite = {name: round(float(one), 2) for name, one in told.items() if abs(one) < highspy.kHighsInf / 2}
        report({"step": "half_days", "municipalities": municipalities, **finite})

    model.cbMipInterrupt += on_progress
