"""What a round is given and what it proposes, as plain data: whoever has the same input gets the same plan.

Time is counted in whole minutes since 1970 (UTC); a day is the ordinal of the date in Tokyo, a month its 'YYYY-MM'.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from kyodo_events.canonical import canonical_json

PER_DAY: Final = 2
"""Sessions of one supporter on one day, however long the day."""

WAITING_MINUTES: Final = 15
MINUTES_PER_KM: Final = 3
"""Door to door: a quarter of an hour to leave and arrive, and 20 km an hour as the crow flies."""

FAR_KM: Final = 30.0
"""From here on travel costs no more: the limit is the supporter's own."""

LADDER: Final = 8
"""Steps after which one more session costs no more evenness: an unbounded ladder leaves seats empty."""


class Weights(BaseModel):
    """What each soft goal counts, in points; the order is that of the issue, each far above the next.

    Raises ValueError where leaving a seat empty could ever be better than filling it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: int = Field(default=10_000, ge=0, le=100_000, title="誰もいない教室に最初の1人")
    seat: int = Field(default=4_000, ge=1, le=100_000, title="定員の充足")
    disability: int = Field(default=1_500, ge=0, le=100_000, title="障害者支援の技能")
    little: int = Field(default=800, ge=0, le=100_000, title="これまで少なかった自治体")
    travel: int = Field(default=1_000, ge=0, le=100_000, title="移動の少なさ")
    load: int = Field(default=600, ge=0, le=100_000, title="活動量の均等")
    wish: int = Field(default=300, ge=0, le=100_000, title="本人の希望")
    pairing: int = Field(default=200, ge=0, le=100_000, title="経験者と新人の組合せ")
    stay: int = Field(default=2_000, ge=0, le=100_000, title="前の案の維持")

    @model_validator(mode="after")
    def _fills_seats(self) -> Self:
        if self.travel + self.load >= self.seat:
            raise ValueError("travel and load together must stay below seat: else seats are left empty to spare travel")
        return self


@dataclass(frozen=True, slots=True)
class Line:
    """Open seats of a session that ask for the same: all of `skills`, and experience where it says so."""

    number: int
    seats: int
    skills: frozenset[str] = frozenset()
    experienced: bool = False
    disability: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """A session with open seats.

    `staffed` says whether somebody comes already; `little` is how far its municipality lies behind the best served
    one, in percent.
    """

    session_id: str
    municipality: str
    starts: int
    ends: int
    day: int
    month: str
    weekday: int
    minute: int
    latitude: float
    longitude: float
    lines: tuple[Line, ...]
    host_id: str | None = None
    staffed: bool = False
    little: int = 0

    @property
    def until_minute(self) -> int:
        """The minute of the day in Tokyo at which it ends; beyond 1,440 where it crosses midnight."""
        return self.minute + self.ends - self.starts


@dataclass(frozen=True, slots=True)
class Busy:
    """When and where a supporter is expected already."""

    starts: int
    ends: int
    day: int
    month: str
    latitude: float
    longitude: float


Span = tuple[int, int]
"""From and until, as minutes of a day in Tokyo."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A supporter who can be asked. `minutes` were worked so far this fiscal year; `weekly` begins on Monday;
    `certified_until` is the last day on which both certificate and insurance are valid.

    `exceptions` replace a day's times: none for a day away. `applied` are the sessions asked for, `kept` those that an
    earlier plan proposed, `barred` those that must not be proposed again.
    """

    supporter_id: str
    latitude: float
    longitude: float
    travel_km: int
    per_month: int
    certified_until: int
    weekly: tuple[tuple[Span, ...], ...]
    skills: frozenset[str] = frozenset()
    experienced: bool = False
    minutes: int = 0
    exceptions: tuple[tuple[int, tuple[Span, ...]], ...] = ()
    busy: tuple[Busy, ...] = ()
    liked: frozenset[str] = frozenset()
    avoided: frozenset[str] = frozenset()
    applied: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Instance:
    """All that a round looks at, in the order of ids. The seed decides where pairs tie exactly."""

    openings: tuple[Opening, ...]
    candidates: tuple[Candidate, ...]
    weights: Weights = field(default_factory=Weights)
    seed: int = 0

    @property
    def seats(self) -> int:
        """Open seats of all sessions."""
        return sum(line.seats for opening in self.openings for line in opening.lines)

    def keeping(self, proposed: Collection[tuple[str, str]], against: Collection[tuple[str, str]]) -> Self:
        """The same, after an earlier plan: what it proposed, and what people decided against, by session and supporter.

        Who is proposed again need not be told anything new; that counts `stay` points each.
        """
        kept, barred = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for pairs, by_supporter in ((proposed, kept), (against, barred)):
            for session_id, supporter_id in pairs:
                by_supporter[supporter_id].add(session_id)
        candidates = tuple(
            replace(one, kept=frozenset(kept[one.supporter_id]), barred=one.barred | barred[one.supporter_id])
            for one in self.candidates
        )
        return replace(self, candidates=candidates)

    @property
    def digest(self) -> str:
        """SHA-256 of the input, by which a plan can be computed again and compared."""
        plain: dict[str, Any] = {
            "openings": [_plain(asdict(one)) for one in self.openings],
            "candidates": [_plain(asdict(one)) for one in self.candidates],
            "weights": self.weights.model_dump(),
            "seed": self.seed,
        }
        return hashlib.sha256(canonical_json(plain)).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class Placement:
    """One supporter in one seat."""

    session_id: str
    line: int
    supporter_id: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proposed, in the order of sessions and lines; `bound` is a value that no plan exceeds."""

    placements: tuple[Placement, ...]
    value: int
    bound: int

    @property
    def percent_of_bound(self) -> float:
        """How good at least, in percent of the best possible."""
        return 100.0 if self.bound <= 0 else math.floor(self.value / self.bound * 1000) / 10


def kilometres(
    latitude: np.ndarray | float, longitude: np.ndarray | float, to_latitude: float, to_longitude: float
) -> Any:
    """As the crow flies, for one place or an array of them: exact to a fraction of a percent within Tokyo."""
    north = (latitude - to_latitude) * 111.2
    east = (longitude - to_longitude) * 111.2 * np.cos(np.radians((latitude + to_latitude) / 2))
    return np.sqrt(north * north + east * east)


def clash(one: Busy | Opening, other: Busy | Opening) -> bool:
    """Whether nobody can be at both: they overlap, or the time between does not suffice for the way."""
    first, second = (one, other) if (one.starts, one.ends) <= (other.starts, other.ends) else (other, one)
    between = second.starts - first.ends
    if between < 0:
        return True
    way = float(kilometres(first.latitude, first.longitude, second.latitude, second.longitude))
    return between < travel_minutes(way)


def travel_minutes(way_km: float) -> int:
    """Minutes from one venue to another; none within the same one."""
    return 0 if way_km < 0.05 else WAITING_MINUTES + math.ceil(way_km * MINUTES_PER_KM)


def _plain(value: Any) -> Any:
    """The same for canonical JSON, which knows neither sets nor fractions: degrees become millionths."""
    match value:
        case Mapping():
            return {key: _plain(part) for key, part in value.items()}
        case frozenset():
            return sorted(value)
        case tuple() | list():
            return [_plain(part) for part in value]
        case float():
            return round(value * 1_000_000)
        case _:
            return value
