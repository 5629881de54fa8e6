"""A file (ファイル) as bytes that were checked, known by their digest, whatever names them and however often.

What a scanner found is a fact about the bytes, not about a material: one aggregate for each digest says it, so a file
that turns out infected is gone from every material at once. Its id is the digest: the same bytes are the same file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from kyodo_academy.files.kinds import FileKind, FileName
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.value import Value

FileDigest = Annotated[
    str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the bytes, in hexadecimal", examples=["0" * 64])
]


class FileRef(Value):
    """A file as something names it: the name is the namer's, all else is the bytes'."""

    name: FileName
    kind: FileKind
    size: Annotated[int, Field(ge=1)]
    digest: FileDigest


class Scan(StrEnum):
    """What is known about viruses in a file."""

    NOT_SCANNED = "not_scanned"
    QUARANTINED = "quarantined"
    CLEAN = "clean"
    INFECTED = "infected"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return SCANS_JA[self]


SCANS_JA = {
    Scan.NOT_SCANNED: "未検査（検査機能なし）",
    Scan.QUARANTINED: "検査待ち（隔離中）",
    Scan.CLEAN: "検査済み",
    Scan.INFECTED: "ウイルス検出",
}


class FileStored(Event, type="kyodo.academy.file-stored", words="ファイル（{kind}、{size}バイト）を保管した（{scan}）"):
    """These bytes were seen for the first time. They stand beside the events, under their digest."""

    kind: FileKind
    size: Annotated[int, Field(ge=1)]
    scan: Scan


class FileScanned(Event, type="kyodo.academy.file-scanned", words="ファイルのウイルス検査：{scan}"):
    """The scanner said something else than what was known."""

    scan: Scan


class FileIsInfected(Refused):
    status, type = 422, "file-infected"
    title = "The file is infected (ウイルスを検出)"
    detail = "The virus scanner refuses the file {digest}."
    remedy = "Check the machine that it comes from, and upload a clean copy."


class FileInQuarantine(Refused):
    status, type = 409, "file-in-quarantine"
    title = "The file waits for the virus scanner (検査待ち)"
    detail = "The scanner could not be asked about the file {digest} yet."
    remedy = "Have it scanned once the scanner answers again; whoever is in charge of the material can do so."


@dataclass(frozen=True)
class StoredFile(Aggregate, category="file"):
    """The file whose digest is the id."""

    scan: Scan | None = None

    def store(self, kind: FileKind, size: int, found: Scan) -> Events:
        """Keep bytes that a scanner said this of; bytes that are here already gain what it said anew."""
        self.require_not_infected()
        if self.version == 0:
            require(found is not Scan.INFECTED, FileIsInfected(digest=self.id))
            yield FileStored(kind=kind, size=size, scan=found)
        else:
            yield from self.scanned(found)

    def scanned(self, found: Scan) -> Events:
        """Note what a scanner said. What it said once is not forgotten because it is silent now."""
        self.require_not_infected()
        silent = found in (Scan.NOT_SCANNED, Scan.QUARANTINED)
        if found is not self.scan and not (silent and self.scan is Scan.CLEAN):
            yield FileScanned(scan=found)

    def require_not_infected(self) -> None:
        """For whoever takes the file in. Raises FileIsInfected."""
        require(self.scan is not Scan.INFECTED, FileIsInfected(digest=self.id))

    def require_released(self) -> None:
        """For whoever hands the file out. Raises FileInQuarantine, FileIsInfected."""
        self.require_not_infected()
        require(self.scan is not Scan.QUARANTINED, FileInQuarantine(digest=self.id))

    @evolve
    def was_stored(self, event: FileStored) -> Self:
        return replace(self, scan=event.scan)

    @evolve
    def was_scanned(self, event: FileScanned) -> Self:
        return replace(self, scan=event.scan)
