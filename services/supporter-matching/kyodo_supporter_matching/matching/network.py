"""The network of a round: each unit that flows from its source to its sink is a supporter in a seat.

    source → supporter → month → day → time of day → line of a session → session → sink

Limits nest, which is why a flow can keep them: sessions in a month, sessions on a day, one session at a time, seats of
a line. What does not nest, the way between two sessions of one day, is mended afterwards (`repair`). Costs are points:
travel and evenness count against a seat, what a filled seat is worth counts for it. Evenness is a ladder of unit arcs
from the source: each further session of a supporter costs more, up to a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kyodo_supporter_matching.matching.eligibility import Flags, Pairs, Whole, left_in_month
from kyodo_supporter_matching.matching.values import LADDER, PER_DAY, Candidate, Instance, Opening

SESSION_MINUTES: Final = 120  # what one step of the ladder stands for: the usual length of a class
SOURCE: Final = 0
SINK: Final = 1


@dataclass(frozen=True)
class Level:
    """The nodes of supporters at one level: in a month, on a day, at a time of day. `when` is each session's time."""

    first_node: int
    keys: Whole
    when: Whole
    width: int

    def nodes(self, candidate: Whole, opening: Whole) -> Whole:
        """The node of each supporter for each session, -1 where the network has none."""
        if not len(self.keys):
            return np.full(len(candidate), -1, dtype=np.int64)
        key = candidate * self.width + self.when[opening]
        place = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        return np.where(self.keys[place] == key, self.first_node + place, -1)

    @property
    def end(self) -> int:
        """The node after the last."""
        return self.first_node + len(self.keys)


@dataclass(frozen=True)
class Network:
    """Arcs by their ends, capacity and cost. The arc of pair i is number `first_pair + i`.

    `levels` lead from a supporter to a time of day. More units are supplied than can help: those that cannot take the
    last arc, which fills no seat.
    """

    tail: Whole
    head: Whole
    capacity: Whole
    cost: Whole
    nodes: int
    supply: int
    first_pair: int
    levels: tuple[Level, ...]
    line_0: Whole


class _Arcs:
    def __init__(self) -> None:
        self.parts: list[list[Whole]] = []
        self.many = 0

    def add(self, tail: npt.ArrayLike, head: npt.ArrayLike, capacity: npt.ArrayLike, cost: npt.ArrayLike) -> int:
        """Add arcs; answers with the number of the first."""
        columns = np.broadcast_arrays(*(np.asarray(part, dtype=np.int64) for part in (tail, head, capacity, cost)))
        first = self.many
        self.parts.append([np.atleast_1d(part) for part in columns])
        self.many += len(self.parts[-1][0])
        return first

    def columns(self) -> list[Whole]:
        return [np.concatenate(parts) for parts in zip(*self.parts, strict=True)]


def network_of(instance: Instance, pairs: Pairs) -> Network:
    """The network of these pairs."""
    openings, every = instance.openings, np.ones(len(pairs), dtype=bool)
    moments, dates = slots(openings), np.array([one.day for one in openings], dtype=np.int64)
    supporters = _level(2, pairs, np.zeros(len(openings), dtype=np.int64), every)
    months = _level(supporters.end, pairs, _months(openings), every)
    days = _level(months.end, pairs, dates, _parted(pairs, dates, moments))
    times = _level(days.end, pairs, moments, _parted(pairs, moments, np.arange(len(openings)), pairs.line))
    levels = (supporters, months, days, times)
    line_0 = np.cumsum([times.end, *(len(one.lines) for one in openings)])
    session_0 = int(line_0[-1])

    arcs = _Arcs()
    left = _left(instance, pairs, months)
    _ladders(arcs, instance, supporters, np.bincount(_above(pairs, months, levels[:1]), left).astype(np.int64))
    arcs.add(_above(pairs, months, levels[:1]), _own(months), left, 0)
    arcs.add(_above(pairs, days, levels[:2]), _own(days), _room(instance, pairs, days), 0)
    arcs.add(_above(pairs, times, levels[:3]), _own(times), 1, 0)
    first_pair = arcs.add(deepest(pairs, levels), line_0[pairs.opening] + pairs.line, 1, pairs.cost)
    _seats(arcs, instance, line_0, session_0)
    supply = min(int(left.sum()), instance.seats) + 1  # one is always idle: its price is nothing
    arcs.add(SOURCE, SINK, supply, 0)
    tail, head, capacity, cost = arcs.columns()
    nodes = session_0 + len(openings)
    return Network(tail, head, capacity, cost, nodes, supply, first_pair, levels, line_0)


def deepest(pairs: Pairs, levels: tuple[Level, ...]) -> Whole:
    """The lowest node that leads to each pair, -1 where none does."""
    found = np.full(len(pairs), -1, dtype=np.int64)
    for level in levels:
        nodes = level.nodes(pairs.candidate, pairs.opening)
        found = np.where(nodes >= 0, nodes, found)
    return found


