"""The figure by which the forum measures the academy: its months frozen after the year, its sum against the target."""

from __future__ import annotations

from collections.abc import Iterator

from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import municipalities
from kyodo_local.demo import calendar, plan
from kyodo_local.demo.academy_plan import ACADEMY, Trained
from kyodo_local.demo.result import Check
from kyodo_local.demo.telling import Telling
from kyodo_local.demo.who import AUDITOR, SECRETARIAT

COUNTED_FROM = FiscalYear(2022)  # the forum's figure begins with it; nothing was taken over into this installation


async def freeze_months(telling: Telling) -> None:
    """Month by month in their order, as each one can only follow the one before."""
    months = [*_months()]
    advance = telling.task("academy: months frozen", len(months))
    for month in months:
        body, at = {"month": str(month)}, calendar.TRAINING_OVER
        await telling.client.do("POST", f"{ACADEMY}/frozen-months", body, SECRETARIAT, at, key=f"frozen-{month}")
        advance(1)


def _months() -> Iterator[Month]:
    for year in (COUNTED_FROM, plan.FISCAL_YEAR):
        yield from year.months()


async def check_figure(telling: Telling, trained: Trained) -> list[Check]:
    """The figure is the sum of what was recorded, Tokyo's own officials apart, and all its months are frozen."""
    years = await telling.client.get(f"{ACADEMY}/kpi", AUDITOR)
    row = next(row for row in years["items"] if (row["fiscal_year"], row["programme"]) == (plan.FISCAL_YEAR, None))
    months = await telling.client.get(f"{ACADEMY}/kpi/months", AUDITOR, fiscal_year=str(plan.FISCAL_YEAR))
    recorded = sum(trained.attendances.values())
    return [
        Check(
            f"{row['attendances']:,} attendances of {row['target']:,} for the year, {row['cumulative']:,} of"
            f" {row['cumulative_target']:,} since fiscal year {COUNTED_FROM}; Tokyo's {row['tokyo_attendances']} apart",
            row["attendances"] + row["tokyo_attendances"] == recorded
            and sum(month["attendances"] for month in months["items"] if month["programme"] is None)
            == row["attendances"],
        ),
        Check(
            f"{row['heads']:,} people of {row['municipalities_reached']} of {len(municipalities())} municipalities",
            0 < row["heads"] < trained.people and 0 < row["municipalities_reached"] <= len(municipalities()),
        ),
        Check("all months of the figure are frozen", all(month["frozen"] for month in months["items"])),
    ]
