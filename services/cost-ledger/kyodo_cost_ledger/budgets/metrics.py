"""Prometheus metrics of budgets. Labels: fiscal year and the number of a line, of which a year has few."""

from __future__ import annotations

from prometheus_client import Gauge

from kyodo_cost_ledger.budgets.schemas import ExecutionOut

forecast_ratio = Gauge(
    "kyodo_ledger_budget_forecast_ratio",
    "Forecast spending of a budget line at the year's end, in basis points of what it holds: above 10000 it passes it",
    ["fiscal_year", "line"],
)


def show(execution: ExecutionOut) -> None:
    """Set the gauges to how the lines stand."""
    for line in execution.lines:
        forecast_ratio.labels(str(int(execution.fiscal_year)), str(line.line)).set(line.forecast_basis_points)
