"""What a supporter is described by: what can be done, when, how far, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from kyodo_events.values.texts import Day, Id
from kyodo_events.values.value import Value

Sessions = Annotated[int, Field(strict=True, ge=1, le=62, description="How many sessions a month at most.")]
Kilometres = Annotated[int, Field(strict=True, ge=1, le=60, description="From home, as the crow flies.")]
Weekday = Annotated[int, Field(strict=True, ge=0, le=6, description="0 is Monday.")]
TimeOfDay = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["13:30"])]

E = TypeVar("E", bound=StrEnum)

NEWCOMER_UNTIL: Final = 5
"""Sessions after which a supporter counts as experienced, as the product sees it: the pilot's sheets name no number."""


class Language(StrEnum):
    """In which a supporter can help, by its ISO 639 code."""

    JAPANESE = "ja"
    ENGLISH = "en"
    CHINESE = "zh"
    KOREAN = "ko"
    JAPANESE_SIGN_LANGUAGE = "jsl"


class Support(StrEnum):
    """Whom a supporter has learnt to help."""

    VISUAL = "visual"
    HEARING = "hearing"
    MOBILITY = "mobility"
    COGNITIVE = "cognitive"


class DeviceFamily(StrEnum):
    """What a supporter knows how to use."""

    ANDROID = "android"
    IPHONE = "iphone"
    TABLET = "tablet"


LANGUAGES_JA = {
    Language.JAPANESE: "日本語",
    Language.ENGLISH: "英語",
    Language.CHINESE: "中国語",
    Language.KOREAN: "韓国語",
    Language.JAPANESE_SIGN_LANGUAGE: "日本手話",
}
SUPPORTS_JA = {
    Support.VISUAL: "視覚障害",
    Support.HEARING: "聴覚障害",
    Support.MOBILITY: "肢体不自由",
    Support.COGNITIVE: "知的・発達障害",
}
DEVICES_JA = {DeviceFamily.ANDROID: "Android", DeviceFamily.IPHONE: "iPhone", DeviceFamily.TABLET: "タブレット"}

SKILLS_JA: Final[dict[str, str]] = {
    code.value: label for labels in (LANGUAGES_JA, SUPPORTS_JA, DEVICES_JA) for code, label in labels.items()
}
"""All that a session may ask of a supporter, by code."""

FOR_DISABILITY: Final = frozenset({Language.JAPANESE_SIGN_LANGUAGE.value, *(one.value for one in Support)})


def _known(code: str) -> str:
    if code not in SKILLS_JA:
        raise ValueError(f"there is no skill '{code}': use one of {', '.join(SKILLS_JA)}")
    return code


SkillCode = Annotated[str, Field(max_length=20, examples=["jsl"]), AfterValidator(_known)]


class SupporterKind(StrEnum):
    """Who helps: students need their guardian's consent while they are minors, seniors help those of their age."""

    STUDENT = "student"
    WORKING = "working"
    SENIOR = "senior"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"student": "学生", "working": "社会人", "senior": "シニア"}[self.value]


class Status(StrEnum):
    """How a supporter stands, as decided. That a certificate ran out is not decided: it follows from the day."""

    CANDIDATE = "candidate"
    REGISTERED = "registered"
    ACTIVE = "active"
    RESTING = "resting"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return STATUS_JA[self]


STATUS_JA = {
    Status.CANDIDATE: "候補者",
    Status.REGISTERED: "登録済み",
    Status.ACTIVE: "活動中",
    Status.RESTING: "休止中",
    Status.SUSPENDED: "停止中",
    Status.WITHDRAWN: "退会",
    Status.EXPIRED: "修了証期限切れ",
}


class Grade(StrEnum):
    """How much a supporter has done; a mentor also leads others."""

    NEWCOMER = "newcomer"
    EXPERIENCED = "experienced"
    MENTOR = "mentor"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"newcomer": "新人", "experienced": "経験者", "mentor": "指導者"}[self.value]


