"""Published materials over HTTP: found, opened and downloaded by those for whom they are."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import Query, Response

from kyodo_academy.audiences import Asking
from kyodo_academy.files.keeping import Files
from kyodo_academy.files.model import FileDigest, FileInQuarantine, FileIsInfected, FileRef
from kyodo_academy.files.views import scans_of
from kyodo_academy.materials.schemas import BINARY, MaterialOut, MaterialRow, files_of
from kyodo_academy.materials.uses import Use, Uses, counted, most_used, newest, recommended, telling_tags
from kyodo_academy.materials.values import Licence, Tag
from kyodo_academy.materials.views import catalogue, materials_for
from kyodo_events.errors import NotFound
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import public, role
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1/materials", tags=["materials"])

officials = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER, Role.LEARNER)


@router.get("", allow=public)
async def list_materials(
    audience: Asking,
    reader: Reader,
    page: PageQuery,
    tag: Tag | None = None,
    skill: Code | None = None,
    course_id: Id | None = None,
    owner: Party | None = None,
    licence: Licence | None = None,
) -> Page[MaterialRow]:
    """Published materials that you may see."""
    query = counted(materials_for(audience, tag=tag, skill=skill, course_id=course_id, owner=owner, licence=licence))
    return await reader.page(MaterialRow, query, page, by=[query.selected_columns.material_id])


@router.get("/newest", allow=public)
async def list_newest(audience: Asking, reader: Reader) -> Page[MaterialRow]:
    """The twenty that were published last."""
    return await _listed(reader, newest(audience))


@router.get("/most-used", allow=public)
async def list_most_used(audience: Asking, reader: Reader, commands: Commands) -> Page[MaterialRow]:
    """The twenty with the most views and downloads within 90 days, by everybody."""
    return await _listed(reader, most_used(audience, commands.today))


@router.get("/recommended", allow=officials)
async def list_recommended(
    audience: Asking,
    reader: Reader,
    commands: Commands,
    skill: Annotated[list[Code], Query(max_length=20, description="Skills that you want to learn.")] = [],  # noqa: B006 - how FastAPI is told of a list that may be left out; nobody changes it
) -> Page[MaterialRow]:
    """Materials that your organisation has not opened within 90 days, the best fitting first.

    One fits by each of the five tags that are most frequent on what your organisation opened and downloaded within
    these days, and by each skill that you name.
    """
    organisation = audience.organisation or ""
    rows = await reader.tx.rows(reader.own(telling_tags(audience, organisation, commands.today)))
    tags = [row["value"] for row in rows]
    return await _listed(reader, recommended(audience, organisation, tags, skill, commands.today))


@router.get("/{material_id}", allow=public)
async def read_material(material_id: Id, audience: Asking, reader: Reader, uses: Uses) -> MaterialOut:
    """One published material in its latest version."""
    row = await reader.tx.row(reader.own(counted(materials_for(audience, material_id=material_id))))
    if row is None:
        raise NotFound(what="material", id=material_id)
    uses.count(material_id, Use.VIEW)
    return MaterialOut.of({**row, "files": files_of(row["files"], await scans_in(reader, row["files"]))})


@router.get(
    "/{material_id}/files/{digest}",
    allow=public,
    raises=[NotFound, FileInQuarantine, FileIsInfected],
    response_class=Response,
    responses={200: {"content": {BINARY: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def download_file(
    material_id: Id, digest: FileDigest, audience: Asking, reader: Reader, files: Files, uses: Uses
) -> Response:
    """The bytes of a file of a published material, as they were uploaded."""
    row = await reader.tx.row(reader.own(materials_for(audience, material_id=material_id)))
    file = next((one for one in row["files"] if one["digest"] == digest), None) if row else None
    if file is None:
        raise NotFound(what="file", id=digest)
    content = await files.take_out(digest)
    uses.count(material_id, Use.DOWNLOAD)
    return handed_out(FileRef.model_validate(file), content)


def handed_out(file: FileRef, content: bytes) -> Response:
    """The answer with a file: saved and never shown in the portal's place, and taken for nothing but what it is."""
    return Response(
        content,
        media_type=file.kind.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
            "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(file.digest)).decode()}:",
        },
    )


async def scans_in(reader: ReadSession, stored: list[dict[str, Any]]) -> dict[str, str]:
    """What is known about viruses in the files of a row."""
    rows = await reader.tx.rows(scans_of([one["digest"] for one in stored]))
    return {row["digest"]: row["scan"] for row in rows}


async def _listed(reader: ReadSession, query: sa.Select[Any]) -> Page[MaterialRow]:
    """A short list in its own order, each with how often it was used."""
    found = await reader.tx.rows(reader.own(query.with_only_columns(catalogue.c.material_id)))
    ids = [row["material_id"] for row in found]
    rows = await reader.tx.rows(reader.own(counted(sa.select(catalogue).where(catalogue.c.material_id.in_(ids)))))
    by_id = {row["material_id"]: MaterialRow.of(dict(row)) for row in rows}
    return Page[MaterialRow](items=[by_id[id_] for id_ in ids])
