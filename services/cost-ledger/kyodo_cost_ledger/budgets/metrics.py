"""Gauges of the budgets, for Grafana: how the lines of the newest two budgets stand, and what they come to.

Labels: fiscal year, number and name of a line, of which a year has few. Every line is computed by the rule of
`line.py`, so that a dashboard never says another thing than `GET /v1/budgets/{fiscal_year}/execution`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from prometheus_client import Gauge

from kyodo_cost_ledger.budgets.model import Budget, Facts
from kyodo_cost_ledger.budgets.schemas import ExecutionOut
from kyodo_cost_ledger.budgets.views import own_shares
from kyodo_events.database import Transaction
from kyodo_events.store import load
from kyodo_events.values.fiscal import tokyo_date

FIGURES: Final = ("amount", "spent", "committed", "remaining", "run_rate", "forecast")
_LINE: Final = ["fiscal_year", "line", "name"]

yen = Gauge(
    "kyodo_ledger_budget_yen",
    "Yen of a budget line: amount, spent, committed, remaining, run_rate (spent a month), forecast (at the year's end)",
    [*_LINE, "figure"],
)
forecast_ratio = Gauge(
    "kyodo_ledger_budget_forecast_ratio",
    "Forecast spending of a budget line at the year's end, in basis points of what it holds: above 10000 it passes it",
    _LINE,
)

_NEWEST = "SELECT fiscal_year FROM budget ORDER BY fiscal_year DESC LIMIT 2"


async def measure_budgets(tx: Transaction) -> None:
    """Set the gauges as things stand now."""
    await measure_at(tx, datetime.now(UTC))


async def measure_at(tx: Transaction, now: datetime) -> None:
    """Set the gauges. All values at once, after the last wait: a scrape never sees a part of them."""
    found: list[ExecutionOut] = []
    for row in await tx.rows(_NEWEST):
        budget = await load(tx, Budget, str(row["fiscal_year"]))
        shares = await own_shares(tx, budget.fiscal_year)
        found.append(ExecutionOut.at(budget, Facts(tokyo_date(now), shares)))
    yen.clear()
    forecast_ratio.clear()
    for execution in found:
        for line in execution.lines:
            labels = (str(int(execution.fiscal_year)), str(line.line), line.name_ja)
            for figure in FIGURES:
                yen.labels(*labels, figure).set(getattr(line, figure))
            forecast_ratio.labels(*labels).set(line.forecast_basis_points)
