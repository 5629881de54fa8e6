"""Sealed periods and the steps of a fiscal year's books."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event, Topic
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.money import Yen

# One partition: each seal names the one before, so the chain is read in its order.
PERIODS = Topic("kyodo.cost-ledger.periods.v1", partitions=1)

Period = Annotated[
    str,
    Field(
        pattern="^(2000-(0[4-9]|1[0-2])|20(0[1-9]|[1-9][0-9])-(0[1-9]|1[0-2]|03s)|2100-(0[1-3]|03s))$",
        description="An accounting period: a month, YYYY-MM, or a fiscal year's settlement period"
        " (出納整理期間), its March with an s",
        examples=["2024-04", "2025-03s"],
    ),
]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 in lower-case hexadecimal")]


class PeriodSealed(
    Event,
    type="kyodo.cost-ledger.period-sealed",
    topic=PERIODS,
    words="{period}の帳簿を封印した",
):
    """A period is final for good; its seal is the SHA-256 of canonical JSON of the three other fields."""

    period: Period
    previous_seal: Annotated[Sha256 | None, Field(description="The seal of the period before; null for the first.")]
    statements: Annotated[tuple[Sha256, ...], Field(description="Hashes of all statements of the period, sorted.")]
    seal: Sha256


class FiscalYearCalculated(
    Event,
    type="kyodo.cost-ledger.fiscal-year-calculated",
    topic=PERIODS,
    words="{fiscal_year}年度の負担額を確定計算した",
):
    """After 31 March, with all twelve months closed: what the year's books come to."""

    fiscal_year: FiscalYear
    municipalities: Annotated[Yen, Field(description="Whole yen booked in the year's months to municipalities.")]
    tokyo: Annotated[Yen, Field(description="Whole yen booked in them to Tokyo.")]


class SettlementPeriodOpened(
    Event,
    type="kyodo.cost-ledger.settlement-period-opened",
    topic=PERIODS,
    words="{fiscal_year}年度の出納整理期間を開始した（{last_day}まで）",
):
    """The year's settlement period (出納整理期間) began: existing claims are corrected in it, none is new."""

    fiscal_year: FiscalYear
    last_day: date


class FiscalYearSealed(
    Event,
    type="kyodo.cost-ledger.fiscal-year-sealed",
    topic=PERIODS,
    words="{fiscal_year}年度の帳簿を封印した",
):
    """The year is final, its settlement period sealed; what comes later is booked in a later year (過年度精算)."""

    fiscal_year: FiscalYear
    seal: Annotated[Sha256, Field(description="The seal of its settlement period.")]
