"""Materials as those in charge work on them, and as others find them.

Three tables, because row-level security holds whole rows: what is worked on and every former version is the owner's
alone; what one municipality published for itself likewise; `material` is what is shown beyond its owner. A material is
in at most one of the two tables of published ones, and `catalogue` reads both.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.audiences import seen_by
from kyodo_academy.materials.model import (
    MaterialDrafted,
    MaterialFileAdded,
    MaterialFileRemoved,
    MaterialPublished,
    MaterialRevised,
    MaterialWithdrawn,
)
from kyodo_academy.materials.values import Licence, MaterialStatus
from kyodo_academy.tables import metadata
from kyodo_academy.visibility import Audience, Visibility
from kyodo_events.event import Batch, Recorded
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert

PRIVATE: dict[str, Any] = {"private_to": "municipality"}


def _published() -> list[sa.Column[Any]]:
    """The columns of a published material, wherever it stands."""
    return [
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("title_ja", sa.Text, nullable=False),
        sa.Column("description_ja", sa.Text, nullable=False),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("tags", JSONB, nullable=False),
        sa.Column("skills", JSONB, nullable=False),
        sa.Column("course_ids", JSONB, nullable=False),
        sa.Column("files", JSONB, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    ]


material = sa.Table(
    "material",
    metadata,
    sa.Column("material_id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False, comment="a municipality, or tokyo; these are shown beyond it"),
    *_published(),
)
municipal_material = sa.Table(
    "municipal_material",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("material_id", sa.Text, primary_key=True),
    *_published(),
    sa.Index("municipal_material_by_id", "material_id"),
    info=PRIVATE,
)
material_work = sa.Table(
    "material_work",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True, comment="or tokyo"),
    sa.Column("material_id", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("files", JSONB, nullable=False),
    sa.Column("changed", sa.Boolean, nullable=False),
    sa.Column("number", sa.Integer, nullable=False, comment="of the last published version; 0 before the first"),
    sa.Column("withdrawn_because_ja", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("material_work_by_id", "material_id"),
    info=PRIVATE,
)
material_version = sa.Table(
    "material_version",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("material_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("files", JSONB, nullable=False),
    sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    info=PRIVATE,
)

materials = View("materials", material, municipal_material, material_work, material_version)


@materials.on(MaterialDrafted)
def _(rows: Batch[MaterialDrafted]) -> RowWrite:
    begun = {"status": MaterialStatus.DRAFT.value, "files": [], "number": 0}
    return upsert(material_work, [{**_work(r), **_content(r.event), **begun} for r in rows])


@materials.on(MaterialRevised)
def _(rows: Batch[MaterialRevised]) -> RowChange:
    return change(material_work, [{**_work(r), **_content(r.event)} for r in rows])


@materials.on(MaterialFileAdded, MaterialFileRemoved)
def _(rows: Batch[MaterialFileAdded | MaterialFileRemoved]) -> RowChange:
    return change(material_work, [{**_work(r), "files": _files(r), "changed": True} for r in rows])


@materials.on(MaterialPublished)
def _(rows: Batch[MaterialPublished]) -> list[AnyWrite]:
    last = {r.stream: r for r in rows}.values()
    own = [r for r in last if r.event.content.visibility is Visibility.MUNICIPALITY]
    beyond = [r for r in last if r not in own]
    is_out = {"status": MaterialStatus.PUBLISHED.value, "changed": False}
    versions = [
        {
            **_key(r),
            "number": r.event.number,
            "content": r.event.content.model_dump(mode="json"),
            "files": _files(r),
            "published_at": r.at,
        }
        for r in rows
    ]
    return [
        change(material_work, [{**_work(r), **is_out, "number": r.event.number} for r in last]),
        upsert(material_version, versions),
        upsert(material, [{"material_id": r.stream, "owner": r.event.municipality, **_shown(r)} for r in beyond]),
        upsert(municipal_material, [{**_key(r), **_shown(r)} for r in own]),
        _gone_from(material, own),
        _gone_from(municipal_material, beyond),
    ]


@materials.on(MaterialWithdrawn)
def _(rows: Batch[MaterialWithdrawn]) -> list[AnyWrite]:
    status = MaterialStatus.WITHDRAWN.value
    return [
        change(
            material_work,
            [{**_work(r), "status": status, "withdrawn_because_ja": r.event.reason_ja} for r in rows],
        ),
        _gone_from(material, rows),
        _gone_from(municipal_material, rows),
    ]


def _key(r: Recorded[Any]) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "material_id": r.stream}


def _work(r: Recorded[Any]) -> dict[str, Any]:
    return {**_key(r), "version": r.version}


def _content(event: MaterialDrafted | MaterialRevised) -> dict[str, Any]:
    content = event.content.model_dump(mode="json")
    return {"title_ja": event.content.title_ja, "content": content, "changed": True}


def _files(r: Recorded[Any]) -> list[dict[str, Any]]:
    return [file.model_dump(mode="json") for file in r.event.files]


def _shown(r: Recorded[MaterialPublished]) -> dict[str, Any]:
    content = r.event.content.model_dump(mode="json")
    return {**content, "number": r.event.number, "files": _files(r), "published_at": r.at}


def _gone_from(table: sa.Table, rows: Batch[Any]) -> sa.Delete:
    return sa.delete(table).where(table.c.material_id.in_([r.stream for r in rows]))


def _catalogue() -> sa.Subquery:
    names = ["material_id", *(column.name for column in _published())]
    beyond = sa.select(material.c.owner, *(material.c[name] for name in names))
    own = sa.select(municipal_material.c.municipality.label("owner"), *(municipal_material.c[name] for name in names))
    return sa.union_all(beyond, own).subquery("catalogue")


catalogue = _catalogue()
"""All published materials; of those that are one municipality's, the reader's own."""


def materials_for(
    audience: Audience,
    *,
    material_id: str | None = None,
    tag: str | None = None,
    skill: str | None = None,
    course_id: str | None = None,
    owner: str | None = None,
    licence: Licence | None = None,
) -> sa.Select[Any]:
    """The published materials that this audience sees, by what they are."""
    c = catalogue.c
    conditions = [
        c.material_id == material_id if material_id else None,
        c.tags.contains([tag]) if tag else None,
        c.skills.contains([skill]) if skill else None,
        c.course_ids.contains([course_id]) if course_id else None,
        c.owner == owner if owner else None,
        c.licence == licence.value if licence else None,
    ]
    query = sa.select(catalogue).where(seen_by(audience, c.visibility, c.owner))
    return query.where(*(condition for condition in conditions if condition is not None))


def works_with(material_id: str | None = None, status: MaterialStatus | None = None) -> sa.Select[Any]:
    """What is worked on, by material and status."""
    conditions = [
        material_work.c.material_id == material_id if material_id else None,
        material_work.c.status == status.value if status else None,
    ]
    return sa.select(material_work).where(*(condition for condition in conditions if condition is not None))


def versions_of(material_id: str) -> sa.Select[Any]:
    """Every version of a material that was ever published."""
    return sa.select(material_version).where(material_version.c.material_id == material_id)
