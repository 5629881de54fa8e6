"""What talent publishes of needs: those that several municipalities have alike."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event, Topic
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Id, Line, Text

JOINT_NEEDS = Topic("kyodo.talent.joint-needs.v1")


class FoundIn(StrEnum):
    """Where the secretariat saw that several municipalities need the same."""

    CONSULTATIONS = "consultations"
    REQUESTS = "requests"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"consultations": "相談", "requests": "不成立の依頼"}[self.value]


class JointNeedFound(
    Event,
    type="kyodo.talent.joint-need-found",
    topic=JOINT_NEEDS,
    words="「{title_ja}」を{municipalities}に共通する課題とした（{found_in}）",
):
    """Two or more municipalities asked the same at the consult desk, or found no expert for the same need.

    Title and purpose are the secretariat's words: no municipality's own text leaves the service. `matter` is what the
    sources have in common; `sources` are the consultations or requests, by ids that say nothing outside of talent.
    """

    title_ja: Line
    purpose_ja: Annotated[Text, Field(min_length=1)]
    found_in: FoundIn
    matter: Code
    municipalities: Annotated[tuple[MunicipalityCode, ...], Field(min_length=2)]
    sources: Annotated[tuple[Id, ...], Field(min_length=2)]
