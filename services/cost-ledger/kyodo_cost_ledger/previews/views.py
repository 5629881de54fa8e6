"""Burden terms that were put to the participants, as they stand; those in force among them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_cost_ledger.projects.model import TermsVersion
from kyodo_cost_ledger.tables import metadata
from kyodo_cost_ledger.usage.views import usage_cell
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.procurement.terms import BurdenTermsProposed, BurdenTermsRevised
from kyodo_events.database import Row, Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.views import RowWrite, View, upsert

proposed_terms = Table(
    "proposed_terms",
    metadata,
    Column("terms_id", sa.Text, primary_key=True),
    Column("project_id", sa.Text, nullable=False),
    Column("terms_version", sa.Integer, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("terms_hash", sa.Text, nullable=False),
    Column("event_id", sa.Uuid, nullable=False),
)

proposals = View("proposed_terms", proposed_terms)


@proposals.on(BurdenTermsProposed, BurdenTermsRevised)
def _(rows: Batch[BurdenTermsProposed | BurdenTermsRevised]) -> RowWrite:
    """The latest text of each proposal."""
    return upsert(
        proposed_terms,
        [
            {
                "terms_id": r.stream,
                "project_id": r.event.project_id,
                "terms_version": r.event.terms_version,
                "body": r.event.terms.model_dump(mode="json"),
                "terms_hash": r.event.terms_hash,
                "event_id": r.id,
            }
            for r in rows
        ],
    )


async def proposed(tx: Transaction, terms_id: str) -> tuple[str, TermsVersion] | None:
    """The project and the text of proposed terms; None where the ledger has not heard of them."""
    row = await tx.row(sa.select(proposed_terms).where(proposed_terms.c.terms_id == terms_id))
    return (row["project_id"], _version(row)) if row else None


def used_in(project_id: str, year: FiscalYear) -> sa.Select[Any]:
    """What each municipality used in a fiscal year, by meter; row-level security leaves a municipality its own."""
    months = [str(month) for month in year.months()]
    quantity = sa.cast(sa.func.sum(usage_cell.c.quantity), sa.BigInteger)
    return (
        sa.select(usage_cell.c.municipality, usage_cell.c.meter, quantity.label("quantity"))
        .where(usage_cell.c.project_id == project_id, usage_cell.c.month.in_(months))
        .group_by(usage_cell.c.municipality, usage_cell.c.meter)
    )


def _version(row: Row) -> TermsVersion:
    body = BurdenTerms.model_validate(row["body"])
    return TermsVersion(row["terms_version"], body, row["terms_id"], row["terms_hash"], row["event_id"])
