"""An expert's consent (同意) to show the profile to municipalities, for one purpose and up to a day.

Without it a municipality sees an expert under the pseudonym only. One stream an expert and purpose, whose id follows
from both: what was withdrawn in one command cannot be given by another that had not seen it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Final, Self
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id

DocumentNumber = Annotated[
    str,
    Field(
        pattern="^[0-9A-Z第号./-]{1,40}$",
        examples=["第5-123号"],
        description="The number under which the paper is filed. Only its signs are taken: no name gets in.",
    ),
]

LONGEST: Final = timedelta(days=731)
"""A consent is for something in sight: who still agrees after two years says so again."""


class Purpose(StrEnum):
    """What a profile is shown for."""

    INTRODUCTION = "introduction"
    SHARED_USE = "shared_use"
    SUPPORT = "support"
    CONSULTATION = "consultation"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _PURPOSE_JA[self.value]


_PURPOSE_JA = {
    "introduction": "人材紹介",
    "shared_use": "共同活用",
    "support": "伴走型支援",
    "consultation": "スポット相談",
}


class ConsentDayImpossible(Refused):
    status, type = 422, "consent-day-impossible"
    title = "A consent cannot last until this day"
    detail = "{day} does not lie from today, {today}, to {latest}."
    remedy = "Name a day within two years; a consent can be given again before it ends."


class NoConsent(Refused):
    status, type = 409, "no-consent"
    title = "The expert has not consented"
    detail = "There is no consent in force to show this profile to {municipality} for the purpose {purpose}."
    remedy = "Ask the secretariat to ask the expert; until then only the pseudonymised profile is shown."


class ConsentGiven(Event, type="kyodo.talent.consent-given", words="{until}までの開示に同意した（{purpose}）"):
    """The expert agrees to be shown to these municipalities; `reference` is the paper, where Tokyo recorded it."""

    expert_id: Id
    purpose: Purpose
    municipalities: tuple[MunicipalityCode, ...]
    until: Day
    reference: DocumentNumber | None


class ConsentWithdrawn(Event, type="kyodo.talent.consent-withdrawn", words="開示の同意を撤回した（{purpose}）"):
    """The expert is no longer to be shown to these municipalities, at once."""

    expert_id: Id
    purpose: Purpose
    municipalities: tuple[MunicipalityCode, ...]


def consent_id(expert_id: str, purpose: Purpose) -> str:
    """The stream of an expert's consents for a purpose."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:consent:{expert_id}:{purpose}"))


@dataclass(frozen=True)
class Consent(Aggregate, category="consent"):
    """The municipalities to which an expert is shown for one purpose, each with the last day."""

    until: Mapping[str, date] = field(default_factory=dict)

    def give(
        self,
        expert_id: str,
        purpose: Purpose,
        municipalities: Collection[str],
        until: date,
        reference: str | None,
        today: date,
    ) -> Events:
        """Agree, or agree for another time. What stands as asked already is left as it is."""
        latest = today + LONGEST
        require(today <= until <= latest, ConsentDayImpossible(day=until, today=today, latest=latest))
        new = tuple(sorted(code for code in set(municipalities) if self.until.get(code) != until))
        if new:
            yield ConsentGiven(
                expert_id=expert_id, purpose=purpose, municipalities=new, until=until, reference=reference
            )

    def withdraw(self, expert_id: str, purpose: Purpose, municipalities: Collection[str]) -> Events:
        """Take the consent back where there is one."""
        ended = tuple(sorted(code for code in set(municipalities) if code in self.until))
        if ended:
            yield ConsentWithdrawn(expert_id=expert_id, purpose=purpose, municipalities=ended)

    @evolve
    def given(self, event: ConsentGiven) -> Self:
        return replace(self, until={**self.until, **dict.fromkeys(event.municipalities, event.until)})

    @evolve
    def withdrawn(self, event: ConsentWithdrawn) -> Self:
        return replace(self, until={code: day for code, day in self.until.items() if code not in event.municipalities})
