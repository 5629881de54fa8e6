"""The accounting calendar: its periods in their order, and which of them still take lines.

A fiscal year has twelve months and, after its March, the settlement period (出納整理期間), written as that March
with an `s`: "2025-03s" sorts between "2025-03" and "2025-04", as it lies between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from kyodo_events.values.fiscal import MONTHS, FiscalYear, Month

_SETTLEMENT: Final = "s"


@dataclass(frozen=True)
class Calendar:
    """What is closed: months, among them the sealed ones, and the years that settle.

    Their state decides where something is booked, never the day: a rehearsal, and a consumer that was away, must
    come to the same books as the day itself.
    """

    closed: frozenset[str] = frozenset()
    settling: frozenset[int] = frozenset()


def settlement_of(year: FiscalYear) -> str:
    """The settlement period of a fiscal year."""
    return f"{year.month(MONTHS)}{_SETTLEMENT}"


def is_settlement(period: str) -> bool:
    """Whether the period is a settlement period, not a month."""
    return period.endswith(_SETTLEMENT)


def year_of(period: str) -> FiscalYear:
    """The fiscal year to which a period belongs."""
    return Month(period.removesuffix(_SETTLEMENT)).fiscal_year


def last_settlement_day(year: FiscalYear) -> date:
    """31 May: until then the year's claims are settled (地方自治法第235条の5)."""
    return date(year + 1, 5, 31)


def next_period(period: str) -> str:
    """The period after this one; after a March comes its year's settlement period."""
    if is_settlement(period):
        return Month(period.removesuffix(_SETTLEMENT)).next()
    month = Month(period)
    return settlement_of(month.fiscal_year) if month.fiscal_index == MONTHS else month.next()
