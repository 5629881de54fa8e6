"""Visits and their findings as rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.audiences import seen_by
from kyodo_academy.search import entries as search
from kyodo_academy.tables import metadata
from kyodo_academy.visibility import Audience
from kyodo_academy.visits.model import VisitCorrected, VisitFindingDropped, VisitFindingRecorded, VisitRecorded
from kyodo_events.event import Batch, Recorded
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import AnyWrite, View, change, upsert

visit = sa.Table(
    "visit",
    metadata,
    sa.Column("visit_id", sa.Text, primary_key=True),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("from_day", sa.Date, nullable=False),
    sa.Column("visibility", sa.Text, nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
finding = sa.Table(
    "visit_finding",
    metadata,
    sa.Column("visit_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("finding", JSONB, nullable=False),
    sa.Column("dropped", sa.Boolean, nullable=False),
)

visits = View("visits", visit, finding, *search.TABLES)


@visits.on(VisitRecorded)
def _(rows: Batch[VisitRecorded]) -> list[AnyWrite]:
    return [upsert(visit, [_journey(r) for r in rows]), *search.indexed(_document(r) for r in rows)]


@visits.on(VisitCorrected)
def _(rows: Batch[VisitCorrected]) -> list[AnyWrite]:
    findings_shown = [
        write
        for r in rows
        for number in r.event.findings
        for write in search.shown_to(search.EntryKind.VISIT, f"{r.stream}/{number}", r.event.content.visibility)
    ]
    return [
        change(visit, [_journey(r) for r in rows]),
        *search.indexed(_document(r) for r in rows),
        *findings_shown,
    ]


@visits.on(VisitFindingRecorded)
def _(rows: Batch[VisitFindingRecorded]) -> list[AnyWrite]:
    found = [{**_finding(r), "finding": r.event.finding.model_dump(mode="json"), "dropped": False} for r in rows]
    return [
        change(visit, [_visit(r) for r in rows]),
        upsert(finding, found),
        *search.indexed(_document_of_finding(r) for r in rows),
    ]


@visits.on(VisitFindingDropped)
def _(rows: Batch[VisitFindingDropped]) -> list[AnyWrite]:
    dropped = [{**_finding(r), "dropped": True} for r in rows]
    return [
        change(visit, [_visit(r) for r in rows]),
        change(finding, dropped),
        *search.gone(search.EntryKind.VISIT, [f"{r.stream}/{r.event.number}" for r in rows]),
    ]


def _journey(r: Recorded[VisitRecorded | VisitCorrected]) -> dict[str, Any]:
    return {
        **_visit(r),
        "country": r.event.content.country,
        "from_day": r.event.content.from_day,
        "visibility": r.event.content.visibility.value,
        "content": r.event.content.model_dump(mode="json"),
    }


def _document(r: Recorded[VisitRecorded | VisitCorrected]) -> search.Document:
    content = r.event.content
    return search.Document(
        search.EntryKind.VISIT,
        r.stream,
        title_ja=f"{content.country_ja}の海外調査",
        texts=[content.summary_ja, *(host.name_ja for host in content.hosts)],
        visibility=content.visibility,
        owner=TOKYO,
        url=f"/v1/visits/{r.stream}",
        at=r.at,
    )


def _document_of_finding(r: Recorded[VisitFindingRecorded]) -> search.Document:
    """A finding is found by itself: a visit of many would rank low for each."""
    told = r.event.finding
    return search.Document(
        search.EntryKind.VISIT,
        f"{r.stream}/{r.event.number}",
        title_ja=told.topic_ja,
        texts=[told.host_ja or "", told.found_ja, told.use_ja],
        visibility=r.event.visibility,
        owner=TOKYO,
        url=f"/v1/visits/{r.stream}/findings",
        at=r.at,
    )


def _visit(r: Recorded[Any]) -> dict[str, Any]:
    return {"visit_id": r.stream, "version": r.version}


def _finding(r: Recorded[Any]) -> dict[str, Any]:
    return {"visit_id": r.stream, "number": r.event.number}


def visits_for(audience: Audience, *, visit_id: str | None = None, country: str | None = None) -> sa.Select[Any]:
    """The visits that this audience sees."""
    conditions = [
        visit.c.visit_id == visit_id if visit_id else None,
        visit.c.country == country if country else None,
    ]
    query = sa.select(visit).where(seen_by(audience, visit.c.visibility, sa.literal(TOKYO)))
    return query.where(*(condition for condition in conditions if condition is not None))


def findings_of(visit_id: str) -> sa.Select[Any]:
    """What was found on a visit and holds."""
    return sa.select(finding).where(finding.c.visit_id == visit_id, sa.not_(finding.c.dropped))
