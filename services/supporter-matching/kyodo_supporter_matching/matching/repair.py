"""What a flow cannot see: the way between two sessions of one day. Conflicts are few; each is mended exactly.

The supporters with a conflict are taken out and placed anew by integer programming, with the seats that they leave and
those that are empty: the best for them, given what the others do. The flow's value stays a bound.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import highspy
import numpy as np

from kyodo_supporter_matching.matching.eligibility import Flags, Pairs
from kyodo_supporter_matching.matching.network import step_of
from kyodo_supporter_matching.matching.values import LADDER, PER_DAY, Instance, clash


def conflicting(instance: Instance, pairs: Pairs, used: Flags) -> list[int]:
    """The supporters whom a plan sends to two sessions that nobody can reach one after the other."""
    there = defaultdict[tuple[int, int], list[int]](list)
    for pair in np.flatnonzero(used):
        opening = int(pairs.opening[pair])
        there[int(pairs.candidate[pair]), instance.openings[opening].day].append(opening)
    return sorted(
        {
            candidate
            for (candidate, _), openings in there.items()
            for one, other in combinations(openings, 2)
            if clash(instance.openings[one], instance.openings[other])
        }
    )


def mended(instance: Instance, pairs: Pairs, used: Flags) -> Flags:
    """The plan without conflicts."""
    again = conflicting(instance, pairs, used)
    if not again:
        return used
    theirs = np.isin(pairs.candidate, again)
    kept = used & ~theirs
    program = _Program(instance, pairs, np.flatnonzero(theirs), kept)
    mended = kept.copy()
    mended[program.chosen()] = True
    return mended


class _Program:
    """x: a pair is used; y: a session has its first supporter; z: a step of somebody's ladder is taken."""

    def __init__(self, instance: Instance, pairs: Pairs, free: np.ndarray, kept: Flags) -> None:
        self.instance, self.pairs = instance, pairs
        self.model = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("random_seed", 1)):
            self.model.setOptionValue(option, value)
        self.taken = defaultdict[tuple[int, int], int](int)
        for pair in np.flatnonzero(kept):
            self.taken[int(pairs.opening[pair]), int(pairs.line[pair])] += 1
        self.x = {int(pair): self._column(-self._worth(int(pair))) for pair in free if self._open(int(pair)) > 0}
        self._seats()
        self._persons()

    def chosen(self) -> list[int]:
        """The pairs of the best plan."""
        self.model.run()
        values = self.model.getSolution().col_value
        return [pair for pair, column in self.x.items() if values[column] > 0.5]

    def _open(self, pair: int) -> int:
        opening, place = int(self.pairs.opening[pair]), int(self.pairs.line[pair])
        return self.instance.openings[opening].lines[place].seats - self.taken[opening, place]

    def _worth(self, pair: int) -> float:
        weights = self.instance.weights
        opening = self.instance.openings[int(self.pairs.opening[pair])]
        line = opening.lines[int(self.pairs.line[pair])]
        worth = weights.seat + weights.little * opening.little // 100 + (weights.disability if line.disability else 0)
        return float(worth - int(self.pairs.cost[pair]))

    def _column(self, cost: float) -> int:
        column = int(self.model.getNumCol())
        self.model.addCol(cost, 0.0, 1.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        self.model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        return column

    def _at_most(self, most: float, columns: list[int], less: list[int] | None = None) -> None:
        """The sum of columns, minus that of `less`, is at most `most`."""
        both = columns + (less or [])
        factors = np.array([1.0] * len(columns) + [-1.0] * len(less or []))
        self.model.addRow(-highspy.kHighsInf, most, len(both), np.array(both, dtype=np.int32), factors)

    def _seats(self) -> None:
        of_line, of_session = defaultdict[tuple[int, int], list[int]](list), defaultdict[int, list[int]](list)
        for pair, column in self.x.items():
            opening = int(self.pairs.opening[pair])
            of_line[opening, int(self.pairs.line[pair])].append(column)
            of_session[opening].append(column)
        for (opening, place), columns in of_line.items():
            self._at_most(self.instance.openings[opening].lines[place].seats - self.taken[opening, place], columns)
        for opening, columns in of_session.items():
            one = self.instance.openings[opening]
            if not one.staffed and not any(self.taken[opening, place] for place in range(len(one.lines))):
                self._at_most(0.0, [self._column(-float(self.instance.weights.first))], columns)

    def _persons(self) -> None:
        of_candidate = defaultdict[int, list[int]](list)
        for pair in self.x:
            of_candidate[int(self.pairs.candidate[pair])].append(pair)
        for candidate, theirs in of_candidate.items():
            self._limits(candidate, theirs)
            load, one = self.instance.weights.load, self.instance.candidates[candidate]
            steps = [self._column(float(step_of(one, further, load))) for further in range(LADDER)]
            beyond = len(theirs) - LADDER
            steps += [self._column(float(load)) for _ in range(max(0, beyond))]
            self._at_most(0.0, [self.x[pair] for pair in theirs], steps)

    def _limits(self, candidate: int, theirs: list[int]) -> None:
        one, openings = self.instance.candidates[candidate], self.instance.openings
        months, days = defaultdict[str, list[int]](list), defaultdict[int, list[int]](list)
        for pair in theirs:
            opening = openings[int(self.pairs.opening[pair])]
            months[opening.month].append(self.x[pair])
            days[opening.day].append(pair)
        for month, columns in months.items():
            self._at_most(one.per_month - sum(busy.month == month for busy in one.busy), columns)
        for day, of_day in days.items():
            self._at_most(PER_DAY - sum(busy.day == day for busy in one.busy), [self.x[pair] for pair in of_day])
            for first, second in combinations(of_day, 2):
                if clash(openings[int(self.pairs.opening[first])], openings[int(self.pairs.opening[second])]):
                    self._at_most(1.0, [self.x[first], self.x[second]])
