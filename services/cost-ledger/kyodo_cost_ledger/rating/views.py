"""The runs that were recorded."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Select, Table
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.rating import RatingRunRecorded
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, View, insert_missing

rating_run = Table(
    "rating_run",
    metadata,
    Column("run_id", sa.Text, primary_key=True),
    Column("fiscal_year", sa.Integer, nullable=False),
    Column("occurred_before", sa.Date, nullable=False),
    Column("recorded_before", sa.DateTime(timezone=True), nullable=False),
    Column("arrivals", BigInteger, nullable=False, comment="the last arrival that existed"),
    Column("positions", BigInteger, nullable=False, comment="the last own event that existed"),
    Column("input_digest", sa.Text, nullable=False),
    Column("output_digest", sa.Text, nullable=False),
    Column("cells", sa.Integer, nullable=False),
    Column("base", BigInteger, nullable=False),
    Column("usage", BigInteger, nullable=False),
    Column("projects", JSONB, nullable=False),
    Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    Column("version", sa.Integer, nullable=False),
)

runs = View("rating_runs", rating_run)


@runs.on(RatingRunRecorded)
def _(rows: Batch[RatingRunRecorded]) -> AnyWrite:
    return insert_missing(
        rating_run,
        [
            {**r.event.model_dump(mode="json"), "run_id": r.stream, "recorded_at": r.at, "version": r.version}
            for r in rows
        ],
    )


def runs_made(run_id: str | None = None) -> Select[Any]:
    """The runs, or one of them."""
    query = sa.select(rating_run)
    return query if run_id is None else query.where(rating_run.c.run_id == run_id)
