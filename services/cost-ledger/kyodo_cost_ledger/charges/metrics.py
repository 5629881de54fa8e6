"""Gauges of the charges, for Grafana: who bears how much of which project, month by month.

Of the newest two fiscal years in the books alone, so that the series stay few: 24 months of a project and its two
books. All municipalities together: what one of them bears is its own affair.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from prometheus_client import Gauge

from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import FiscalYear, Month

YEARS: Final = 2

charges = Gauge(
    "kyodo_ledger_charges_yen",
    "Yen charged for a month of service, of the newest two fiscal years; bearer is municipalities or tokyo",
    ["project_id", "project", "book", "month", "bearer"],
)

_CHARGES = """
SELECT c.project_id, coalesce(p.name_ja, c.project_id) AS project, c.book, c.month, c.bearer, c.yen
FROM (
    SELECT project_id, book, month, CASE party WHEN 'tokyo' THEN 'tokyo' ELSE 'municipalities' END AS bearer,
           sum(amount)::bigint AS yen
    FROM charge GROUP BY 1, 2, 3, 4
) c LEFT JOIN project p USING (project_id)
"""


async def measure_charges(tx: Transaction) -> None:
    """Set the gauge. All values at once, after the last wait: a scrape never sees a part of them."""
    rows = await tx.rows(_CHARGES)
    shown = newest(Month(row["month"]).fiscal_year for row in rows)
    charges.clear()
    for row in rows:
        if Month(row["month"]).fiscal_year in shown:
            labels = (row[name] for name in ("project_id", "project", "book", "month", "bearer"))
            charges.labels(*labels).set(row["yen"])


def newest(years: Iterable[FiscalYear]) -> list[FiscalYear]:
    """The newest of these years and the one before it; by the books and not the day, for a rehearsal has other days."""
    last = max(years, default=None)
    return [FiscalYear(last - before) for before in reversed(range(YEARS))] if last else []
