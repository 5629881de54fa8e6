"""What a round is given and what it proposes, as plain data: whoever has the same input gets the same plan."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from kyodo_events.canonical import canonical_json
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import Area
from kyodo_talent.reference.personas import Persona
from kyodo_talent.requests.values import RequestMode

WEIGHTS: Final[Mapping[int, int]] = {1: 1, 2: 2, 3: 4}
"""What a served half-day counts by the request's urgency: an urgent one outweighs two ordinary ones."""

MOST_EXPERTS: Final = 2
"""Experts of one request: a team of more needs a project of its own."""


@dataclass(frozen=True, slots=True)
class Seeker:
    """An open request: half-days asked for in each month of the instance, in their order.

    `barred` are the experts who declined, or were declined, for it: nobody is proposed twice.
    """

    request_id: str
    municipality: str
    area: Area
    persona: Persona
    urgency: int
    mode: RequestMode
    asked: tuple[int, ...]
    barred: frozenset[str] = frozenset()

    @property
    def weight(self) -> int:
        """What each of its half-days counts."""
        return WEIGHTS[self.urgency]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An available expert: what can be asked of the expert, and the free half-days in each month of the instance.

    `level` is the highest verified level (0 to 5), `verified` the number of verified skills, `rating` the mean of past
    satisfaction in hundredths (100 to 500) where there is any, `load` the half-days that are promised already.
    """

    expert_id: str
    personas: frozenset[Persona]
    areas: frozenset[Area]
    remote: bool
    on_site: bool
    free: tuple[int, ...]
    level: int = 0
    verified: int = 0
    rating: int | None = None
    load: int = 0


@dataclass(frozen=True, slots=True)
class Instance:
    """All that a round looks at, in the order of ids."""

    months: tuple[Month, ...]
    seekers: tuple[Seeker, ...]
    candidates: tuple[Candidate, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the input, by which a plan can be computed again and compared."""
        plain: dict[str, Any] = {
            "months": list(self.months),
            "seekers": [{**asdict(seeker), "barred": sorted(seeker.barred)} for seeker in self.seekers],
            "candidates": [
                {**asdict(one), "personas": sorted(one.personas), "areas": sorted(one.areas)} for one in self.candidates
            ],
        }
        return hashlib.sha256(canonical_json(plain)).hexdigest()


@dataclass(frozen=True, slots=True)
class Match:
    """One expert for one request: half-days in each month of the instance."""

    request_id: str
    expert_id: str
    half_days: tuple[int, ...]

    @property
    def total(self) -> int:
        """Half-days of all months."""
        return sum(self.half_days)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proposed, in the order of requests and experts."""

    matches: tuple[Match, ...] = field(default=())

    def served(self) -> int:
        """Half-days."""
        return sum(match.total for match in self.matches)

    def value(self, seekers: Sequence[Seeker]) -> int:
        """Half-days, each counted by its request's weight: what a round maximises."""
        weight = {seeker.request_id: seeker.weight for seeker in seekers}
        return sum(weight[match.request_id] * match.total for match in self.matches)

    def municipalities(self, seekers: Sequence[Seeker]) -> frozenset[str]:
        """Those that get anybody."""
        home = {seeker.request_id: seeker.municipality for seeker in seekers}
        return frozenset(home[match.request_id] for match in self.matches)


def fits(seeker: Seeker, candidate: Candidate) -> bool:
    """Whether the expert can be asked: one of the right kind, who was not asked in vain before."""
    return candidate.expert_id not in seeker.barred and suits(seeker, candidate)


def suits(seeker: Seeker, candidate: Candidate) -> bool:
    """Whether the expert is of the right kind: the persona, and a way to work together."""
    near = candidate.on_site and seeker.area in candidate.areas
    way = {
        RequestMode.REMOTE: candidate.remote,
        RequestMode.ON_SITE: near,
        RequestMode.EITHER: candidate.remote or near,
    }[seeker.mode]
    return way and seeker.persona in candidate.personas


def gap_percent(value: int, bound: float) -> float:
    """How far a plan may be from the best possible, in percent: 4.0 says "within 4 % of the best possible"."""
    return 0.0 if bound <= 0 else max(0.0, round((1 - value / bound) * 100, 2))
