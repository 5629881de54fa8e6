"""What is played: the forum's real themes, and invented but plausible answers and figures.

Everything is drawn from one seed: every installation has the same answers, terms and usage. Shares may differ by a
yen or two between installations, because ties go by a hash of the project's id.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from importlib.resources import files
from random import Random
from typing import Any

from kyodo_events.contracts.base_terms import BaseComponent, BaseTerms, Driver
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.meter_prices import MeterPrice
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import Municipality, by_code, municipalities

SEED = 20221201  # the survey was made in December 2022
FISCAL_YEAR = FiscalYear(2023)
USED_MONTHS = FISCAL_YEAR.months()[:3]
CLOSED_MONTH = USED_MONTHS[0]
NEEDS_FOR_SELECTION = 2
TAKEN_UP_AT = ("trial", "full")  # the stages at which the forum's candidates were taken up first

APPLICATIONS, CHAT, PCS = "共同電子申請システム", "チャットツール", "PC"
EXPERTS = "デジタル人材の共同活用"  # the forum's 人材シェアリング, carried out as a project like the others

SUPPORTER_HOUR_YEN = 1_200  # for sessions that the project pays for; invented
TRAINING_YEN = 4_000  # for an attendance at the training that Tokyo and the municipalities share; invented

LATE_JOINER = "134023"  # Aogashima, 169 residents: the smallest of the 62 joins in mid-year
LATE_JOIN = Month("2023-10")
LATER_PRICES = Month("2023-10")  # from when a meter is priced that was counted before

# How often a municipality needs a theme or is interested in it, by the stage wanted; invented.
_LIKELIHOOD = {"full": (0.62, 0.25), "trial": (0.35, 0.35), "research": (0.12, 0.4)}
_ALONE = "製品安全性確認"  # one municipality only needs it, so it cannot be selected


@dataclass(frozen=True, slots=True)
class Answer:
    """One municipality's answer on one theme; the quantity in units of the theme, the price in yen."""

    municipality: str
    need: str
    quantity: int | None
    unit_price: int | None

    @property
    def body(self) -> dict[str, Any]:
        """The answer as the API takes it."""
        return {"need": self.need, "firm_quantity": self.quantity, "current_unit_price": self.unit_price}


@dataclass(frozen=True, slots=True)
class Theme:
    """A candidate theme of the forum's survey, with all 62 answers."""

    name_ja: str
    group: str
    kind: str
    stage: str
    answers: Sequence[Answer]

    @property
    def needed_by(self) -> list[str]:
        """Those who need it, in the order of their codes."""
        return [answer.municipality for answer in self.answers if answer.need == "need"]


@dataclass(frozen=True, slots=True)
class Meter:
    """What is counted of a service; `price` is yen a unit in the months of use, none where it is priced later only."""

    meter: str
    label_ja: str
    unit_ja: str
    aggregation: str
    price: int | None
    later_price: int = 0

    @property
    def body(self) -> dict[str, Any]:
        """The meter as an offering names it."""
        names = ("meter", "label_ja", "unit_ja", "aggregation")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Service:
    """A shared service of a project: how it is offered and what is counted of it."""

    code: str
    name_ja: str
    operator: str
    meters: Sequence[Meter]


@dataclass(frozen=True, slots=True)
class Project:
    """A selected theme carried out together: who joins when and, where it has begun to cost, its terms and service."""

    name_ja: str
    theme_ja: str
    stage: str
    joined: Mapping[str, Month]
    terms: BurdenTerms | None = None
    service: Service | None = None

    @property
    def founders(self) -> list[str]:
        """Those who take part from the first month, and whose consent the terms need."""
        return sorted(code for code, month in self.joined.items() if month == FISCAL_YEAR.month(1))

    @property
    def annual_amount(self) -> int:
        """Basic cost of the year, yen."""
        return self.terms.base.annual_amount if self.terms and self.terms.base else 0


@dataclass(frozen=True, slots=True)
class Usage:
    """One metered record."""

    service: Service
    record: str
    meter: Meter
    municipality: str
    quantity: int
    used_on: date
    subscribed: bool = True

    @property
    def body(self) -> dict[str, Any]:
        """The record as the API takes it."""
        names = ("record", "municipality", "quantity")
        fields = {name: getattr(self, name) for name in names}
        return fields | {"meter": self.meter.meter, "used_on": self.used_on.isoformat()}

    @property
    def waits(self) -> bool:
        """Whether the ledger cannot charge it yet."""
        return self.subscribed and self.meter.price is None

    @property
    def amount(self) -> int:
        """Yen it leads to; none where it was refused or waits."""
        return self.quantity * (self.meter.price or 0) if self.subscribed else 0


def forum() -> dict[str, Any]:
    """The facts of the forum of 2023-02-14, as presented."""
    found: dict[str, Any] = json.loads(files(__package__).joinpath("forum-2023.json").read_text("utf-8"))
    return found


def themes() -> list[Theme]:
    """The forum's 20 candidate themes, and the sharing of experts, with the answers of all 62 municipalities."""
    chance = Random(SEED)  # noqa: S311 - a story, not a secret
    sharing = {"theme_ja": EXPERTS, "group": "talent_sharing", "stage": "full"}
    return [_theme(candidate, chance) for candidate in [*forum()["candidates"], sharing]]


def projects(themes: Sequence[Theme]) -> list[Project]:
    """A project for each theme taken up at the stages trial and full, with those who said they need it.

    Two of them cost something from April on: terms, a service and its meters belong to them.
    """
    taken_up = (theme for theme in themes if theme.stage in TAKEN_UP_AT and len(theme.needed_by) >= NEEDS_FOR_SELECTION)
    return [_project(theme) for theme in taken_up]


