"""Why somebody is proposed, why a seat stays empty, and whom to look for: in words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from kyodo_events.values.municipalities import Area, by_code
from kyodo_supporter_matching.matching.eligibility import Pool
from kyodo_supporter_matching.matching.flow import worth
from kyodo_supporter_matching.matching.network import deepest
from kyodo_supporter_matching.matching.plan import Planned
from kyodo_supporter_matching.matching.values import Candidate, Instance, Line, Opening, kilometres

PER_MONTH: Final = 4
"""Sessions a month that advice reckons with for somebody who is not there yet."""

MOST_ADVICE: Final = 10


class Empty(StrEnum):
    """Why a seat stays empty, from the plainest cause on."""

    NO_SKILL = "no_skill"
    NOBODY_NEAR = "nobody_near"
    NOBODY_FREE = "nobody_free"
    AT_LIMIT = "at_limit"

    @property
    def words_ja(self) -> str:
        """As people read it."""
        return EMPTY_JA[self]

    @property
    def words_en(self) -> str:
        """The same in English."""
        return EMPTY_EN[self]


EMPTY_JA = {
    Empty.NO_SKILL: "必要な技能・経験を持つサポーターがいない",
    Empty.NOBODY_NEAR: "技能はあるが、移動できる範囲に誰もいない",
    Empty.NOBODY_FREE: "近くにいるが、その時間に空いている人がいない",
    Empty.AT_LIMIT: "空いている人は全員、他の教室に入るか上限に達している",
}
EMPTY_EN = {
    Empty.NO_SKILL: "no supporter has the skill or experience",
    Empty.NOBODY_NEAR: "those who have it live too far away",
    Empty.NOBODY_FREE: "those who are near have no time then",
    Empty.AT_LIMIT: "all who could come are at other sessions or at their limit",
}


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Seats of a line that stay empty, and why."""

    session_id: str
    line: int
    seats: int
    why: Empty


@dataclass(frozen=True, slots=True)
class Advice:
    """Whom to look for: one more such supporter would fill about so many seats more."""

    area: Area
    skills: tuple[str, ...]
    experienced: bool
    seats: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What speaks for a proposal: the way in tenths of a kilometre, and what else there is."""

    tenths_km: int
    applied: bool
    liked: bool
    skills: tuple[str, ...]
    experienced: bool
    kept: bool
    lot: bool


def parts_of(instance: Instance, planned: Planned) -> list[Parts]:
    """What speaks for each placement, in the order of the plan."""
    openings = {one.session_id: one for one in instance.openings}
    candidates = {one.supporter_id: one for one in instance.candidates}
    tied = _tied(instance, planned)
    return [
        _parts(
            openings[one.session_id],
            next(line for line in openings[one.session_id].lines if line.number == one.line),
            candidates[one.supporter_id],
            lot=(one.session_id, one.line, one.supporter_id) in tied,
        )
        for one in planned.plan.placements
    ]


def unfilled(instance: Instance, planned: Planned) -> list[Unfilled]:
    """The seats that stay empty, with the plainest cause of each."""
    filled = defaultdict[tuple[str, int], int](int)
    for one in planned.plan.placements:
        filled[one.session_id, one.line] += 1
    pool = Pool(instance)
    return [
        Unfilled(opening.session_id, line.number, left, _why(pool, opening, line))
        for opening in instance.openings
        for line in opening.lines
        if (left := line.seats - filled[opening.session_id, line.number]) > 0
    ]


def advice(instance: Instance, planned: Planned) -> list[Advice]:
    """Whom to look for, by the dual values of the plan: where one more supporter is worth at least a seat.

    An estimate, for they hold for one more each: what several bring together, a what-if computes.
    """
    seats = defaultdict[tuple[Area, tuple[str, ...], bool, str], int](int)
    brings, place = worth(planned.network, planned.flow), int(planned.network.line_0[0])
    for opening in instance.openings:
        area = by_code(opening.municipality).area
        for line in opening.lines:
            if brings[place] >= instance.weights.seat:
                seats[area, tuple(sorted(line.skills)), line.experienced, opening.month] += line.seats
            place += 1
    totals = defaultdict[tuple[Area, tuple[str, ...], bool], int](int)
    for (area, skills, experienced, _), number in seats.items():
        totals[area, skills, experienced] += min(PER_MONTH, number)
    best = sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:MOST_ADVICE]
    return [Advice(area, skills, experienced, number) for (area, skills, experienced), number in best]


def _tied(instance: Instance, planned: Planned) -> frozenset[tuple[str, int, str]]:
    """The placements that the lot decided: somebody who stays without a seat that day was worth exactly as much.

    Worth the same means that exchanging the two changes neither cost nor price: the pair that is not used has a reduced
    cost of nothing, and its supporter no session in that month.
    """
    pairs, used = planned.pairs, planned.used
    nodes = deepest(pairs, planned.network.levels)
    lines = planned.network.line_0[pairs.opening] + pairs.line
    reduced = pairs.cost + planned.prices[nodes] - planned.prices[lines]
    at_work = np.unique(pairs.candidate[used])
    idle = ~used & (reduced == 0) & ~np.isin(pairs.candidate, at_work)
    drawn = used & np.isin(lines, lines[idle])
    return frozenset(
        (
            instance.openings[opening].session_id,
            instance.openings[opening].lines[line].number,
            instance.candidates[candidate].supporter_id,
        )
        for candidate, opening, line in zip(
            pairs.candidate[drawn].tolist(), pairs.opening[drawn].tolist(), pairs.line[drawn].tolist(), strict=True
        )
    )


def _parts(opening: Opening, line: Line, one: Candidate, *, lot: bool) -> Parts:
    way = float(kilometres(one.latitude, one.longitude, opening.latitude, opening.longitude))
    return Parts(
        tenths_km=round(way * 10),
        applied=opening.session_id in one.applied,
        liked=opening.host_id in one.liked,
        skills=tuple(sorted(line.skills)),
        experienced=line.experienced,
        kept=opening.session_id in one.kept,
        lot=lot,
    )


def _why(pool: Pool, opening: Opening, line: Line) -> Empty:
    skilled = pool.skilled(line)
    way = kilometres(pool.latitude, pool.longitude, opening.latitude, opening.longitude)
    near = skilled & (way <= pool.travel_km)
    allowed, _ = pool.allowed(opening)
    if not skilled.any():
        return Empty.NO_SKILL
    if not near.any():
        return Empty.NOBODY_NEAR
    return Empty.AT_LIMIT if (near & allowed).any() else Empty.NOBODY_FREE
