"""Corrections of lines: those that late facts lead to by themselves, and those that the secretariat makes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kyodo_events.contracts.cost_ledger.periods import Period
from kyodo_events.event import Event, Topic
from kyodo_events.values.fiscal import Month
from kyodo_events.values.money import MAX_AMOUNT, Yen
from kyodo_events.values.municipalities import MunicipalityCode, Party
from kyodo_events.values.texts import Line

CORRECTIONS = Topic("kyodo.cost-ledger.corrections.v1")


class Book(StrEnum):
    """The two books of the burden terms."""

    BASE = "base"
    USAGE = "usage"


class Reason(StrEnum):
    """What led to a posting."""

    TERMS = "terms"  # burden terms entered into force
    PARTICIPATION = "participation"  # somebody joined or left, or the project became known
    USAGE = "usage"
    DRIVERS = "drivers"  # a published figure that weights a split came or was corrected
    CORRECTION = "correction"  # the secretariat corrected a line, or reversed such a correction
    DISPUTE = "dispute"  # a dispute ended


class LineId(BaseModel):
    """Which line of the ledger is meant, of a party that is named beside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    project_id: str
    book: Book
    item: Annotated[str, Field(description="A driver in the base book, a meter in the usage book.")]
    month: Annotated[Month, Field(description="The month of the service.")]


CorrectedBy = Annotated[
    int,
    Field(
        strict=True,
        ge=-MAX_AMOUNT,
        le=MAX_AMOUNT,
        description="Whole yen that are added to the line; negative where it bore too much, never 0.",
        examples=[-1200],
    ),
]


class LineCorrected(
    Event,
    type="kyodo.cost-ledger.line-corrected",
    topic=CORRECTIONS,
    key="municipality",
    words="{municipality}の{line.month}分の負担金を{period}に訂正した",
):
    """A line of the journal corrects an earlier one: it is booked in another period, or was decided as a correction.

    `corrects` names the posting before it, null where a claim is new and comes late. `across_years` says that it
    is booked in a later fiscal year than it belongs to (過年度精算).
    """

    municipality: MunicipalityCode
    line: LineId
    period: Annotated[Period, Field(description="The accounting period in which it is booked.")]
    amount: Yen
    reason: Reason
    cause: Annotated[UUID, Field(description="The event that led to it.")]
    posting_id: UUID
    corrects: UUID | None
    across_years: bool


class CorrectionMade(
    Event,
    type="kyodo.cost-ledger.correction-made",
    topic=CORRECTIONS,
    key="municipality",
    words="{municipality}の{line.month}分の負担金の訂正を決定した",
):
    """The secretariat corrected a line by an amount; in the base book the counterpart bears the other side."""

    municipality: MunicipalityCode
    line: LineId
    amount: CorrectedBy
    counterpart: Annotated[
        Party | None, Field(description="Who bears the other side; null in the usage book: the project's cost changes.")
    ]
    reason_ja: Line
    dispute_id: Annotated[str | None, Field(description="The dispute that this correction resolves, if any.")]


class CorrectionReversed(
    Event,
    type="kyodo.cost-ledger.correction-reversed",
    topic=CORRECTIONS,
    key="municipality",
    words="{municipality}の負担金の訂正を取り消した",
):
    """A correction no longer counts; a correction is reversed at most once."""

    municipality: MunicipalityCode
    reason_ja: Line