def usage(projects: Sequence[Project]) -> Iterator[Usage]:
    """Three months of use: applications a week, seats in use a month.

    One record waits, of a meter without a price; one is refused, of a municipality that has not subscribed yet.
    """
    chance = Random(SEED + 1)  # noqa: S311 - a story, not a secret
    by_theme = {project.theme_ja: project for project in projects}
    application, chat = by_theme[APPLICATIONS], by_theme[CHAT]
    for month in USED_MONTHS:
        for code in application.founders:
            for week, day in enumerate(_weeks(month), start=1):
                quantity = 1 + int(by_code(code).population * chance.uniform(0.0015, 0.0035))
                yield _used(application, 0, f"{month}-{code}-w{week}", code, quantity, day)
        for code in chat.founders:
            yield _used(chat, 0, f"{month}-{code}", code, 5 + by_code(code).population // 150, month.last_day)
    last = USED_MONTHS[-1].last_day
    yield _used(application, 1, "notified-131016", "131016", 12, last)
    yield replace(_used(application, 0, f"early-{LATE_JOINER}", LATE_JOINER, 3, last), subscribed=False)


def _used(project: Project, meter: int, record: str, municipality: str, quantity: int, day: date) -> Usage:
    assert project.service is not None  # noqa: S101 - the plan itself says which projects have one
    return Usage(project.service, record, project.service.meters[meter], municipality, quantity, day)


def _project(theme: Theme) -> Project:
    first = FISCAL_YEAR.month(1)
    everybody = dict.fromkeys(theme.needed_by, first)
    match theme.name_ja:
        case name if name == APPLICATIONS:
            counted = (
                Meter("applications", "電子申請", "件", "sum", 30),
                Meter("notifications", "SMS通知", "通", "sum", None, later_price=8),
            )
            return Project(
                "共同電子申請サービス",
                name,
                theme.stage,
                everybody | {LATE_JOINER: LATE_JOIN},
                _terms(124_000_000, "1/2", "1/5", *counted),
                Service("e_application", "共同電子申請サービス", "operator-of-applications", counted),
            )
        case name if name == CHAT:
            seats = Meter("seats", "利用者数", "人", "max", 400)
            return Project(
                "自治体チャットツール",
                name,
                theme.stage,
                everybody,
                _terms(18_600_001, "1/3", "1/10", seats),
                Service("chat", "自治体チャットツール", "operator-of-chat", (seats,)),
            )
        case name if name == EXPERTS:
            half_days = Meter("half_days", "専門人材の稼働", "半日", "sum", 26_000)
            hours = Meter("supporter_hours", "スマホサポーターの活動", "時間", "sum", SUPPORTER_HOUR_YEN)
            training = Meter("training_attendances", "都と区市町村の共通研修の受講", "人回", "sum", TRAINING_YEN)
            priced = (half_days, hours, training)
            return Project(name, name, theme.stage, everybody, _terms(4_800_000, "1/2", "1/2", *priced))
        case name:
            return Project(f"{name}の協働", name, theme.stage, everybody)


def _theme(candidate: Mapping[str, str], chance: Random) -> Theme:
    need, interest = _LIKELIHOOD[candidate["stage"]]
    alone = candidate["theme_ja"] == _ALONE
    answers = [_answer(m, chance.random(), need, interest, chance) for m in municipalities()]
    if alone:
        answers = [
            Answer(a.municipality, "need" if a.municipality == "131016" else "interest", None, None) for a in answers
        ]
    return Theme(candidate["theme_ja"], candidate["group"], _kind(candidate["group"]), candidate["stage"], answers)


def _answer(municipality: Municipality, draw: float, need: float, interest: float, chance: Random) -> Answer:
    kind = "need" if draw < need else "interest" if draw < need + interest else "none"
    if kind != "need":
        return Answer(municipality.code, kind, None, None)
    return Answer(municipality.code, kind, 5 + municipality.population // 150, chance.randrange(300, 900, 10))


def _kind(group: str) -> str:
    """The kind of joint work under which the forum files the group."""
    return {
        "existing_services": "existing_shared_service",
        "joint_procurement": "joint_procurement",
        "joint_development": "municipal_proposal",
        "other": "municipal_proposal",
        "talent_sharing": "municipal_proposal",
    }[group]


def _terms(annual: int, tokyo: str, equal: str, *meters: Meter) -> BurdenTerms:
    part = Fraction(equal)
    components = (
        BaseComponent(driver=Driver.EQUAL, share=part),
        BaseComponent(driver=Driver.POPULATION, share=1 - part),
    )
    return BurdenTerms(
        fiscal_year=FISCAL_YEAR,
        effective_from=FISCAL_YEAR.month(1),
        base=BaseTerms(annual_amount=annual, tokyo_share=Fraction(tokyo), components=components),
        usage=tuple(_price(meter) for meter in meters),
    )


def _price(meter: Meter) -> MeterPrice:
    names = {"meter": meter.meter, "label_ja": meter.label_ja, "unit_ja": meter.unit_ja}
    if meter.price is not None:
        return MeterPrice(**names, unit_price=meter.price)
    return MeterPrice(**names, unit_price=meter.later_price, from_month=LATER_PRICES)


def _weeks(month: Month) -> Iterator[date]:
    day = month.first_day + timedelta(days=6)
    while day <= month.last_day:
        yield day
        day += timedelta(days=7)
