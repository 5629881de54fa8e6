"""Why the books of a fiscal year may not go on to their next step."""

from __future__ import annotations

from kyodo_events.errors import Refused


class YearNotOver(Refused):
    status, type = 409, "fiscal-year-not-over"
    title = "The fiscal year is not over"
    detail = "The fiscal year {fiscal_year} ends on {last_day} in Tokyo."
    remedy = "Calculate the year after its last day."


class YearAlreadyCalculated(Refused):
    status, type = 409, "fiscal-year-already-calculated"
    title = "The fiscal year is calculated already"
    detail = "The fiscal year {fiscal_year} was calculated before."
    remedy = "Go on with the step that follows: its settlement period, then its seal."


class MonthsOpen(Refused):
    status, type = 409, "months-of-the-year-open"
    title = "Months of the fiscal year are still open"
    detail = "Not closed yet: {months}."
    remedy = "Close all twelve months, also those without charges."


class EarlierYearOpen(Refused):
    status, type = 409, "earlier-fiscal-year-open"
    title = "An earlier fiscal year with charges is not calculated"
    detail = "The fiscal year {earlier} comes before {fiscal_year}."
    remedy = "Calculate the years in their order."


class YearStepOutOfOrder(Refused):
    status, type = 409, "fiscal-year-step-out-of-order"
    title = "The fiscal year is at another step"
    detail = "The fiscal year {fiscal_year} is {status}; this needs it to be {needed}."
    remedy = "The steps are: calculated, settling, sealed."


class SettlementOver(Refused):
    status, type = 409, "settlement-period-over"
    title = "The settlement period is over"
    detail = "The claims of the fiscal year {fiscal_year} were to be settled until {last_day}."
    remedy = "Seal the year; what comes later is booked in the first open month."


class SettlementRuns(Refused):
    status, type = 409, "settlement-period-runs"
    title = "The settlement period is not over"
    detail = "The fiscal year {fiscal_year} is settled until {last_day}."
    remedy = "Seal the year after that day."
