"""Materials in work over HTTP: by Tokyo's secretariat for Tokyo's own, by a municipality's officers for its own."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from kyodo_academy.files.keeping import Files
from kyodo_academy.files.kinds import FileIsNotWhatItSays, FileName, FileTooLarge, FileTypeNotTaken
from kyodo_academy.files.model import FileDigest, FileInQuarantine, FileIsInfected, FileRef
from kyodo_academy.materials.api import handed_out, scans_in
from kyodo_academy.materials.model import Material, MaterialIsWithdrawn, TooManyFiles, VisibilityNotOfOwner
from kyodo_academy.materials.schemas import (
    BINARY,
    MaterialIn,
    MaterialVersionOut,
    MaterialWithdrawalIn,
    MaterialWorkOut,
    MaterialWorkRow,
    file_body,
    files_of,
)
from kyodo_academy.materials.values import MaterialStatus
from kyodo_academy.materials.views import material_version, material_work, versions_of, works_with
from kyodo_events.errors import Forbidden, NotFound
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import party_of
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1/material-works", tags=["materials"])
WORK = "/{material_id}"

writers = role(Role.SECRETARIAT, Role.OFFICER)
in_charge = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


@router.post("", allow=writers, raises=[Forbidden, VisibilityNotOfOwner])
async def begin_material(body: MaterialIn, commands: Commands, reader: Reader) -> MaterialWorkOut:
    """Begin a material of your own municipality, or of Tokyo."""
    owner = party_of(commands.identity)
    begun = await commands.create(Material, lambda material: material.begin(owner, body.content))
    return await _read(reader, begun.id)


@router.put(f"{WORK}/content", allow=writers, raises=[Forbidden, MaterialIsWithdrawn, VisibilityNotOfOwner])
async def revise_material(material_id: Id, body: MaterialIn, commands: Commands, reader: Reader) -> MaterialWorkOut:
    """Say what the next version is to say; what is published stays as it is."""
    owner = party_of(commands.identity)
    await commands.on(Material, material_id, lambda material: material.revise(owner, body.content))
    return await _read(reader, material_id)


@router.post(
    f"{WORK}/files",
    allow=writers,
    raises=[
        Forbidden,
        MaterialIsWithdrawn,
        TooManyFiles,
        FileTooLarge,
        FileTypeNotTaken,
        FileIsNotWhatItSays,
        FileIsInfected,
    ],
    openapi_extra=file_body(),
)
async def add_file(
    material_id: Id, name: FileName, request: Request, commands: Commands, reader: Reader, files: Files
) -> MaterialWorkOut:
    """Add a file to the next version, of at most 8,000,000 bytes; one of the same name is replaced.

    The body is the file. It is told by content and by name: pdf, png, jpg, jpeg, txt, csv, docx, xlsx or pptx.
    """
    owner, content = party_of(commands.identity), await request.body()
    file, found = await files.look_at(name, content)
    await commands.on(Material, material_id, lambda material: material.add_file(owner, file))
    await files.keep(file, content, found)
    return await _read(reader, material_id)


@router.delete(f"{WORK}/files/{{digest}}", allow=writers, raises=[Forbidden, MaterialIsWithdrawn])
async def remove_file(material_id: Id, digest: FileDigest, commands: Commands, reader: Reader) -> MaterialWorkOut:
    """Take a file out of the next version; versions that were published with it keep it."""
    owner = party_of(commands.identity)
    await commands.on(Material, material_id, lambda material: material.remove_file(owner, digest))
    return await _read(reader, material_id)


@router.put(f"{WORK}/files/{{digest}}/scan", allow=writers, raises=[Forbidden, FileIsInfected])
async def scan_file(
    material_id: Id, digest: FileDigest, commands: Commands, reader: Reader, files: Files
) -> MaterialWorkOut:
    """Have a file scanned again: one that waits in quarantine, or was kept before there was a scanner.

    An infected file is deleted for good, wherever it is named.
    """
    owner = party_of(commands.identity)
    await commands.on(Material, material_id, lambda material: material.look_at_file(owner, digest))
    await files.scan_again(digest)
    return await _read(reader, material_id)


@router.put(f"{WORK}/publication", allow=writers, raises=[Forbidden, MaterialIsWithdrawn])
async def publish_material(material_id: Id, commands: Commands, reader: Reader) -> MaterialWorkOut:
    """Make what is worked on the version that people see."""
    owner = party_of(commands.identity)
    await commands.on(Material, material_id, lambda material: material.publish(owner))
    return await _read(reader, material_id)


@router.put(f"{WORK}/withdrawal", allow=writers, raises=[Forbidden])
async def withdraw_material(
    material_id: Id, body: MaterialWithdrawalIn, commands: Commands, reader: Reader
) -> MaterialWorkOut:
    """Show it to nobody any more. The secretariat may withdraw any material, since it answers for the portal."""
    by = party_of(commands.identity)
    await commands.on(Material, material_id, lambda material: material.withdraw(by, body.reason_ja))
    return await _read(reader, material_id)


@router.get("", allow=in_charge)
async def list_works(reader: Reader, page: PageQuery, status: MaterialStatus | None = None) -> Page[MaterialWorkRow]:
    """What is worked on: your own municipality's, all for Tokyo."""
    by = [material_work.c.material_id, material_work.c.municipality]
    return await reader.page(MaterialWorkRow, works_with(status=status), page, by=by)


@router.get(WORK, allow=in_charge)
async def read_work(material_id: Id, reader: Reader) -> MaterialWorkOut:
    """One material as it is worked on; 404 for all but its owner and Tokyo."""
    return await _read(reader, material_id)


@router.get(
    f"{WORK}/files/{{digest}}",
    allow=in_charge,
    raises=[NotFound, FileInQuarantine, FileIsInfected],
    response_class=Response,
    responses={200: {"content": {BINARY: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def download_work_file(material_id: Id, digest: FileDigest, reader: Reader, files: Files) -> Response:
    """The bytes of a file of the next version, for those who work on it. It is not counted as a use."""
    return handed_out(await _file(reader, material_id, digest), await files.take_out(digest))


@router.get(f"{WORK}/versions", allow=in_charge)
async def list_versions(material_id: Id, reader: Reader, page: PageQuery) -> Page[MaterialVersionOut]:
    """Every version that was ever published."""
    by = [material_version.c.number, material_version.c.municipality]
    return await reader.page(MaterialVersionOut, versions_of(material_id), page, by=by)


@router.get(f"{WORK}/history", allow=in_charge)
async def history_of_material(material_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a material."""
    await _read(reader, material_id)
    return await reader.history(Material, material_id, page)


async def _read(reader: ReadSession, material_id: str) -> MaterialWorkOut:
    row = await _row(reader, material_id)
    return MaterialWorkOut.of({**row, "files": files_of(row["files"], await scans_in(reader, row["files"]))})


async def _row(reader: ReadSession, material_id: str) -> dict[str, Any]:
    row = await reader.tx.row(reader.own(works_with(material_id)))
    if row is None:
        raise NotFound(what="material", id=material_id)
    return dict(row)


async def _file(reader: ReadSession, material_id: str, digest: str) -> FileRef:
    for file in (await _row(reader, material_id))["files"]:
        if file["digest"] == digest:
            return FileRef.model_validate(file)
    raise NotFound(what="file", id=digest)
