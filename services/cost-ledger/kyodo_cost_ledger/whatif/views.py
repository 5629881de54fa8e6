"""Burden terms that were put to the participants, as they stand, and what the ledger knows of a year's usage."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_cost_ledger.charges.journal import charge
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.projects.model import Project, TermsVersion
from kyodo_cost_ledger.tables import metadata
from kyodo_cost_ledger.usage.views import usage_cell
from kyodo_cost_ledger.whatif.model import Unnamed
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.procurement.terms import BurdenTermsProposed, BurdenTermsRevised
from kyodo_events.database import Row, Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.views import RowWrite, View, upsert

FEWEST = 3  # municipalities behind a sum that others may know; the database holds to it as well

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


async def next_number(tx: Transaction, project: Project) -> int:
    """The number that the project's next terms would have."""
    proposals = sa.select(sa.func.max(proposed_terms.c.terms_version)).where(proposed_terms.c.project_id == project.id)
    known = await tx.scalar(proposals) or 0
    return max([known, *(version.version for version in project.terms)]) + 1


def used_in(project_id: str, year: FiscalYear) -> sa.Select[Any]:
    """The usage cells of a fiscal year; a municipality's people are left with its own."""
    columns = [usage_cell.c[name] for name in ("municipality", "project_id", "meter", "month", "quantity", "records")]
    return sa.select(*columns).where(usage_cell.c.project_id == project_id, _in_year(usage_cell.c.month, year))


def charged_in(project_id: str, year: FiscalYear) -> sa.Select[Any]:
    """Base and usage that the books charge each party for a fiscal year; of others a municipality sees none."""

    def amount(book: Book) -> sa.ColumnElement[Any]:
        found = sa.func.sum(charge.c.amount).filter(charge.c.book == book.value)
        return sa.cast(sa.func.coalesce(found, 0), sa.BigInteger).label(book.value)

    return (
        sa.select(charge.c.party.label("municipality"), amount(Book.BASE), amount(Book.USAGE))
        .where(charge.c.project_id == project_id, _in_year(charge.c.month, year))
        .group_by(charge.c.party)
    )


async def unnamed_usage(
    tx: Transaction, project: Project, year: FiscalYear, source: FiscalYear
) -> list[Unnamed] | None:
    """What the participants of a year's months used in the same months of `source`, without their names.

    None where fewer than three take part: whoever is one of two would know the other's usage from a sum.
    """
    pairs = [
        (code, str(source.month(month.fiscal_index))) for month in year.months() for code in project.participants(month)
    ]
    if len({code for code, _ in pairs}) < FEWEST:
        return None
    codes, months = zip(*pairs, strict=True)
    rows = await tx.rows(
        "SELECT meter, month, quantity FROM unnamed_usage($1, $2, $3)", project.id, list(codes), list(months)
    )
    return [Unnamed(meter, year.month(Month(month).fiscal_index), quantity) for meter, month, quantity in rows]


def _in_year(month: sa.ColumnElement[Any], year: FiscalYear) -> sa.ColumnElement[bool]:
    months = year.months()
    return month.between(str(months[0]), str(months[-1]))


def _version(row: Row) -> TermsVersion:
    body = BurdenTerms.model_validate(row["body"])
    return TermsVersion(row["terms_version"], body, row["terms_id"], row["terms_hash"], row["event_id"])