class SuspensionReason(StrEnum):
    """Why a supporter is not to be matched. No free text: it would be about a person."""

    COMPLAINT = "complaint"
    NO_SHOWS = "no_shows"
    INSURANCE_LAPSED = "insurance_lapsed"
    UNDER_REVIEW = "under_review"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {
            "complaint": "苦情の確認中",
            "no_shows": "無断欠席の重なり",
            "insurance_lapsed": "保険の失効",
            "under_review": "事実確認中",
        }[self.value]


class Hours(Value):
    """A time of the day, Tokyo's, from and until."""

    begin: TimeOfDay
    end: TimeOfDay

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.begin >= self.end:
            raise ValueError(f"the time from {self.begin} until {self.end} is none: end after the begin")
        return self

    @property
    def minutes(self) -> tuple[int, int]:
        """From and until, as minutes of the day."""
        return minutes_of(self.begin), minutes_of(self.end)


class WeeklyHours(Hours):
    """A time of every week."""

    weekday: Weekday


class OtherHours(Value):
    """What holds on one day instead of the week's hours; nothing where the supporter is away."""

    day: Day
    hours: tuple[Hours, ...] = Field(default=(), max_length=4)


class Conditions(Value):
    """What may be asked of a supporter, who says so and changes it at any time."""

    languages: tuple[Language, ...] = Field(min_length=1, max_length=len(Language))
    supports: tuple[Support, ...] = Field(default=(), max_length=len(Support))
    devices: tuple[DeviceFamily, ...] = Field(default=(), max_length=len(DeviceFamily))
    sessions_per_month: Sessions
    travel_km: Kilometres = 10
    weekly: tuple[WeeklyHours, ...] = Field(default=(), max_length=21)
    exceptions: tuple[OtherHours, ...] = Field(default=(), max_length=100)
    liked_hosts: tuple[Id, ...] = Field(default=(), max_length=50)
    avoided_hosts: tuple[Id, ...] = Field(default=(), max_length=50)

    @model_validator(mode="after")
    def _once(self) -> Self:
        days = [one.day for one in self.exceptions]
        if len(set(days)) < len(days):
            raise ValueError("a day stands twice among the exceptions: name each day once, with all its hours")
        if set(self.liked_hosts) & set(self.avoided_hosts):
            raise ValueError("a host cannot be both liked and avoided")
        return self

    @property
    def skills(self) -> frozenset[str]:
        """All that a session may ask for."""
        return frozenset(code.value for codes in (self.languages, self.supports, self.devices) for code in codes)

    def in_order(self) -> Conditions:
        """The same with every code once, in the order of its list, and times in theirs."""
        return self.model_copy(
            update={
                "languages": _each(Language, self.languages),
                "supports": _each(Support, self.supports),
                "devices": _each(DeviceFamily, self.devices),
                "weekly": tuple(sorted(set(self.weekly), key=lambda one: (one.weekday, one.begin, one.end))),
                "exceptions": tuple(sorted(self.exceptions, key=lambda one: one.day)),
                "liked_hosts": tuple(sorted(set(self.liked_hosts))),
                "avoided_hosts": tuple(sorted(set(self.avoided_hosts))),
            }
        )

    def in_week(self, weekday: int) -> tuple[tuple[int, int], ...]:
        """The times of a day of the week; times that touch or overlap are one."""
        return _merged(one.minutes for one in self.weekly if one.weekday == weekday)

    def on(self, day: date) -> tuple[tuple[int, int], ...]:
        """The times of a day."""
        for exception in self.exceptions:
            if exception.day == day:
                return _merged(one.minutes for one in exception.hours)
        return self.in_week(day.weekday())


def minutes_of(time: str) -> int:
    """The minute of the day."""
    return int(time[:2]) * 60 + int(time[3:])


def _each(kind: type[E], codes: Iterable[E]) -> tuple[E, ...]:
    return tuple(code for code in kind if code in set(codes))


def _merged(times: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(times):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return tuple(merged)
