"""What a municipality answers: programmes, own classes, the section to ask, and sessions planned by kind.

The forum of 2023-02-14 (Bureau of Digital Services) has four programmes in its budget under デジタルデバイド対策; they
are the four that are asked about.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.values.texts import Line, Text
from kyodo_events.values.value import Value
from kyodo_supporter_matching.sessions.values import SessionKind


class Programme(StrEnum):
    """Tokyo's programmes of digital-divide relief, as the forum's budget names them."""

    SMARTPHONE_PROMOTION = "smartphone_promotion"
    QUALITY_OF_LIFE = "quality_of_life"
    SUPPORTERS = "supporters"
    PROCEDURES = "procedures"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return PROGRAMMES_JA[self]


PROGRAMMES_JA = {
    Programme.SMARTPHONE_PROMOTION: "高齢者向けスマートフォン利用普及啓発事業",
    Programme.QUALITY_OF_LIFE: "高齢者のQOL向上のためのデジタル活用支援",
    Programme.SUPPORTERS: "TOKYOスマホサポーター制度",
    Programme.PROCEDURES: "行政手続に係る都民等のデジタルデバイド是正",
}

Planned = Annotated[int, Field(strict=True, ge=0, le=10_000, description="Sessions planned for the fiscal year.")]
Phone = Annotated[
    str, Field(pattern="^0[0-9-]{8,11}[0-9]$", description="An office's number.", examples=["03-1234-5678"])
]


class PlannedSessions(Value):
    """How many sessions of each kind a municipality plans; a field for each kind."""

    experience: Planned = 0
    consultation: Planned = 0
    permanent_desk: Planned = 0
    cafe: Planned = 0
    disability_class: Planned = 0
    community_class: Planned = 0

    def of(self, kind: SessionKind) -> int:
        """The sessions of this kind."""
        return int(getattr(self, kind.value))


class Participation(Value):
    """One municipality's answer. The section is an office, not a person."""

    programmes: Annotated[
        tuple[Programme, ...],
        Field(max_length=len(Programme), description="In which it takes part; none is an answer."),
    ]
    supporters_in_own_classes: bool = Field(description="Whether it will use supporters for its own classes.")
    section_ja: Line = Field(description="The section to ask, such as デジタル推進課; write no names.")
    section_phone: Phone
    planned: PlannedSessions
    remarks_ja: Text = Field(default="", description="Write no names.")

    def in_order(self) -> Participation:
        """The same with each programme once, in the order of the list."""
        return self.model_copy(update={"programmes": tuple(one for one in Programme if one in self.programmes)})
