"""What a session is described by: its kind, when it is, and whom it needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import AwareDatetime, Field, model_validator

from kyodo_events.values.texts import Id, Line
from kyodo_events.values.value import Value
from kyodo_supporter_matching.supporters.parts import FOR_DISABILITY, SkillCode

LONGEST: Final = timedelta(hours=10)
MOST_SEATS: Final = 50

Seats = Annotated[int, Field(strict=True, ge=1, le=MOST_SEATS, description="Supporters needed.")]
Visitors = Annotated[int, Field(strict=True, ge=0, le=2_000, description="Visitors expected; they are only counted.")]


class SessionKind(StrEnum):
    """What takes place, as the forum's programmes name it."""

    EXPERIENCE = "experience"
    CONSULTATION = "consultation"
    PERMANENT_DESK = "permanent_desk"
    CAFE = "cafe"
    DISABILITY_CLASS = "disability_class"
    COMMUNITY_CLASS = "community_class"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return KINDS_JA[self]


KINDS_JA = {
    SessionKind.EXPERIENCE: "体験会",
    SessionKind.CONSULTATION: "相談会",
    SessionKind.PERMANENT_DESK: "常設窓口",
    SessionKind.CAFE: "交流カフェ",
    SessionKind.DISABILITY_CLASS: "障害者向け教室",
    SessionKind.COMMUNITY_CLASS: "地域教室",
}


class SessionStatus(StrEnum):
    """How a session stands; `staffed` is a published one whose seats are all taken."""

    PLANNED = "planned"
    PUBLISHED = "published"
    STAFFED = "staffed"
    HELD = "held"
    REPORTED = "reported"
    CANCELLED = "cancelled"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return STATUS_JA[self]


STATUS_JA = {
    SessionStatus.PLANNED: "計画中",
    SessionStatus.PUBLISHED: "募集中",
    SessionStatus.STAFFED: "充足",
    SessionStatus.HELD: "実施済み",
    SessionStatus.REPORTED: "報告済み",
    SessionStatus.CANCELLED: "中止",
}


class Need(Value):
    """Seats that ask for the same: all of the skills, and an experienced supporter where it says so."""

    seats: Seats
    skills: tuple[SkillCode, ...] = Field(default=(), max_length=6)
    experienced: bool = False

    @property
    def for_disability(self) -> bool:
        """Whether it asks for what people with a disability need."""
        return bool(FOR_DISABILITY & set(self.skills))


Needs = Annotated[
    tuple[Need, ...],
    Field(min_length=1, max_length=5, description="Seats by what they ask for; the order numbers the lines from 0."),
]


class Times(Value):
    """From and until, with an offset; the same day in Tokyo, or shortly after midnight."""

    starts_at: Annotated[AwareDatetime, Field(ge=datetime.fromisoformat("2000-04-01T00:00:00+09:00"))]
    ends_at: Annotated[AwareDatetime, Field(le=datetime.fromisoformat("2100-03-31T23:59:59+09:00"))]

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if not timedelta(0) < self.ends_at - self.starts_at <= LONGEST:
            raise ValueError("a session ends after it begins, within ten hours: check both times and their offsets")
        return self


class Plan(Value):
    """All that a municipality says of a session before it is published."""

    kind: SessionKind
    title_ja: Line
    venue_id: Id
    host_id: Id | None = None
    project_id: Id | None = Field(
        default=None, description="The joint project that pays for supporters; null where nobody is charged."
    )
    needs: Needs
    expected_visitors: Visitors = 0

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if sum(need.seats for need in self.needs) > MOST_SEATS:
            raise ValueError(f"a session has at most {MOST_SEATS} seats in all: split it")
        return self
