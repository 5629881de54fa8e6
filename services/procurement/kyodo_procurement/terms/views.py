"""What people see of burden terms: each text with the consents it has and those it waits for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from kyodo_events.contracts.procurement import BurdenTermsEnteredIntoForce
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.tables import metadata
from kyodo_procurement.terms.model import BurdenTermsConsented, BurdenTermsProposed, BurdenTermsWithdrawn, TermsStatus

burden_terms = sa.Table(
    "burden_terms",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("project_id", sa.Text, nullable=False),
    sa.Column("terms_version", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("terms", JSONB, nullable=False),
    sa.Column("terms_hash", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("project_id", "terms_version", name="burden_terms_number"),
)

consent = sa.Table(  # a row for each consent that is needed; `consented_at` is null until it is given
    "burden_terms_consent",
    metadata,
    sa.Column("terms_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("consented_at", sa.DateTime(timezone=True)),
)

terms = View("burden_terms", burden_terms, consent)


@terms.on(BurdenTermsProposed)
def _(rows: Batch[BurdenTermsProposed]) -> list[RowWrite]:
    proposals = [
        {
            "id": r.stream,
            "project_id": r.event.project_id,
            "terms_version": r.event.terms_version,
            "status": TermsStatus.PROPOSED,
            "terms": r.event.terms.model_dump(mode="json"),
            "terms_hash": r.event.terms_hash,
            "version": r.version,
        }
        for r in rows
    ]
    needed = [
        {"terms_id": r.stream, "municipality": municipality, "consented_at": None}
        for r in rows
        for municipality in r.event.needed
    ]
    return [upsert(burden_terms, proposals), upsert(consent, needed)]


@terms.on(BurdenTermsConsented)
def _(rows: Batch[BurdenTermsConsented]) -> list[RowChange]:
    given = [{"terms_id": r.stream, "municipality": r.event.municipality, "consented_at": r.at} for r in rows]
    return [change(consent, given), change(burden_terms, [{"id": r.stream, "version": r.version} for r in rows])]


@terms.on(BurdenTermsEnteredIntoForce)
def _(rows: Batch[BurdenTermsEnteredIntoForce]) -> RowChange:
    return change(burden_terms, [{"id": r.stream, "status": TermsStatus.IN_FORCE, "version": r.version} for r in rows])


@terms.on(BurdenTermsWithdrawn)
def _(rows: Batch[BurdenTermsWithdrawn]) -> RowChange:
    return change(burden_terms, [{"id": r.stream, "status": TermsStatus.WITHDRAWN, "version": r.version} for r in rows])


def terms_by(project_id: str | None) -> sa.Select[Any]:
    """The proposals of a project, or all, each with who consented and whose consent is missing."""
    query = sa.select(
        burden_terms,
        _municipalities(consent.c.consented_at.is_not(None)).label("consented"),
        _municipalities(consent.c.consented_at.is_(None)).label("missing"),
    )
    return query.where(burden_terms.c.project_id == project_id) if project_id else query


def terms_of(terms_id: str) -> sa.Select[Any]:
    """One proposal."""
    return terms_by(None).where(burden_terms.c.id == terms_id)


def _municipalities(which: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    codes = sa.func.jsonb_agg(aggregate_order_by(consent.c.municipality, consent.c.municipality))
    none: sa.ColumnElement[Any] = sa.literal_column("'[]'::jsonb")
    return (
        sa.select(sa.func.coalesce(codes, none))
        .where(consent.c.terms_id == burden_terms.c.id, which)
        .correlate(burden_terms)
        .scalar_subquery()
    )
