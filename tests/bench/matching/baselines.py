"""What a round is compared with: supporters who help themselves, and sessions that take who is nearest.

Both keep every hard rule. Once a pair is impossible it stays so, for seats and days only fill: each list is gone
through once.
"""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np

from kyodo_supporter_matching.matching.eligibility import Flags, Pairs
from kyodo_supporter_matching.matching.values import PER_DAY, Instance, clash


class _Filling:
    """Seats and diaries as they fill."""

    def __init__(self, instance: Instance, pairs: Pairs) -> None:
        self.instance = instance
        self.candidate = pairs.candidate.tolist()
        self.opening = pairs.opening.tolist()
        self.line = pairs.line.tolist()
        self.left = {
            (number, place): line.seats
            for number, one in enumerate(instance.openings)
            for place, line in enumerate(one.lines)
        }
        self.days = defaultdict[tuple[int, int], list[int]](list)
        self.months = defaultdict[tuple[int, str], int](int)
        self.used: Flags = np.zeros(len(pairs), dtype=bool)

    def take(self, pair: int) -> bool:
        """Take the seat, if it is free and the supporter can."""
        opening, candidate = self.opening[pair], self.candidate[pair]
        one = self.instance.openings[opening]
        seat, month, there = (opening, self.line[pair]), (candidate, one.month), self.days[candidate, one.day]
        if not self.left[seat] or self.months[month] >= self.instance.candidates[candidate].per_month:
            return False
        if len(there) >= PER_DAY or any(clash(self.instance.openings[other], one) for other in there):
            return False
        self.left[seat] -= 1
        self.months[month] += 1
        there.append(opening)
        self.used[pair] = True
        return True


def first_come(instance: Instance, pairs: Pairs) -> Flags:
    """Supporters in random order, again and again, each takes the nearest seat that is left."""
    draw, filling = random.Random(1), _Filling(instance, pairs)  # noqa: S311 - nobody guesses at a benchmark
    waiting = defaultdict[int, list[int]](list)
    for pair in np.argsort(-pairs.cost, kind="stable").tolist():
        waiting[filling.candidate[pair]].append(pair)  # the nearest last, to be taken off first
    asking = sorted(waiting)
    while asking:
        draw.shuffle(asking)
        for candidate in asking:
            mine = waiting[candidate]
            while mine and not filling.take(mine.pop()):
                pass
        asking = [candidate for candidate in asking if waiting[candidate]]
    return filling.used


def greedy(instance: Instance, pairs: Pairs) -> Flags:
    """Sessions by their beginning, each takes the supporters who cost least."""
    filling = _Filling(instance, pairs)
    starts = np.array([one.starts for one in instance.openings], dtype=np.int64)
    order = np.lexsort((pairs.cost, pairs.line, pairs.opening, starts[pairs.opening]))
    for pair in order.tolist():
        filling.take(pair)
    return filling.used
