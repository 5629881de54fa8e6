"""A quarter of Tokyo as it might be: supporters live and classes take place where people live. The same every time."""

from __future__ import annotations

import random
from typing import Final

from kyodo_events.values.municipalities import Municipality, municipalities
from kyodo_supporter_matching.matching.values import Candidate, Instance, Line, Opening, Span

FIRST_DAY: Final = 739_000
DAYS: Final = 90
FOR_EVER: Final = 1_000_000
MORNING, AFTERNOON, ALL_DAY = (540, 720), (780, 1020), (540, 1020)


def instance(supporters: int, sessions: int) -> Instance:
    """So many supporters and sessions."""
    draw = random.Random(2023)  # noqa: S311 - nobody guesses at a benchmark
    everywhere = list(municipalities())
    weights = [one.population for one in everywhere]
    candidates = tuple(_candidate(draw, number, draw.choices(everywhere, weights)[0]) for number in range(supporters))
    openings = tuple(_opening(draw, number, draw.choices(everywhere, weights)[0]) for number in range(sessions))
    return Instance(openings, candidates, seed=7)


def _candidate(draw: random.Random, number: int, home: Municipality) -> Candidate:
    skills = {"ja"}
    skills |= {skill for skill, share in (("jsl", 0.03), ("visual", 0.05), ("en", 0.1)) if draw.random() < share}
    return Candidate(
        supporter_id=f"supporter-{number:05}",
        latitude=home.latitude,
        longitude=home.longitude,
        travel_km=draw.choice([3, 5, 8, 10]),
        per_month=draw.choice([1, 1, 2, 3]),
        certified_until=FOR_EVER,
        weekly=tuple(_times(draw) for _ in range(7)),
        skills=frozenset(skills),
        experienced=draw.random() < 0.3,
        minutes=draw.randrange(0, 1800),
    )


def _times(draw: random.Random) -> tuple[Span, ...]:
    return draw.choices([(), (MORNING,), (AFTERNOON,), (ALL_DAY,)], [60, 13, 15, 12])[0]


def _opening(draw: random.Random, number: int, home: Municipality) -> Opening:
    day, minute = FIRST_DAY + draw.randrange(DAYS), draw.choice([570, 600, 630, 810, 840, 870])
    lines = [Line(0, 1, frozenset(), experienced=True), Line(1, draw.choice([1, 2, 2, 3]))]
    lines = lines if draw.random() < 0.6 else [Line(0, draw.choice([1, 2]))]
    if draw.random() < 0.08:
        lines.append(Line(len(lines), 1, frozenset({draw.choice(["jsl", "visual"])}), disability=True))
    starts = day * 1440 + minute - 540
    return Opening(
        session_id=f"session-{number:05}",
        municipality=home.code,
        starts=starts,
        ends=starts + 120,
        day=day,
        month=f"month-{(day - FIRST_DAY) // 30}",
        weekday=day % 7,
        minute=minute,
        latitude=home.latitude + draw.uniform(-0.03, 0.03),
        longitude=home.longitude + draw.uniform(-0.03, 0.03),
        lines=tuple(lines),
        little=draw.randrange(100),
    )
