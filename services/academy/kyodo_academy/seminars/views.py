"""Seminars as those for whom they are find them.

Two tables, because row-level security holds whole rows: what one municipality announces to its own is its own, and
`seminar` is what is shown beyond its host. A seminar is in one of the two, and `programme` reads both.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_academy.audiences import seen_by
from kyodo_academy.search import entries as search
from kyodo_academy.seminars.model import SeminarAnnounced, SeminarCancelled, SeminarChanged
from kyodo_academy.tables import metadata
from kyodo_academy.visibility import Audience, Visibility
from kyodo_events.event import Batch, Recorded
from kyodo_events.views import AnyWrite, View, upsert
from kyodo_events.words import name_of


def _columns() -> list[sa.Column[Any]]:
    """What is told of a seminar, wherever it stands."""
    return [
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place_ja", sa.Text),
        sa.Column("online_url", sa.Text),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("capacity", sa.Integer),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    ]


seminar = sa.Table(
    "seminar",
    metadata,
    sa.Column("seminar_id", sa.Text, primary_key=True),
    sa.Column("host", sa.Text, nullable=False, comment="a municipality, or tokyo; these are shown beyond it"),
    *_columns(),
    sa.Index("seminar_by_time", "starts_at", "seminar_id"),
)
municipal_seminar = sa.Table(
    "municipal_seminar",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("seminar_id", sa.Text, primary_key=True),
    *_columns(),
    sa.Index("municipal_seminar_by_time", "municipality", "starts_at"),
    info={"private_to": "municipality"},
)

seminars = View("seminars", seminar, municipal_seminar, *search.TABLES)


@seminars.on(SeminarAnnounced, SeminarChanged)
def _(rows: Batch[SeminarAnnounced | SeminarChanged]) -> list[AnyWrite]:
    last = {r.stream: r for r in rows}.values()
    own = [r for r in last if r.event.plan.visibility is Visibility.MUNICIPALITY]
    beyond = [r for r in last if r not in own]
    return [
        upsert(seminar, [{"seminar_id": r.stream, "host": r.event.municipality, **_told(r)} for r in beyond]),
        upsert(municipal_seminar, [{"municipality": r.event.municipality, **_own(r)} for r in own]),
        _gone_from(seminar, own),
        _gone_from(municipal_seminar, beyond),
        *search.indexed(_found(r) for r in last),
    ]


@seminars.on(SeminarCancelled)
def _(rows: Batch[SeminarCancelled]) -> list[AnyWrite]:
    versions = {r.stream: r.version for r in rows}
    cancelled: list[AnyWrite] = [
        sa.update(table)
        .where(table.c.seminar_id.in_(list(versions)))
        .values(cancelled=True, version=sa.case(versions, value=table.c.seminar_id))
        for table in (seminar, municipal_seminar)
    ]
    return [*cancelled, *search.gone(search.EntryKind.SEMINAR, versions)]


def _own(r: Recorded[Any]) -> dict[str, Any]:
    return {"seminar_id": r.stream, **_told(r)}


def _told(r: Recorded[Any]) -> dict[str, Any]:
    return {**r.event.plan.model_dump(mode="json"), "cancelled": False, "version": r.version}


def _found(r: Recorded[SeminarAnnounced | SeminarChanged]) -> search.Document:
    plan, host = r.event.plan, r.event.municipality
    return search.Document(
        kind=search.EntryKind.SEMINAR,
        id=r.stream,
        title_ja=plan.title_ja,
        texts=[name_of(host), plan.place_ja or ""],
        visibility=plan.visibility,
        owner=host,
        url=f"/v1/seminars/{r.stream}",
        at=plan.starts_at,
    )


def _gone_from(table: sa.Table, rows: list[Any]) -> sa.Delete:
    return sa.delete(table).where(table.c.seminar_id.in_([r.stream for r in rows]))


def _programme() -> sa.Subquery:
    names = ["seminar_id", *(column.name for column in _columns())]
    beyond = sa.select(seminar.c.host, *(seminar.c[name] for name in names))
    own = sa.select(municipal_seminar.c.municipality.label("host"), *(municipal_seminar.c[name] for name in names))
    return sa.union_all(beyond, own).subquery("seminar_programme")


programme = _programme()
"""All seminars; of those that are one municipality's, the reader's own."""


def seminars_for(audience: Audience, *, seminar_id: str | None = None, host: str | None = None) -> sa.Select[Any]:
    """The seminars that this audience is told of."""
    c = programme.c
    conditions = [
        c.seminar_id == seminar_id if seminar_id else None,
        c.host == host if host else None,
    ]
    query = sa.select(programme).where(seen_by(audience, c.visibility, c.host))
    return query.where(*(condition for condition in conditions if condition is not None))
