"""Files into and out of the database, in the transaction of the command that names them.

The bytes stand in PostgreSQL: one transaction holds a material and its files, one backup restores both, and there is
no second store whose loss or leftovers somebody would have to notice. They are addressed by their digest and stand
there once, whatever names them; who may have them is decided by the row that names the digest, never by the digest.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Depends
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from kyodo_academy.files import views
from kyodo_academy.files.kinds import recognised
from kyodo_academy.files.model import FileIsInfected, FileRef, Scan, StoredFile
from kyodo_academy.files.scanning import scan
from kyodo_events.errors import NotFound, require
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.context import current


class FileShelf:
    """Takes files in, has them scanned and hands them out."""

    def __init__(self, commands: CommandBus, scanner: str | None) -> None:
        self._commands, self._scanner = commands, scanner
        self._tx = current.get().tx

    async def look_at(self, name: str, content: bytes) -> tuple[FileRef, Scan]:
        """Recognise a file and have it scanned, before anything is written. Raises what `recognised` raises."""
        kind = recognised(name, content)
        digest = hashlib.sha256(content).hexdigest()
        known = await self._commands.read_or_new(StoredFile, digest)
        known.require_not_infected()
        found = Scan.CLEAN if known.scan is Scan.CLEAN else await scan(content, self._scanner)
        require(found is not Scan.INFECTED, FileIsInfected(digest=digest))
        return FileRef(name=name, kind=kind, size=len(content), digest=digest), found

    async def keep(self, file: FileRef, content: bytes, found: Scan) -> None:
        """Put the bytes where the event says they are."""
        await self._commands.on_or_new(StoredFile, file.digest, lambda one: one.store(file.kind, file.size, found))
        row = {"digest": file.digest, "content": content}
        await self._tx.run(insert(views.file_content).values(row).on_conflict_do_nothing())

    async def scan_again(self, digest: str) -> StoredFile:
        """Ask the scanner about bytes that are here; infected ones are deleted, and stay known as infected."""
        found = await scan(await self._content(digest), self._scanner)
        file = await self._commands.on(StoredFile, digest, lambda one: one.scanned(found))
        if file.scan is Scan.INFECTED:
            await self._tx.run(delete(views.file_content).where(views.file_content.c.digest == digest))
        return file

    async def take_out(self, digest: str) -> bytes:
        """The bytes, for whoever may have them. Raises FileInQuarantine, FileIsInfected, NotFound."""
        (await self._commands.read(StoredFile, digest)).require_released()
        return await self._content(digest)

    async def _content(self, digest: str) -> bytes:
        content = await self._tx.scalar(views.content_of(digest))
        require(content is not None, NotFound(what="file", id=digest))
        return bytes(content)


async def _shelf(commands: Commands) -> FileShelf:
    return FileShelf(commands, current.get().runtime.settings.file_scanner)


Files = Annotated[FileShelf, Depends(_shelf)]
