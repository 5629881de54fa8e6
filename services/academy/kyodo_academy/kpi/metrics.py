"""Gauges of the academy, for Grafana: attendances against the targets, people, municipalities reached, open months."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from prometheus_client import Gauge

from kyodo_academy.kpi.counted import counted
from kyodo_academy.kpi.rows import year_rows
from kyodo_academy.kpi.targets import CUMULATIVE, FIRST_MONTH
from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import FiscalYear, Month

ALL: Final = "all"

_BY = ["fiscal_year", "programme"]
attendances = Gauge("kyodo_academy_attendances", "Attendances of municipalities' officials in a fiscal year", _BY)
heads = Gauge("kyodo_academy_heads", "Municipalities' officials who attended in a fiscal year, each once", _BY)
target = Gauge("kyodo_academy_attendances_target", "Attendances to be reached in a fiscal year", ["fiscal_year"])
cumulative = Gauge("kyodo_academy_attendances_cumulative", "Attendances since fiscal year 2022")
cumulative_target = Gauge("kyodo_academy_attendances_cumulative_target", "Attendances to be reached with 2025")
reached = Gauge("kyodo_academy_municipalities_reached", "Municipalities whose officials attended since 2022")
open_months = Gauge("kyodo_academy_months_not_frozen", "Months that are over and not frozen")


async def measure_kpi(tx: Transaction) -> None:
    """Set the gauges as things stand now."""
    await measure_at(tx, datetime.now(UTC))


async def measure_at(tx: Transaction, now: datetime) -> None:
    """Set the gauges. All values at once, after the last wait: a scrape never sees a part of them."""
    found = await counted(tx)
    over = [*Month.range(FIRST_MONTH, Month.containing(now).previous())]
    rows = list(year_rows(found.months, FiscalYear.of(now), found.heads_taken_over))
    for row in rows:
        year, programme = str(int(row.fiscal_year)), row.programme.value if row.programme else ALL
        attendances.labels(year, programme).set(row.attendances)
        heads.labels(year, programme).set(row.heads)
        if row.target is not None:
            target.labels(year).set(row.target)
        if row.programme is None:
            cumulative.set(row.cumulative)
            reached.set(row.municipalities_reached)
    cumulative_target.set(CUMULATIVE)
    open_months.set(sum(month not in found.frozen for month in over))
