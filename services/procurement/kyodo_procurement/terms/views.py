"""What people see of burden terms: each text with its consents, those it waits for, and the objections to it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from kyodo_events.contracts.procurement.terms import (
    BurdenTermsEnteredIntoForce,
    BurdenTermsProposed,
    BurdenTermsRevised,
    BurdenTermsSuperseded,
)
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, insert_missing, upsert
from kyodo_procurement.participation.views import participation
from kyodo_procurement.tables import metadata
from kyodo_procurement.terms.facts import (
    BurdenTermsConsented,
    BurdenTermsObjected,
    BurdenTermsReachedBack,
    BurdenTermsWithdrawn,
    TermsObjectionWithdrawn,
)
from kyodo_procurement.terms.model import TermsStatus

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
    sa.Column("effective_from", sa.Text, nullable=False),
    sa.Column("reaches_back", sa.Boolean, nullable=False),
    sa.Column("superseded_from", sa.Text),
    sa.UniqueConstraint("project_id", "terms_version", name="burden_terms_number"),
)

consent = sa.Table(  # a row for each consent that is needed; `consented_at` is null until it is given
    "burden_terms_consent",
    metadata,
    sa.Column("terms_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("consented_at", sa.DateTime(timezone=True)),
)

objection = sa.Table(  # those that stand; earlier ones are in the history
    "burden_terms_objection",
    metadata,
    sa.Column("terms_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("counter_proposal", JSONB),
    sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
)

terms = View("burden_terms", burden_terms, consent, objection)


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
            "effective_from": r.event.terms.effective_from,
            "reaches_back": False,
            "version": r.version,
        }
        for r in rows
    ]
    asked = [row for r in rows for row in _asked(r.stream, r.event.needed)]
    return [upsert(burden_terms, proposals), upsert(consent, asked)]


@terms.on(BurdenTermsRevised)
def _(rows: Batch[BurdenTermsRevised]) -> list[AnyWrite]:
    """Consents and objections are to a text: with another one they are gone."""
    streams = [r.stream for r in rows]
    return [
        change(
            burden_terms,
            [
                {
                    "id": r.stream,
                    "terms": r.event.terms.model_dump(mode="json"),
                    "terms_hash": r.event.terms_hash,
                    "effective_from": r.event.terms.effective_from,
                    "reaches_back": False,
                    "version": r.version,
                }
                for r in rows
            ],
        ),
        consent.delete().where(consent.c.terms_id.in_(streams)),
        objection.delete().where(objection.c.terms_id.in_(streams)),
        insert_missing(consent, [row for r in rows for row in _asked(r.stream, r.event.needed)]),
    ]


@terms.on(BurdenTermsReachedBack)
def _(rows: Batch[BurdenTermsReachedBack]) -> list[AnyWrite]:
    gone = [
        consent.delete().where(consent.c.terms_id == r.stream, consent.c.municipality.not_in(r.event.kept))
        for r in rows
    ]
    return [
        change(burden_terms, [{"id": r.stream, "reaches_back": True, "version": r.version} for r in rows]),
        *gone,
        insert_missing(consent, [row for r in rows for row in _asked(r.stream, r.event.needed)]),
    ]


@terms.on(BurdenTermsConsented)
def _(rows: Batch[BurdenTermsConsented]) -> list[AnyWrite]:
    given = [{"terms_id": r.stream, "municipality": r.event.municipality, "consented_at": r.at} for r in rows]
    return [change(consent, given), _no_longer_objecting(rows), _moved(rows)]


@terms.on(BurdenTermsObjected)
def _(rows: Batch[BurdenTermsObjected]) -> list[AnyWrite]:
    taken_back = [{"terms_id": r.stream, "municipality": r.event.municipality, "consented_at": None} for r in rows]
    raised = [
        {
            "terms_id": r.stream,
            "municipality": r.event.municipality,
            "reason": r.event.reason,
            "counter_proposal": r.event.counter_proposal and r.event.counter_proposal.model_dump(mode="json"),
            "raised_at": r.at,
        }
        for r in rows
    ]
    return [change(consent, taken_back), upsert(objection, raised), _moved(rows)]


@terms.on(TermsObjectionWithdrawn)
def _(rows: Batch[TermsObjectionWithdrawn]) -> list[AnyWrite]:
    return [_no_longer_objecting(rows), _moved(rows)]


@terms.on(BurdenTermsEnteredIntoForce)
def _(rows: Batch[BurdenTermsEnteredIntoForce]) -> RowChange:
    return change(burden_terms, [{"id": r.stream, "status": TermsStatus.IN_FORCE, "version": r.version} for r in rows])


@terms.on(BurdenTermsSuperseded)
def _(rows: Batch[BurdenTermsSuperseded]) -> RowChange:
    return change(
        burden_terms,
        [
            {
                "id": r.stream,
                "status": TermsStatus.SUPERSEDED,
                "superseded_from": r.event.from_month,
                "version": r.version,
            }
            for r in rows
        ],
    )


@terms.on(BurdenTermsWithdrawn)
def _(rows: Batch[BurdenTermsWithdrawn]) -> RowChange:
    return change(burden_terms, [{"id": r.stream, "status": TermsStatus.WITHDRAWN, "version": r.version} for r in rows])


def _asked(terms_id: str, needed: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"terms_id": terms_id, "municipality": code, "consented_at": None} for code in needed]


def _moved(rows: Batch[Any]) -> RowChange:
    return change(burden_terms, [{"id": r.stream, "version": r.version} for r in rows])


def _no_longer_objecting(rows: Batch[BurdenTermsConsented | TermsObjectionWithdrawn]) -> sa.Delete:
    gone = [(r.stream, r.event.municipality) for r in rows]
    return objection.delete().where(sa.tuple_(objection.c.terms_id, objection.c.municipality).in_(gone))


def terms_by(project_id: str | None = None, status: TermsStatus | None = None) -> sa.Select[Any]:
    """Proposals with who consented, whose consent is missing, who objects, and who acceded by joining later."""
    query = sa.select(
        burden_terms,
        _codes(consent, consent.c.consented_at.is_not(None)).label("consented"),
        _codes(consent, consent.c.consented_at.is_(None)).label("missing"),
        _codes(objection, sa.true()).label("objecting"),
        _acceded().label("acceded"),
    )
    if project_id:
        query = query.where(burden_terms.c.project_id == project_id)
    return query.where(burden_terms.c.status == status) if status else query


def terms_of(terms_id: str) -> sa.Select[Any]:
    """One proposal."""
    return terms_by().where(burden_terms.c.id == terms_id)


def earlier_in_force(project_id: str, terms_version: int) -> sa.Select[Any]:
    """The ids of the terms of a project that a later version may supersede."""
    standing = burden_terms.c.status.in_([TermsStatus.IN_FORCE, TermsStatus.SUPERSEDED])
    return sa.select(burden_terms.c.id).where(
        burden_terms.c.project_id == project_id, burden_terms.c.terms_version < terms_version, standing
    )


def objections_to(terms_id: str) -> sa.Select[Any]:
    """The objections that stand."""
    return sa.select(objection).where(objection.c.terms_id == terms_id)


def _acceded() -> sa.ScalarSelect[Any]:
    """Those that take part in the terms' first month or later and were not asked: they joined into terms in force."""
    asked = sa.select(consent.c.municipality).where(consent.c.terms_id == burden_terms.c.id).correlate(burden_terms)
    still = sa.or_(participation.c.last_month.is_(None), participation.c.last_month >= burden_terms.c.effective_from)
    in_force = burden_terms.c.status.in_([TermsStatus.IN_FORCE, TermsStatus.SUPERSEDED])
    joined = sa.and_(participation.c.project_id == burden_terms.c.project_id, still, in_force)
    return _codes(participation, sa.and_(joined, participation.c.municipality.not_in(asked)), own=False)


def _codes(table: sa.Table, which: sa.ColumnElement[bool], *, own: bool = True) -> sa.ScalarSelect[Any]:
    code = table.c.municipality
    codes = sa.func.jsonb_agg(aggregate_order_by(code.distinct(), code))
    none: sa.ColumnElement[Any] = sa.literal_column("'[]'::jsonb")
    query = sa.select(sa.func.coalesce(codes, none)).where(which)
    if own:
        query = query.where(table.c.terms_id == burden_terms.c.id)
    return query.select_from(table).correlate(burden_terms).scalar_subquery()
