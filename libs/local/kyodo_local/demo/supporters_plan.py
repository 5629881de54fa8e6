"""The smartphone classes of a quarter as they are played: invented supporters, 430 sessions, all drawn from one seed.

The scheme's own figures come from the forum: a pilot with 200 supporters, 1,000 wanted by the end of 2023. Where people
live, when they have time and what they can do is invented, with more of them where more people live.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.values.municipalities import Municipality, municipalities
from kyodo_local.demo import plan

SEED: Final = 20230214  # the day of the forum
SUPPORTERS: Final = 1_000
PILOT: Final = 200  # the forum's; they have helped before
A_LIST: Final = 200  # supporters in one intake

QUARTER: Final = plan.USED_MONTHS[0].first_day, plan.USED_MONTHS[-1].last_day
DESKS: Final = 8  # permanent desks, a shift each week
KINDS: Final = {"experience": 170, "consultation": 90, "cafe": 30, "disability_class": 16, "community_class": 20}
"""Sessions besides the desks' 104 shifts: 430 in all."""

TITLES_JA: Final = {
    "experience": "はじめてのスマホ体験会",
    "consultation": "スマホ何でも相談会",
    "cafe": "スマホ交流カフェ",
    "disability_class": "障害のある方のスマホ教室",
    "community_class": "地域のスマホ教室",
    "permanent_desk": "スマホ常設相談窓口",
}
NEEDS: Final[Mapping[str, Sequence[Mapping[str, Any]]]] = {
    "experience": [{"seats": 1, "experienced": True}, {"seats": 2}],
    "consultation": [{"seats": 2}],
    "cafe": [{"seats": 2}],
    "disability_class": [{"seats": 1, "skills": ["jsl"]}, {"seats": 1, "skills": ["hearing"]}],
    "community_class": [{"seats": 2}],
    "permanent_desk": [{"seats": 1}],
}
PAID_BY_PROJECT: Final = frozenset({"disability_class", "community_class"})

_WEEKENDS: Final = 5  # the first weekday that is one
_HALF_DAYS: Final = (("09:00", "13:00"), ("13:00", "18:00"), ("09:00", "18:00"))
_BEGINS: Final = (10, 14)
HOURS: Final = 2

PROGRAMME: Final = {
    "title_ja": "TOKYOスマホサポーター養成研修",
    "units": [
        {"code": "basics", "title_ja": "スマートフォンの基本", "mode": "online", "minutes": 90},
        {"code": "manners", "title_ja": "相談対応の心得", "mode": "face_to_face", "minutes": 120},
    ],
    "passing_score": 70,
    "most_attempts": 3,
    "valid_months": 24,
    "refresher": ["manners"],
}


@dataclass(frozen=True, slots=True)
class Class:
    """One session: where, what, when."""

    municipality: str
    kind: str
    starts_at: datetime
    key: str

    @property
    def ends_at(self) -> datetime:
        """Two hours later."""
        return self.starts_at + timedelta(hours=HOURS)

    def body(self, venue_id: str, host_id: str | None, project_id: str | None) -> dict[str, Any]:
        """The session as it is planned."""
        return {
            "plan": plan_of(self.kind, venue_id) | {"host_id": host_id, "project_id": project_id},
            "times": {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()},
        }


@dataclass(frozen=True)
class Supported:
    """What became of it: figures of the round, and what the scenario counted itself while it reported."""

    round: dict[str, Any]
    cancelled: int
    replaced: int
    sessions: int
    people_supported: int
    paid_hours: int

    @property
    def charged(self) -> int:
        """Yen that the paid hours lead to."""
        return self.paid_hours * plan.SUPPORTER_HOUR_YEN


def plan_of(kind: str, venue_id: str) -> dict[str, Any]:
    """What a session of a kind is."""
    return {
        "kind": kind,
        "title_ja": TITLES_JA[kind],
        "venue_id": venue_id,
        "needs": list(NEEDS[kind]),
        "expected_visitors": 12,
    }


def supporters() -> list[dict[str, Any]]:
    """The list of those who were trained: at home in all 62, more where more people live; the pilot's come first."""
    chance, everywhere = Random(SEED), municipalities()  # noqa: S311 - a lot that everybody may repeat
    people = [m.population for m in everywhere]
    homes = [*everywhere, *chance.choices(everywhere, people, k=SUPPORTERS - len(everywhere))]
    return [_supporter(number, home, chance) for number, home in enumerate(homes)]


