"""Small instances of a round, its rules once more in plain words, and the best plan by trying them all.

Nothing here uses what a round is planned with: rules, value and optimum are worked out another way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import highspy
import numpy as np
from hypothesis import strategies as st

from kyodo_supporter_matching.matching.values import (
    FAR_KM,
    LADDER,
    PER_DAY,
    Busy,
    Candidate,
    Instance,
    Line,
    Opening,
    Placement,
    Weights,
    clash,
    kilometres,
)

MONDAY = 739_000 - 739_000 % 7 + 1  # as the ordinal of a day
PLACES = ((35.70, 139.56), (35.70, 139.57), (35.66, 139.45))
CODES = ("132039", "132047", "132012")
HOSTS = ("host-a", "host-b")


@st.composite
def openings(draw: st.DrawFn, number: int, *, travel: bool) -> Opening:
    """A session on one of two days, in one of two months."""
    ahead, minute = draw(st.sampled_from([0, 1, 31])), draw(st.sampled_from([600, 660, 750, 840, 900]))
    place = draw(st.integers(0, 2 if travel else 0))
    lines = draw(
        st.lists(st.tuples(st.integers(1, 2), st.sampled_from(["", "jsl"]), st.booleans()), min_size=1, max_size=2)
    )
    day = MONDAY + ahead
    return Opening(
        session_id=f"session-{number}",
        municipality=CODES[place],
        starts=day * 1440 + minute,
        ends=day * 1440 + minute + 120,
        day=day,
        month="one" if ahead < 31 else "two",
        weekday=ahead % 7,
        minute=minute,
        latitude=PLACES[place][0],
        longitude=PLACES[place][1],
        lines=tuple(
            Line(place, seats, frozenset({skill} if skill else ()), experienced, skill == "jsl")
            for place, (seats, skill, experienced) in enumerate(lines)
        ),
        host_id=draw(st.sampled_from([None, *HOSTS])),
        staffed=draw(st.booleans()),
        little=draw(st.sampled_from([0, 37, 100])),
    )


@st.composite
def candidates(draw: st.DrawFn, number: int, *, travel: bool) -> Candidate:
    """A supporter, often short of something."""
    latitude, longitude = draw(st.sampled_from(PLACES if travel else PLACES[:1]))
    spans = st.sampled_from([((540, 1080),), ((540, 800),), ((540, 700), (740, 1080)), ()])
    busy_day, busy_at = draw(st.sampled_from([0, 1])), draw(st.sampled_from([None, 600, 900]))
    start = (MONDAY + busy_day) * 1440 + (busy_at or 0)
    busy = Busy(start, start + 60, MONDAY + busy_day, "one", *PLACES[0])
    sessions = [f"session-{place}" for place in range(4)]
    some = st.frozensets(st.sampled_from(sessions), max_size=2)
    return Candidate(
        supporter_id=f"supporter-{number}",
        latitude=latitude,
        longitude=longitude,
        travel_km=draw(st.sampled_from([1, 3, 60])),
        per_month=draw(st.integers(1, 3)),
        certified_until=MONDAY + draw(st.sampled_from([0, 100])),
        weekly=tuple(draw(st.tuples(*[spans] * 7))),
        skills=draw(st.sampled_from([frozenset(), frozenset({"jsl"})])),
        experienced=draw(st.booleans()),
        minutes=draw(st.sampled_from([0, 500, 5000])),
        exceptions=draw(st.sampled_from([(), ((MONDAY, ()),), ((MONDAY, ((540, 1080),)),)])),
        busy=(busy,) if busy_at else (),
        liked=draw(st.sampled_from([frozenset(), frozenset({"host-a"})])),
        avoided=draw(st.sampled_from([frozenset(), frozenset({"host-b"})])),
        applied=draw(some),
        kept=draw(some),
        barred=draw(st.frozensets(st.sampled_from(sessions), max_size=1)),
    )


def instances(*, sessions: int = 3, supporters: int = 3, travel: bool = True) -> st.SearchStrategy[Instance]:
    """Any instance up to this size; without `travel` all is at one place, so that no way can be too long."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Instance:
        asking = [draw(openings(number, travel=travel)) for number in range(draw(st.integers(0, sessions)))]
        offering = [draw(candidates(number, travel=travel)) for number in range(draw(st.integers(0, supporters)))]
        return Instance(tuple(asking), tuple(offering), Weights(), draw(st.integers(0, 9)))

    return drawn()


def may(one: Candidate, opening: Opening, line: Line) -> bool:
    """Whether a supporter may take a seat, all other sessions of the plan apart."""
    times = dict(one.exceptions).get(opening.day, one.weekly[opening.weekday])
    return (
        line.skills <= one.skills
        and (one.experienced or not line.experienced)
        and float(kilometres(one.latitude, one.longitude, opening.latitude, opening.longitude)) <= one.travel_km
        and one.certified_until >= opening.day
        and any(begin <= opening.minute and end >= opening.until_minute for begin, end in times)
        and opening.session_id not in one.barred
        and (opening.host_id is None or opening.host_id not in one.avoided)
        and not any(clash(busy, opening) for busy in one.busy)
    )


