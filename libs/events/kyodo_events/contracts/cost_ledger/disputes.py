"""Disputes (異議): a municipality objects to a line of one of its statements."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kyodo_events.contracts.cost_ledger.corrections import LineId
from kyodo_events.contracts.cost_ledger.periods import Period, Sha256
from kyodo_events.event import Event, Topic
from kyodo_events.values.money import Yen
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Line, Text

DISPUTES = Topic("kyodo.cost-ledger.disputes.v1")


class Evidence(BaseModel):
    """A document that speaks for the objection; the file itself stays with the municipality."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title_ja: Line
    file_name: Line
    sha256: Sha256


class Decision(StrEnum):
    """How a dispute was resolved."""

    KEPT = "kept"
    CORRECTED = "corrected"

    @property
    def label_ja(self) -> str:
        """The word in which people read it."""
        return {"kept": "原案維持", "corrected": "訂正"}[self.value]


class DisputeRaised(
    Event,
    type="kyodo.cost-ledger.dispute-raised",
    topic=DISPUTES,
    key="municipality",
    words="{municipality}が{period}の負担金通知書の明細に異議を申し立てた",
):
    """A municipality objects to a line; until the dispute ends, nothing is posted to that line."""

    municipality: MunicipalityCode
    period: Annotated[Period, Field(description="The period of the statement on which the line stands.")]
    line: LineId
    amount: Annotated[Yen, Field(description="Whole yen of the line on that statement.")]
    grounds_ja: Text
    evidence: tuple[Evidence, ...]
    deadline: Annotated[date, Field(description="The last day on which it could be raised.")]


class DisputeAnswered(
    Event,
    type="kyodo.cost-ledger.dispute-answered",
    topic=DISPUTES,
    key="municipality",
    words="事務局が異議に回答した",
):
    """The secretariat answered; a later answer stands in place of an earlier one."""

    municipality: MunicipalityCode
    answer_ja: Text


class DisputeResolved(
    Event,
    type="kyodo.cost-ledger.dispute-resolved",
    topic=DISPUTES,
    key="municipality",
    words="異議の審査を終えた（{decision}）",
):
    """The secretariat kept the line, or corrected it in the same transaction."""

    municipality: MunicipalityCode
    decision: Decision
    reason_ja: Line
    correction_id: str | None


class DisputeWithdrawn(
    Event,
    type="kyodo.cost-ledger.dispute-withdrawn",
    topic=DISPUTES,
    key="municipality",
    words="{municipality}が異議を取り下げた",
):
    """The municipality no longer objects."""

    municipality: MunicipalityCode
    reason_ja: Line
