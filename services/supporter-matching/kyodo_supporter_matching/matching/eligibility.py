"""Who could help where: every hard rule, and what each possible pair costs.

The rules are applied to all supporters at once, session by session: a round of 1,000 supporters and 2,000 sessions has
two million pairs to look at, of which some hundred thousand remain.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kyodo_supporter_matching.matching.values import (
    FAR_KM,
    PER_DAY,
    Candidate,
    Instance,
    Line,
    Opening,
    clash,
    kilometres,
)

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

NO_TIME: Final = 100_000  # a minute that no day has: what is compared with it never fits


@dataclass(frozen=True)
class Pairs:
    """Supporter `candidate[i]` could take a seat of line `line[i]` of session `opening[i]`, at `cost[i]` points.

    All by their place in the instance; in the order of sessions and lines, supporters as the lot has it.
    """

    candidate: Whole
    opening: Whole
    line: Whole
    cost: Whole

    def __len__(self) -> int:
        return len(self.candidate)

    def only(self, chosen: Flags | Whole) -> Pairs:
        """Some of them."""
        return Pairs(self.candidate[chosen], self.opening[chosen], self.line[chosen], self.cost[chosen])


class Pool:
    """The supporters of an instance as columns."""

    def __init__(self, instance: Instance) -> None:
        self.weights = instance.weights
        self.candidates = instance.candidates
        many = len(self.candidates)
        self.lot = np.random.default_rng(instance.seed).permutation(many)
        self.latitude = np.array([one.latitude for one in self.candidates], dtype=float)
        self.longitude = np.array([one.longitude for one in self.candidates], dtype=float)
        self.travel_km = np.array([one.travel_km for one in self.candidates], dtype=float)
        self.certified_until = np.array([one.certified_until for one in self.candidates], dtype=np.int64)
        self.experienced = np.array([one.experienced for one in self.candidates], dtype=bool)
        self._skills = {
            skill: np.array([skill in one.skills for one in self.candidates], dtype=bool)
            for skill in {skill for one in self.candidates for skill in one.skills}
        }
        self._times = [self._times_of(weekday) for weekday in range(7)]
        self._room: dict[str, Flags] = {}
        self._exceptions = defaultdict[int, list[int]](list)
        self._busy = defaultdict[int, list[int]](list)
        self._special = defaultdict[str, set[int]](set)
        for number, one in enumerate(self.candidates):
            for day, _ in one.exceptions:
                self._exceptions[day].append(number)
            for day in {busy.day for busy in one.busy}:
                self._busy[day].append(number)
            for session_id in one.applied | one.kept | one.barred:
                self._special[session_id].add(number)
        self._hosts = defaultdict[str, set[int]](set)
        for number, one in enumerate(self.candidates):
            for host in one.liked | one.avoided:
                self._hosts[host].add(number)

    def _times_of(self, weekday: int) -> tuple[Whole, Whole]:
        spans = [one.weekly[weekday] for one in self.candidates]
        width = max((len(times) for times in spans), default=0)
        begin = np.full((len(spans), max(width, 1)), NO_TIME, dtype=np.int64)
        end = np.full_like(begin, -1)
        for number, times in enumerate(spans):
            for place, (first, last) in enumerate(times):
                begin[number, place], end[number, place] = first, last
        return begin, end

    def free(self, opening: Opening) -> Flags:
        """Who has time for a session, as far as times, exceptions and what is promised already go."""
        begin, end = self._times[opening.weekday]
        free: Flags = np.any((begin <= opening.minute) & (end >= opening.until_minute), axis=1)
        for number in self._exceptions.get(opening.day, ()):
            times = dict(self.candidates[number].exceptions)[opening.day]
            free[number] = any(first <= opening.minute and last >= opening.until_minute for first, last in times)
        for number in self._busy.get(opening.day, ()):
            there = [busy for busy in self.candidates[number].busy if busy.day == opening.day]
            free[number] &= len(there) < PER_DAY and not any(clash(busy, opening) for busy in there)
        return free & self._left(opening.month)

    def _left(self, month: str) -> Flags:
        """Who may have another session in a month."""
        if month not in self._room:
            self._room[month] = np.array([left_in_month(one, month) > 0 for one in self.candidates], dtype=bool)
        return self._room[month]

    def allowed(self, opening: Opening) -> tuple[Flags, npt.NDArray[np.float64]]:
        """Who may be asked for a session whatever its lines say, and how far everybody has to go, in kilometres."""
        way = kilometres(self.latitude, self.longitude, opening.latitude, opening.longitude)
        allowed: Flags = (way <= self.travel_km) & (self.certified_until >= opening.day) & self.free(opening)
        for number in self._special.get(opening.session_id, ()):
            allowed[number] &= opening.session_id not in self.candidates[number].barred
        for number in self._hosts.get(opening.host_id or "", ()):
            allowed[number] &= opening.host_id not in self.candidates[number].avoided
        return allowed, way

    def skilled(self, line: Line) -> Flags:
        """Who can do what a line asks for."""
        skilled = self.experienced.copy() if line.experienced else np.ones(len(self.candidates), dtype=bool)
        for skill in line.skills:
            skilled &= self._skills.get(skill, False)
        return skilled

    def costs(self, opening: Opening, way: npt.NDArray[np.float64]) -> Whole:
        """Points that each supporter at this session costs: travel, less what speaks for the pair."""
        weights = self.weights
        cost: Whole = np.rint(weights.travel * np.minimum(way, FAR_KM) / FAR_KM).astype(np.int64)
        for number in self._special.get(opening.session_id, set()) | self._hosts.get(opening.host_id or "", set()):
            cost[number] -= self._wishes(self.candidates[number], opening)
        if any(line.experienced for line in opening.lines):
            cost -= np.where(self.experienced, 0, weights.pairing)
        return cost

    def _wishes(self, one: Candidate, opening: Opening) -> int:
        weights = self.weights
        asked, liked = opening.session_id in one.applied, opening.host_id in one.liked
        kept = weights.stay if opening.session_id in one.kept else 0
        return (weights.wish if asked else 0) + (weights.wish // 2 if liked else 0) + kept


def left_in_month(one: Candidate, month: str) -> int:
    """Sessions that a supporter may still have in a month."""
    return max(0, one.per_month - sum(busy.month == month for busy in one.busy))


def eligible(instance: Instance, pool: Pool | None = None) -> Pairs:
    """All pairs that break no hard rule."""
    pool = pool or Pool(instance)
    drawn = [_pairs_of(pool, number, opening) for number, opening in enumerate(instance.openings)]
    return joined([pairs for of_session in drawn for pairs in of_session])


def joined(parts: list[Pairs]) -> Pairs:
    """Several lists of pairs as one."""
    columns = ("candidate", "opening", "line", "cost")
    empty = np.zeros(0, dtype=np.int64)
    return Pairs(*(np.concatenate([getattr(part, name) for part in parts] or [empty]) for name in columns))


def _pairs_of(pool: Pool, number: int, opening: Opening) -> list[Pairs]:
    allowed, way = pool.allowed(opening)
    cost = pool.costs(opening, way)
    found = []
    for place, line in enumerate(opening.lines):
        those = pool.lot[(allowed & pool.skilled(line))[pool.lot]]
        same = np.full(len(those), number, dtype=np.int64)
        found.append(Pairs(those, same, np.full(len(those), place, dtype=np.int64), cost[those]))
    return found