def broken(instance: Instance, placements: tuple[Placement, ...]) -> list[str]:
    """The hard rules that a plan breaks, in words."""
    sessions = {one.session_id: one for one in instance.openings}
    people = {one.supporter_id: one for one in instance.candidates}
    found = [
        f"{one} may not"
        for one in placements
        if not may(people[one.supporter_id], sessions[one.session_id], sessions[one.session_id].lines[one.line])
    ]
    for (session, line), number in Counter((one.session_id, one.line) for one in placements).items():
        found += [f"{session} line {line} has {number}"] if number > sessions[session].lines[line].seats else []
    for person in people.values():
        theirs = [sessions[one.session_id] for one in placements if one.supporter_id == person.supporter_id]
        found += [f"{person.supporter_id} cannot be at both" for a, b in combinations(theirs, 2) if clash(a, b)]
        days = Counter([one.day for one in theirs] + [one.day for one in person.busy])
        found += [f"{person.supporter_id} too often on a day" for day in days if days[day] > PER_DAY]
        months = Counter([one.month for one in theirs] + [one.month for one in person.busy])
        found += [
            f"{person.supporter_id} too often in a month" for one in theirs if months[one.month] > person.per_month
        ]
    return found


def value(instance: Instance, placements: tuple[Placement, ...]) -> int:
    """What a plan is worth, by the goals as they are written."""
    weights, points = instance.weights, 0
    for opening in instance.openings:
        here = [one for one in placements if one.session_id == opening.session_id]
        points += weights.first if here and not opening.staffed else 0
        points += len(here) * (weights.seat + weights.little * opening.little // 100)
        points += sum(weights.disability for one in here if opening.lines[one.line].disability)
        points -= sum(pair_cost(instance, _person(instance, one), opening) for one in here)
    for person in instance.candidates:
        times = sum(one.supporter_id == person.supporter_id for one in placements)
        so_far = person.minutes // 120
        points -= sum(weights.load * min(so_far + further, LADDER) // LADDER for further in range(times))
    return points


def pair_cost(instance: Instance, one: Candidate, opening: Opening) -> int:
    """Travel, less wishes."""
    weights = instance.weights
    way = min(float(kilometres(one.latitude, one.longitude, opening.latitude, opening.longitude)), FAR_KM)
    cost = round(weights.travel * way / FAR_KM)
    cost -= weights.wish if opening.session_id in one.applied else 0
    cost -= weights.wish // 2 if opening.host_id in one.liked else 0
    cost -= weights.stay if opening.session_id in one.kept else 0
    mentored = any(line.experienced for line in opening.lines) and not one.experienced
    return cost - (weights.pairing if mentored else 0)


def best(instance: Instance) -> int:
    """The value of the best plan, by trying all."""
    return max(value(instance, plan) for plan in _plans(instance))


def _plans(instance: Instance) -> Iterator[tuple[Placement, ...]]:
    """All plans that break no rule, grown one placement at a time."""
    possible = [
        Placement(opening.session_id, line.number, one.supporter_id)
        for opening in instance.openings
        for line in opening.lines
        for one in instance.candidates
        if may(one, opening, line)
    ]

    def grow(begun: tuple[Placement, ...], first: int) -> Iterator[tuple[Placement, ...]]:
        yield begun
        for place in range(first, len(possible)):
            longer = (*begun, possible[place])
            if not broken(instance, longer):
                yield from grow(longer, place + 1)

    return grow((), 0)


def _person(instance: Instance, placement: Placement) -> Candidate:
    return next(one for one in instance.candidates if one.supporter_id == placement.supporter_id)


def linear_optimum(instance: Instance) -> float:
    """The same round as a linear program in HiGHS, without the ways between sessions: the second opinion."""
    weights = instance.weights
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)  # as everywhere in a process: HiGHS refuses to solve with another number later
    rows: dict[tuple[object, ...], tuple[float, list[tuple[int, float]]]] = {}

    def column(cost: float, upper: float) -> int:
        model.addCol(cost, 0.0, upper, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        return int(model.getNumCol()) - 1

    def add(key: tuple[object, ...], most: float, term: tuple[int, float]) -> None:
        rows.setdefault(key, (most, []))[1].append(term)

    for opening in instance.openings:
        first = column(-float(weights.first), 0.0 if opening.staffed else 1.0)
        add(("first", opening.session_id), 0.0, (first, 1.0))
        for line in opening.lines:
            for one in instance.candidates:
                if not may(one, opening, line):
                    continue
                worth = weights.seat + weights.little * opening.little // 100
                worth += weights.disability if line.disability else 0
                pair = column(float(pair_cost(instance, one, opening) - worth), 1.0)
                name = one.supporter_id
                add(("first", opening.session_id), 0.0, (pair, -1.0))
                add(("line", opening.session_id, line.number), float(line.seats), (pair, 1.0))
                busy = sum(other.month == opening.month for other in one.busy)
                add(("month", name, opening.month), float(one.per_month - busy), (pair, 1.0))
                busy = sum(other.day == opening.day for other in one.busy)
                add(("day", name, opening.day), float(PER_DAY - busy), (pair, 1.0))
                for moment in {other.starts for other in instance.openings if other.day == opening.day}:
                    if opening.starts <= moment < opening.ends:
                        add(("moment", name, moment), 1.0, (pair, 1.0))
                add(("ladder", name), 0.0, (pair, 1.0))
    for one in instance.candidates:
        for further in range(len(instance.openings) * 2):
            step = weights.load * min(one.minutes // 120 + further, LADDER) // LADDER
            add(("ladder", one.supporter_id), 0.0, (column(float(step), 1.0), -1.0))
    for most, terms in rows.values():
        columns = np.array([number for number, _ in terms], dtype=np.int32)
        model.addRow(-highspy.kHighsInf, most, len(terms), columns, np.array([factor for _, factor in terms]))
    model.run()
    return -float(model.getObjectiveValue())
