"""Joint needs, what they were found in, and where the next ones may be found. All of it is Tokyo's to see."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.contracts.talent_needs import FoundIn, JointNeedFound
from kyodo_events.database import Transaction
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, View, upsert
from kyodo_talent.consultations.views import consultation
from kyodo_talent.joint_needs.model import MUNICIPALITIES_FOR_JOINT_NEED, Source
from kyodo_talent.requests.model import RequestStatus
from kyodo_talent.requests.views import request
from kyodo_talent.tables import metadata

joint_need = sa.Table(
    "joint_need",
    metadata,
    sa.Column("need_id", sa.Text, primary_key=True),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("purpose_ja", sa.Text, nullable=False),
    sa.Column("found_in", sa.Text, nullable=False),
    sa.Column("matter", sa.Text, nullable=False),
    sa.Column("municipalities", JSONB, nullable=False),
    sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

source = sa.Table(
    "joint_need_source",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("need_id", sa.Text, nullable=False),
)

joint_needs = View("joint needs", joint_need, source)


@joint_needs.on(JointNeedFound)
def _(rows: Batch[JointNeedFound]) -> list[AnyWrite]:
    found = [
        {
            "need_id": r.stream,
            **r.event.model_dump(mode="json", exclude={"sources"}),
            "found_at": r.at,
            "version": r.version,
        }
        for r in rows
    ]
    sources = [{"source_id": id_, "need_id": r.stream} for r in rows for id_ in r.event.sources]
    return [upsert(joint_need, found), upsert(source, sources)]


def joint_needs_found(**filters: Any) -> sa.Select[Any]:
    """The joint needs that are all of this, or all."""
    same = (joint_need.c[name] == value for name, value in filters.items() if value is not None)
    return sa.select(joint_need).where(*same)


def _sources() -> sa.Subquery:
    """What may be part of a joint need and is not yet: sorted consultations, and requests that nobody could meet.

    A request without a matter is found by its persona, which is then what the municipalities have in common.
    """
    asked = sa.select(
        sa.literal(FoundIn.CONSULTATIONS.value).label("found_in"),
        consultation.c.matter,
        consultation.c.consultation_id.label("source_id"),
        consultation.c.municipality,
        consultation.c.asked_at.label("since"),
    ).where(consultation.c.matter.is_not(None))
    unmet = sa.select(
        sa.literal(FoundIn.REQUESTS.value),
        sa.func.coalesce(request.c.matter, request.c.persona),
        request.c.request_id,
        request.c.municipality,
        request.c.submitted_at,
    ).where(request.c.status == RequestStatus.UNFILLED)
    either = asked.union_all(unmet).subquery("needs")
    taken = sa.exists().where(source.c.source_id == either.c.source_id)
    return sa.select(either).where(~taken).subquery("free")


def candidates() -> tuple[sa.Select[Any], list[sa.ColumnElement[Any]]]:
    """What two or more municipalities have in common, and the columns that order it."""
    free = _sources()
    whose = sa.func.count(free.c.municipality.distinct())
    codes = sa.func.jsonb_agg(sa.distinct(free.c.municipality))
    grouped = (
        sa.select(
            free.c.found_in,
            free.c.matter,
            codes.label("municipalities"),
            sa.func.count().label("sources"),
            sa.func.min(free.c.since).label("since"),
        )
        .group_by(free.c.found_in, free.c.matter)
        .having(whose >= MUNICIPALITIES_FOR_JOINT_NEED)
        .subquery("candidates")
    )
    return sa.select(grouped), [grouped.c.found_in, grouped.c.matter]


async def sources_of(tx: Transaction, found_in: FoundIn, matter: str) -> list[Source]:
    """What has this in common and is part of no joint need yet, alone with whoever else finds one."""
    await tx.rows("SELECT pg_advisory_xact_lock(hashtextextended('joint needs', 0))")
    free = _sources()
    query = sa.select(free.c.source_id, free.c.municipality).where(free.c.found_in == found_in, free.c.matter == matter)
    return [Source(*row) for row in await tx.rows(query.order_by(free.c.source_id))]
