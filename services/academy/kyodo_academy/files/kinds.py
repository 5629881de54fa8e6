"""Which kinds of files the portal takes, told by content and by name: what only calls itself a PDF is refused.

Archives, programs, web pages, films and documents with macros are none of them. A film is linked, not uploaded.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from kyodo_events.errors import Refused, require

MAX_FILE: Final = 8_000_000
"""Bytes; a little less than the platform takes as a body, so that a file above it is refused in words about files."""

# A path would let a name lead somewhere, and what controls the direction of writing lets `fdp.exe` read `exe.pdf`.
FileName = Annotated[
    str,
    Field(
        pattern=r'^[^\s.\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]'
        r'[^\\/:*?"<>|\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]{0,110}\.[A-Za-z0-9]{1,5}$',
        description="A file's name with its ending",
        examples=["研修資料.pdf"],
    ),
]


class FileKind(StrEnum):
    """What a file is."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TXT = "txt"
    CSV = "csv"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return KINDS_JA[self]

    @property
    def media_type(self) -> str:
        """As HTTP names it."""
        return MEDIA_TYPES[self]


KINDS_JA = {
    FileKind.PDF: "PDF",
    FileKind.PNG: "画像（PNG）",
    FileKind.JPEG: "画像（JPEG）",
    FileKind.TXT: "テキスト",
    FileKind.CSV: "CSV",
    FileKind.DOCX: "Word文書",
    FileKind.XLSX: "Excelブック",
    FileKind.PPTX: "PowerPointスライド",
}
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES: Final = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.TXT: "text/plain",
    FileKind.CSV: "text/csv",
    FileKind.DOCX: f"{_OFFICE}wordprocessingml.document",
    FileKind.XLSX: f"{_OFFICE}spreadsheetml.sheet",
    FileKind.PPTX: f"{_OFFICE}presentationml.presentation",
}
_ENDINGS: Final = {kind.value: kind for kind in FileKind} | {"jpg": FileKind.JPEG}


class FileTooLarge(Refused):
    status, type = 413, "file-too-large"
    title = "The file is too large (ファイルサイズ超過)"
    detail = "The file has {size} bytes; at most {most} are taken."
    remedy = "Save it with smaller pictures, or divide it into several files."


class FileTypeNotTaken(Refused):
    status, type = 415, "file-type-not-taken"
    title = "Files of this type are not taken (対象外のファイル形式)"
    detail = "'{name}' ends in none of {taken}."
    remedy = "Save it as one of these; a film is linked in the description, and what an archive holds comes unpacked."


class FileIsNotWhatItSays(Refused):
    status, type = 422, "file-content-differs"
    title = "The content is not what the name says (拡張子と内容の不一致)"
    detail = "The content of '{name}' is not that of a file of the type {kind} without macros."
    remedy = "Save it again in that type, text in UTF-8 or Shift_JIS, without macros, and upload the new file."


def recognised(name: str, content: bytes) -> FileKind:
    """The kind of a file. Raises FileTooLarge, FileTypeNotTaken, FileIsNotWhatItSays."""
    require(len(content) <= MAX_FILE, FileTooLarge(size=len(content), most=MAX_FILE))
    kind = _ENDINGS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise FileTypeNotTaken(name=name, taken=", ".join(_ENDINGS))
    require(_LOOKS_LIKE[kind](content), FileIsNotWhatItSays(name=name, kind=kind.value))
    return kind


def _begins_with(start: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(start)


def _is_text(content: bytes) -> bool:
    """Japanese or other text without control characters, of at least one character."""
    plain = re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", content) is None
    return bool(content) and plain and any(_decodes(content, encoding) for encoding in ("utf-8", "cp932"))


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_office(main: str) -> Callable[[bytes], bool]:
    """A package of Office Open XML with this main part, told by its list of contents: nothing is unpacked."""

    def looks(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                parts = {part.filename for part in package.infolist()}
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        macros = any(part.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js")) for part in parts)
        return {"[Content_Types].xml", main} <= parts and not macros

    return looks


_LOOKS_LIKE: Final[dict[FileKind, Callable[[bytes], bool]]] = {
    FileKind.PDF: _begins_with(b"%PDF-"),
    FileKind.PNG: _begins_with(b"\x89PNG\r\n\x1a\n"),
    FileKind.JPEG: _begins_with(b"\xff\xd8\xff"),
    FileKind.TXT: _is_text,
    FileKind.CSV: _is_text,
    FileKind.DOCX: _is_office("word/document.xml"),
    FileKind.XLSX: _is_office("xl/workbook.xml"),
    FileKind.PPTX: _is_office("ppt/presentation.xml"),
}
