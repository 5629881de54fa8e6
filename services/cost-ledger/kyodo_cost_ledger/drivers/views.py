"""Published figures as rows, and the figures that a set of projects needs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_cost_ledger.drivers.model import CENSUS, Figures, FiguresKey
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.drivers import DriverFiguresPublished
from kyodo_events.database import Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.views import AnyWrite, View, upsert

driver_figures = Table(
    "driver_figures",
    metadata,
    Column("driver", sa.Text, primary_key=True),
    Column("reference", sa.Text, primary_key=True),
    Column("scope", sa.Text, primary_key=True, comment="project id/meter, or empty"),
    Column("label_ja", sa.Text, nullable=False),
    Column("unit_ja", sa.Text, nullable=False),
    Column("source_ja", sa.Text, nullable=False),
    Column("figures", JSONB, nullable=False, comment="by municipality"),
    Column("event_id", sa.Uuid, nullable=False),
    Column("published_at", sa.DateTime(timezone=True), nullable=False),
    Column("version", sa.Integer, nullable=False),
)

drivers = View("drivers", driver_figures)


@drivers.on(DriverFiguresPublished)
def _(rows: Batch[DriverFiguresPublished]) -> AnyWrite:
    return upsert(
        driver_figures,
        [
            {**r.event.model_dump(mode="json"), "event_id": r.id, "published_at": r.at, "version": r.version}
            for r in rows
        ],
    )


_WANTED = """
SELECT f.driver, f.reference, f.scope, f.label_ja, f.unit_ja, f.source_ja, f.figures
FROM driver_figures f
JOIN unnest($1::text[], $2::text[], $3::text[]) AS wanted (driver, reference, scope) USING (driver, reference, scope)
"""


async def figures_for(tx: Transaction, keys: Collection[FiguresKey]) -> dict[FiguresKey, Figures]:
    """Those of these figures that are known; published ones stand before the census that came with the ledger."""
    wanted = sorted(keys)
    found = {key: CENSUS[key] for key in wanted if key in CENSUS}
    if not wanted:
        return found
    for row in await tx.rows(_WANTED, *zip(*wanted, strict=True)):
        driver, reference, scope, label, unit, source, figures = row.values()
        found[FiguresKey(driver, reference, scope)] = Figures(label, unit, source, figures)
    return found


def figures_published(driver: str | None = None) -> Select[Any]:
    """All published figures, or those of one driver."""
    query = sa.select(driver_figures)
    return query if driver is None else query.where(driver_figures.c.driver == driver)


def figures_of(key: FiguresKey) -> Select[Any]:
    """The published figures of one key."""
    return sa.select(driver_figures).where(*(driver_figures.c[name] == value for name, value in key._asdict().items()))


_USED = """
SELECT municipality, greatest(sum(quantity), 0)::bigint AS quantity FROM usage_cell
WHERE project_id = $1 AND meter = $2 AND month = ANY($3::text[]) GROUP BY municipality ORDER BY municipality
"""


async def used_in_year(tx: Transaction, project_id: str, meter: str, year: FiscalYear) -> dict[str, int]:
    """What each municipality used of a meter in a fiscal year, as the ledger knows it now."""
    rows = await tx.rows(_USED, project_id, meter, [str(month) for month in year.months()])
    return {row["municipality"]: row["quantity"] for row in rows}


_NAMING = """
SELECT DISTINCT project_id FROM terms, jsonb_array_elements(body -> 'base' -> 'components') AS component
WHERE jsonb_typeof(body -> 'base') = 'object' AND component ->> 'driver' = $1
"""


async def projects_naming(tx: Transaction, driver: str) -> list[str]:
    """The projects of which some terms in force name this driver."""
    return [row["project_id"] for row in await tx.rows(_NAMING, driver)]