def slots(openings: tuple[Opening, ...]) -> Whole:
    """A number for each session, the same for sessions of a day that share a moment: nobody can be at two of them."""
    found = np.zeros(len(openings), dtype=np.int64)
    number, day, moment = -1, None, -1
    for place in sorted(range(len(openings)), key=lambda place: (openings[place].day, openings[place].ends, place)):
        one = openings[place]
        if one.day != day or one.starts >= moment:
            number, day, moment = number + 1, one.day, one.ends
        found[place] = number
    return found


def step_of(one: Candidate, further: int, load: int) -> int:
    """What the next session of a supporter costs in evenness, after `further` ones in this plan; never above `load`."""
    return load * min(one.minutes // SESSION_MINUTES + further, LADDER) // LADDER


def _level(first_node: int, pairs: Pairs, when: Whole, those: Flags) -> Level:
    width = int(when.max(initial=0)) + 1
    keys = pairs.candidate[those] * width + when[pairs.opening[those]]
    return Level(first_node, np.unique(keys), when, width)


def _parted(pairs: Pairs, when: Whole, parts: Whole, line: Whole | int = 0) -> Flags:
    """The pairs of supporters and times with more than one part: a limit on a single part is the part's own."""
    of_time = pairs.candidate * (int(when.max(initial=0)) + 1) + when[pairs.opening]
    part = parts[pairs.opening] * (int(np.max(line, initial=0)) + 1) + line
    _, time = np.unique(of_time, return_inverse=True)
    different = np.unique(time * (int(part.max(initial=0)) + 1) + part) // (int(part.max(initial=0)) + 1)
    many: Flags = np.bincount(different, minlength=len(time))[time] > 1
    return many


def _own(level: Level) -> Whole:
    return np.arange(level.first_node, level.end)


def _sample(pairs: Pairs, level: Level) -> Whole:
    """For each node of a level a pair that passes it."""
    found = np.zeros(len(level.keys), dtype=np.int64)
    nodes = level.nodes(pairs.candidate, pairs.opening)
    passing = np.flatnonzero(nodes >= 0)
    found[nodes[passing] - level.first_node] = passing
    return found


def _above(pairs: Pairs, level: Level, levels: tuple[Level, ...]) -> Whole:
    """The node above each node of a level."""
    return deepest(pairs.only(_sample(pairs, level)), levels)


def _months(openings: tuple[Opening, ...]) -> Whole:
    numbers = {month: number for number, month in enumerate(sorted({one.month for one in openings}))}
    return np.array([numbers[one.month] for one in openings], dtype=np.int64)


def _left(instance: Instance, pairs: Pairs, months: Level) -> Whole:
    through = pairs.only(_sample(pairs, months))
    those = zip(through.candidate.tolist(), through.opening.tolist(), strict=True)
    left = [left_in_month(instance.candidates[one], instance.openings[opening].month) for one, opening in those]
    return np.array(left, dtype=np.int64)


def _room(instance: Instance, pairs: Pairs, days: Level) -> Whole:
    through = pairs.only(_sample(pairs, days))
    on = days.when[through.opening].tolist()
    those = zip(through.candidate.tolist(), on, strict=True)
    room = [PER_DAY - sum(busy.day == day for busy in instance.candidates[one].busy) for one, day in those]
    return np.array(room, dtype=np.int64)


def _ladders(arcs: _Arcs, instance: Instance, supporters: Level, total: Whole) -> None:
    """Unit arcs while a further session costs more than the one before, then one arc for all others."""
    load = instance.weights.load
    rungs: list[tuple[int, int, int]] = []
    for node, place in enumerate(supporters.keys.tolist(), start=supporters.first_node):
        one, most = instance.candidates[place], int(total[node])
        steps = max(0, min(most, LADDER - one.minutes // SESSION_MINUTES))
        rungs += [(node, 1, step_of(one, further, load)) for further in range(steps)]
        rungs += [(node, most - steps, step_of(one, steps, load))] if most > steps else []
    arcs.add(SOURCE, *np.array(rungs, dtype=np.int64).reshape(-1, 3).T)


def _seats(arcs: _Arcs, instance: Instance, line_0: Whole, session_0: int) -> None:
    """What filled seats are worth: the first of a session most, each further one less."""
    weights = instance.weights
    lines: list[tuple[int, int, int, int]] = []
    sessions: list[tuple[int, int, int]] = []
    for number, one in enumerate(instance.openings):
        each, seats = weights.seat + weights.little * one.little // 100, sum(line.seats for line in one.lines)
        for place, line in enumerate(one.lines, start=int(line_0[number])):
            lines.append((place, session_0 + number, line.seats, -weights.disability if line.disability else 0))
        first = min(seats, 0 if one.staffed else 1)
        sessions.append((session_0 + number, first, -(each + weights.first)))
        sessions.append((session_0 + number, seats - first, -each))
    arcs.add(*np.array(lines, dtype=np.int64).reshape(-1, 4).T)
    tail, capacity, cost = np.array(sessions, dtype=np.int64).reshape(-1, 3).T
    arcs.add(tail, SINK, capacity, cost)
