"""The academy's three programmes of fiscal year 2023 as they are played, in the figures of the forum.

Twelve study sessions for the same sixty people, 33 trainings of single municipalities with 1,200 attendances together,
and the training that Tokyo shares with the municipalities, with 220. The forum does not say who takes part in the
latter: 60 of Tokyo's own officials here, whom nobody is charged for, and 160 of the municipalities'. Who the people
are and on which days they meet is invented. Some do not come, some wait, and in most sessions one makes room for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.values.municipalities import TOKYO, municipalities
from kyodo_local.demo import plan, talent_plan

ACADEMY: Final = "/academy/v1"
CORE, CUSTOMISED, SHARED = "core_talent_study", "customised_training", "shared_training"
ATTENDANCES: Final[Mapping[str, int]] = {CORE: 12 * 60, CUSTOMISED: 1_200, SHARED: 220}
TITLES_JA: Final = {
    CORE: "コア人材育成に向けた勉強会",
    CUSTOMISED: "業務改善とデジタル活用の研修会",
    SHARED: "都と区市町村の共通研修",
}
FIRST_DAYS: Final = {CORE: date(2023, 4, 19), CUSTOMISED: date(2023, 5, 9), SHARED: date(2023, 6, 9)}

CORE_FROM: Final = 6, 10  # municipalities, officials of each: the sixty of the study group
TRAININGS: Final = 33
ABSENT, LEAVING, WAITING = 2, 1, 1  # of each customised training, apart from those who attend
SHARED_DAYS: Final = (date(2023, 6, 9), date(2023, 9, 8), date(2023, 11, 10), date(2024, 1, 19))
SHARED_FROM: Final = 7, 6  # municipalities, officials of each in one session; of the 42 together two do not come
OF_TOKYO: Final = 15  # in each shared session
LENGTH: Final = timedelta(hours=3)
PARTIAL, PARTIAL_PERCENT = 10, 80  # every tenth leaves earlier


@dataclass(frozen=True, slots=True)
class Training:
    """One session: on which day, for how many, who is put into it by which list, and what becomes of them."""

    key: str
    programme: str
    title_ja: str
    day: date
    seats: int
    lists: Sequence[tuple[str, range]]
    leaving: int = 0
    absent: int = 0

    @property
    def begins(self) -> datetime:
        """In the afternoon."""
        return datetime.combine(self.day, time(14), TOKYO_TIME)

    @property
    def ended(self) -> datetime:
        """When the host has the list."""
        return self.begins + LENGTH

    def body(self, project_id: str) -> dict[str, Any]:
        """The session as it is planned; only the shared training is charged."""
        return {
            "plan": {
                "title_ja": self.title_ja,
                "place_ja": "オンライン" if self.programme == CORE else "見本研修室",
                "online": self.programme == CORE,
                "starts_at": self.begins.isoformat(),
                "ends_at": self.ended.isoformat(),
                "apply_until": (self.begins - timedelta(days=7)).isoformat(),
                "changes_until": (self.begins - timedelta(days=2)).isoformat(),
                "seats": self.seats,
                "project_id": project_id if self.programme == SHARED else None,
            }
        }


@dataclass(frozen=True)
class Trained:
    """What the scenario counted itself while it recorded: attendances by programme, people, those that are charged."""

    project_id: str
    attendances: Mapping[str, int]
    people: int
    charged_attendances: int

    @property
    def charged(self) -> int:
        """Yen that the attendances at shared training lead to."""
        return self.charged_attendances * plan.TRAINING_YEN


def trainings(members: Sequence[str]) -> list[Training]:
    """All sessions of the year; shared training is for members of the project that pays for it."""
    return [*_core(), *_customised(), *_shared(members)]


def learners(trainings: Sequence[Training]) -> dict[str, list[dict[str, Any]]]:
    """The lists of those who are to be trained, by employer."""
    longest: dict[str, int] = {}
    for training in trainings:
        for party, people in training.lists:
            longest[party] = max(longest.get(party, 0), people.stop)
    return {party: [_official(party, number) for number in range(many)] for party, many in longest.items()}


def _official(party: str, number: int) -> dict[str, Any]:
    return {
        "name_ja": f"見本 受講者{number + 1}",
        "email": f"placeholder-{party}-{number + 1}@example.jp",
        "employee_number": f"A-{number + 1:05}",
    }


def _core() -> list[Training]:
    """Once a month on a Wednesday, for the same sixty; two of the next municipality wait for a seat to become free."""
    places, of_each = CORE_FROM
    largest = _largest(places + 1)
    lists = [(code, range(of_each)) for code in largest[:-1]]
    waiting = (largest[-1], range(2))
    days = [_weekday(month.first_day + timedelta(days=14), 2) for month in plan.FISCAL_YEAR.months()]
    group = [
        Training(f"core-{number}", CORE, f"{TITLES_JA[CORE]}（第{number}回）", day, places * of_each, [*lists, waiting])
        for number, day in enumerate(days, start=1)
    ]
    return [replace(one, leaving=number % 4 == 3) for number, one in enumerate(group)]


def _customised() -> list[Training]:
    """On Tuesdays from May on, each at one municipality."""
    share, rest = divmod(ATTENDANCES[CUSTOMISED], TRAININGS)
    found = []
    for number, code in enumerate(_largest(TRAININGS)):
        seats = share + (number < rest) + ABSENT
        title = f"{TITLES_JA[CUSTOMISED]}（{_name(code)}）"
        day, people = FIRST_DAYS[CUSTOMISED] + timedelta(weeks=number), range(seats + LEAVING + WAITING)
        found.append(Training(f"custom-{code}", CUSTOMISED, title, day, seats, [(code, people)], LEAVING, ABSENT))
    return found


def _shared(members: Sequence[str]) -> list[Training]:
    """Four times, other people each time: Tokyo's own first, then those of the project's members."""
    places, of_each = SHARED_FROM
    hosts = [code for code in members if code not in talent_plan.SHARED][:places]
    found = []
    for turn, day in enumerate(SHARED_DAYS):
        lists = [(TOKYO, _turn(turn, OF_TOKYO)), *((code, _turn(turn, of_each)) for code in hosts)]
        title = f"{TITLES_JA[SHARED]}（第{turn + 1}回）"
        seats = sum(len(people) for _, people in lists)
        found.append(Training(f"shared-{turn + 1}", SHARED, title, day, seats, lists, absent=ABSENT))
    return found


def _turn(turn: int, of_each: int) -> range:
    return range(turn * of_each, (turn + 1) * of_each)


def _largest(number: int) -> list[str]:
    return [m.code for m in sorted(municipalities(), key=lambda m: -m.population)[:number]]


def _name(code: str) -> str:
    return next(m.name_ja for m in municipalities() if m.code == code)


def _weekday(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)
