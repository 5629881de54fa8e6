"""Gauges of how far the books have come, for Grafana: months and fiscal years, of the newest two years in them.

The settlement period has no gauge of its own: the state of its year says how far it is.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import Gauge

from kyodo_cost_ledger.charges.metrics import newest
from kyodo_cost_ledger.fiscal_years.model import YearStatus
from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import Month

OPEN, CLOSED, SEALED = range(3)
YEARS: Final = {status.value: place for place, status in enumerate(YearStatus)}

months = Gauge("kyodo_ledger_month_state", "Months of the books: 0 open, 1 closed, 2 sealed", ["month"])
years = Gauge(
    "kyodo_ledger_fiscal_year_state",
    "Fiscal years of the books: 0 open, 1 calculated, 2 settling, 3 sealed",
    ["fiscal_year"],
)

_STATES = """
SELECT (SELECT max(month) FROM charge) AS newest,
       (SELECT coalesce(array_agg(month), '{}') FROM closed_month) AS closed,
       (SELECT coalesce(array_agg(period), '{}') FROM sealed_period) AS sealed,
       (SELECT coalesce(jsonb_object_agg(fiscal_year, status), '{}') FROM fiscal_year) AS years
"""


async def measure_periods(tx: Transaction) -> None:
    """Set the gauges. All values at once, after the wait: a scrape never sees a part of them."""
    (row,) = await tx.rows(_STATES)
    months.clear()
    years.clear()
    for year in newest([Month(row["newest"]).fiscal_year] if row["newest"] else []):
        name = str(int(year))
        years.labels(name).set(YEARS[row["years"].get(name, YearStatus.OPEN.value)])
        for month in year.months():
            state = SEALED if month in row["sealed"] else CLOSED if month in row["closed"] else OPEN
            months.labels(month).set(state)