def _supporter(number: int, home: Municipality, chance: Random) -> dict[str, Any]:
    kind = chance.choices(("student", "working", "senior"), (12, 48, 40))[0]
    minor = kind == "student" and chance.random() < 0.25
    guardian = {"given_on": "2023-02-01", "reference": f"同意書{number:04}号"} if minor else None
    return {
        "home_municipality": home.code,
        "kind": kind,
        "minor": minor,
        "guardian": guardian,
        "grade": "experienced" if number < PILOT else "newcomer",
        "languages": ["ja", *(one for one, rate in (("jsl", 0.05), ("en", 0.08)) if chance.random() < rate)],
        "supports": [one for one, rate in (("hearing", 0.06), ("visual", 0.05)) if chance.random() < rate],
        "devices": chance.sample(["android", "iphone"], k=chance.randint(1, 2)),
        "sessions_per_month": chance.randint(1, 3),
        "travel_km": chance.randint(4, 14),
        "weekly": [_free(weekday, chance) for weekday in sorted(chance.sample(range(7), k=chance.randint(1, 3)))],
        "declarations": {"insured_until": "2024-03-31", "declared_on": "2023-02-20"},
        "certificate": f"TSS-2023-{number:04}",
        "certified_on": "2022-12-20" if number < PILOT else "2023-03-01",
    }


def _free(weekday: int, chance: Random) -> dict[str, Any]:
    begin, end = chance.choice(_HALF_DAYS)
    return {"weekday": weekday, "begin": begin, "end": end}


def venue(municipality: Municipality) -> dict[str, Any]:
    """The hall of a municipality."""
    return {
        "municipality": municipality.code,
        "name_ja": f"{municipality.name_ja}見本会館",
        "address_ja": "見本町1",
        "latitude": municipality.latitude,
        "longitude": municipality.longitude,
        "seats": 30,
    }


def desks() -> list[tuple[str, int]]:
    """Where there is a permanent desk, and on which weekday: the largest municipalities."""
    largest = sorted(municipalities(), key=lambda m: -m.population)[:DESKS]
    return [(m.code, number % 2) for number, m in enumerate(largest)]


def recurrence(weekday: int) -> dict[str, Any]:
    """A shift each week of the quarter."""
    first, last = QUARTER
    days = {"from_day": first.isoformat(), "until_day": last.isoformat(), "weekdays": [weekday]}
    return days | {"begin": "10:00", "end": "12:00"}


def shifts(municipality: str, weekday: int) -> list[Class]:
    """The same, one by one."""
    days = [day for day in _days() if day.weekday() == weekday]
    return [_class(municipality, "permanent_desk", day, 10) for day in days]


def classes(members: Sequence[str]) -> list[Class]:
    """The other sessions of the quarter; those that the joint project pays are in its members."""
    chance, everywhere = Random(SEED + 1), municipalities()  # noqa: S311 - as above
    open_days = [day for day in _days() if day.weekday() <= _WEEKENDS]
    found: dict[str, Class] = {}
    for kind, number in KINDS.items():
        hosts = [m for m in everywhere if m.code in members] if kind in PAID_BY_PROJECT else everywhere
        turn = 0
        while sum(one.kind == kind for one in found.values()) < number:
            place = hosts[turn % len(hosts)]
            one = _class(place.code, kind, chance.choice(open_days), chance.choice(_BEGINS))
            turn += one.key not in found
            found.setdefault(one.key, one)
    return list(found.values())


def _class(municipality: str, kind: str, day: date, hour: int) -> Class:
    begins = datetime.combine(day, time(hour), TOKYO_TIME)
    return Class(municipality, kind, begins, f"{municipality}-{kind}-{begins:%m%d%H}")


def _days() -> list[date]:
    first, last = QUARTER
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def visitors(key: str) -> dict[str, Any]:
    """How many came to a session, of what age, with which questions; the same each time."""
    chance = Random(f"{SEED}-{key}")  # noqa: S311 - as above
    ages = {"from_65": 2, "from_70": 4, "from_75": 4, "from_80": 2, "from_85": 1}
    came = {age: chance.randint(0, 2 * usual) for age, usual in ages.items()}
    total = sum(came.values())
    asked = {one: chance.randint(0, 4) for one in ("basics", "messages", "maps", "payment", "public_services")}
    return {"visitors": came, "questions": asked, "people_supported": total - min(total, chance.randint(0, 2))}
