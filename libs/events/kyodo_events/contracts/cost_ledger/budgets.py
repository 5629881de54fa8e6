"""Programme budgets: what a municipality's or Tokyo's accounting system is told of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event, Topic
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.money import Yen
from kyodo_events.values.texts import Line

BUDGETS = Topic("kyodo.cost-ledger.budgets.v1")

LineNumber = Annotated[int, Field(strict=True, ge=1, le=200, description="A line's number in its budget, from 1.")]


class BudgetForecastExceeded(
    Event,
    type="kyodo.cost-ledger.budget-forecast-exceeded",
    topic=BUDGETS,
    words="「{name_ja}」の{fiscal_year}年度末の執行見込みが予算現額を超えた",
):
    """What a budget line is forecast to spend by the year's end passed what it holds; told once each time it passes."""

    fiscal_year: FiscalYear
    line: LineNumber
    name_ja: Line
    month: Month = Field(description="The month of the forecast.")
    budget: Yen = Field(description="What the line holds (予算現額).")
    forecast: Yen = Field(description="What it is forecast to spend by the end of the fiscal year.")
