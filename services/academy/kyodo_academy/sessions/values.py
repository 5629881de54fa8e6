"""What a session of a course is described by: when and where it is, for how many, until when."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import AwareDatetime, Field, model_validator

from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Id, Line
from kyodo_events.values.value import Value

LONGEST: Final = timedelta(hours=12)
MOST_SEATS: Final = 2_000

Seats = Annotated[int, Field(strict=True, ge=1, le=MOST_SEATS)]
Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime.fromisoformat("2000-04-01T00:00:00+09:00"), le=datetime.fromisoformat("2100-03-31T00:00:00+09:00")
    ),
]


class SessionStatus(StrEnum):
    """How a session stands."""

    PLANNED = "planned"
    OPEN = "open"
    HELD = "held"
    CANCELLED = "cancelled"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"planned": "計画中", "open": "募集中", "held": "実施済み", "cancelled": "中止"}[self.value]


class Quota(Value):
    """How many seats are kept for one municipality, or for Tokyo, until applications end; it is first for them then."""

    party: Party
    seats: Seats


class Plan(Value):
    """A session as its host plans it. Where no quotas are named, all seats are for everybody alike.

    Applications are taken until `apply_until`; whoever waits is moved up until `changes_until`, and nobody afterwards.
    """

    title_ja: Line
    place_ja: Line
    online: bool = False
    starts_at: Moment
    ends_at: Moment
    apply_until: Moment
    changes_until: Moment
    seats: Seats
    project_id: Id | None = Field(
        default=None, description="The joint project that pays for attendances; null where nobody is charged."
    )
    quotas: Annotated[tuple[Quota, ...], Field(max_length=63)] = ()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not timedelta(0) < self.ends_at - self.starts_at <= LONGEST:
            raise ValueError("a session ends after it begins, within twelve hours: check both times and their offsets")
        if not self.apply_until <= self.changes_until <= self.starts_at:
            raise ValueError("applications end first, then changes, then the session begins: put the three in order")
        twice = [party for party, times in Counter(quota.party for quota in self.quotas).items() if times > 1]
        if twice:
            raise ValueError(f"a quota stands twice for {', '.join(twice)}: name each once")
        if sum(quota.seats for quota in self.quotas) > self.seats:
            raise ValueError("the quotas together exceed the seats: lower a quota, or add seats")
        return self

    def beginning(self, starts_at: datetime) -> Self:
        """The same at another time: its end and its deadlines are as far from the beginning as here.

        Raises ValueError for moments that no plan may have.
        """
        later = starts_at - self.starts_at
        moments = ("starts_at", "ends_at", "apply_until", "changes_until")
        return type(self)(**dict(self) | {name: getattr(self, name) + later for name in moments})

    def quota_of(self, party: str) -> int | None:
        """The seats that are first of all for a municipality; None where all are for everybody."""
        return next((quota.seats for quota in self.quotas if quota.party == party), 0 if self.quotas else None)
