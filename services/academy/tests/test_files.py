"""Files: recognised by content and name, scanned, kept once."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from kyodo_academy.files.kinds import (
    MAX_FILE,
    FileIsNotWhatItSays,
    FileKind,
    FileTooLarge,
    FileTypeNotTaken,
    recognised,
)
from kyodo_academy.files.model import (
    FileInQuarantine,
    FileIsInfected,
    FileScanned,
    FileStored,
    Scan,
    StoredFile,
)
from kyodo_academy.files.scanning import scan
from kyodo_events.errors import Refused
from kyodo_events.testing import given
from tests.support.library_desk import PDF, office

WORD = office("word/document.xml")
TAKEN = [
    ("資料.pdf", PDF, FileKind.PDF),
    ("図.PNG", b"\x89PNG\r\n\x1a\nrest", FileKind.PNG),
    ("写真.jpg", b"\xff\xd8\xff\xe0", FileKind.JPEG),
    ("写真.jpeg", b"\xff\xd8\xff\xe0", FileKind.JPEG),
    ("覚書.txt", "電子申請\r\n".encode(), FileKind.TXT),
    ("覚書.txt", "電子申請".encode("cp932"), FileKind.TXT),
    ("表.csv", "\ufeff年度,件数\n2023,5\n".encode(), FileKind.CSV),
    ("文書.docx", WORD, FileKind.DOCX),
    ("表.xlsx", office("xl/workbook.xml"), FileKind.XLSX),
    ("発表.pptx", office("ppt/presentation.xml"), FileKind.PPTX),
]
REFUSED: list[tuple[str, bytes, type[Refused]]] = [
    ("動画.mp4", b"\x00\x00\x00\x18ftypmp42", FileTypeNotTaken),
    ("一式.zip", WORD, FileTypeNotTaken),
    ("頁.html", b"<html>", FileTypeNotTaken),
    ("文書.docm", WORD, FileTypeNotTaken),
    ("実行.exe", b"MZ", FileTypeNotTaken),
    ("資料.pdf", b"MZ\x90", FileIsNotWhatItSays),
    ("資料.pdf", b"", FileIsNotWhatItSays),
    ("図.png", PDF, FileIsNotWhatItSays),
    ("写真.jpg", b"\x89PNG\r\n\x1a\n", FileIsNotWhatItSays),
    ("覚書.txt", b"\x00\x01", FileIsNotWhatItSays),
    ("覚書.txt", b"", FileIsNotWhatItSays),
    ("表.csv", b"abc\x81", FileIsNotWhatItSays),
    ("文書.docx", office("xl/workbook.xml"), FileIsNotWhatItSays),
    ("文書.docx", b"PK\x03\x04 no archive", FileIsNotWhatItSays),
    ("表.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin"), FileIsNotWhatItSays),
    ("資料.pdf", PDF + b"x" * MAX_FILE, FileTooLarge),
]


@pytest.mark.parametrize(("name", "content", "kind"), TAKEN)
def test_what_is_taken(name: str, content: bytes, kind: FileKind) -> None:
    assert recognised(name, content) is kind


@pytest.mark.parametrize(("name", "content", "refusal"), REFUSED)
def test_what_is_refused(name: str, content: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        recognised(name, content)


def stored(scan: Scan) -> FileStored:
    return FileStored(kind=FileKind.PDF, size=3, scan=scan)


def test_what_a_scanner_said_is_known_of_the_bytes() -> None:
    given(StoredFile).when(lambda one: one.store(FileKind.PDF, 3, Scan.CLEAN)).then(stored(Scan.CLEAN))
    given(StoredFile).when(lambda one: one.store(FileKind.PDF, 3, Scan.INFECTED)).refuses(FileIsInfected(digest="test"))
    known = given(StoredFile).that(stored(Scan.NOT_SCANNED))
    known.when(lambda one: one.store(FileKind.PDF, 3, Scan.NOT_SCANNED)).then()
    known.when(lambda one: one.store(FileKind.PDF, 3, Scan.CLEAN)).then(FileScanned(scan=Scan.CLEAN))
    clean = given(StoredFile).that(stored(Scan.CLEAN))
    clean.when(lambda one: one.scanned(Scan.QUARANTINED)).then()
    clean.when(lambda one: one.scanned(Scan.INFECTED)).then(FileScanned(scan=Scan.INFECTED))
    infected = given(StoredFile).that(stored(Scan.CLEAN), FileScanned(scan=Scan.INFECTED))
    infected.when(lambda one: one.scanned(Scan.CLEAN)).refuses(FileIsInfected(digest="test"))


def test_what_is_in_quarantine_is_not_handed_out() -> None:
    for scan_, refusal in ((Scan.QUARANTINED, FileInQuarantine), (Scan.INFECTED, FileIsInfected)):
        with pytest.raises(refusal):
            given(StoredFile).that(stored(scan_)).state.require_released()
    for scan_ in (Scan.CLEAN, Scan.NOT_SCANNED):
        given(StoredFile).that(stored(scan_)).state.require_released()


SCANNER = """
import sys
content = sys.stdin.buffer.read()
sys.exit(1 if b"EICAR" in content else 2 if b"broken" in content else 0)
"""


@pytest.fixture
def command(tmp_path: Path) -> str:
    """A scanner that behaves as ClamAV's does."""
    script = tmp_path / "scanner.py"
    script.write_text(SCANNER)
    return f"{sys.executable} {script}"


async def test_a_command_scans(command: str) -> None:
    contents = (b"a text", b"EICAR", b"broken")
    found = [await scan(content, command) for content in contents]
    assert found == [Scan.CLEAN, Scan.INFECTED, Scan.QUARANTINED]
    assert await scan(b"a text", None) is Scan.NOT_SCANNED
    assert await scan(b"a text", "/nowhere/scanner") is Scan.QUARANTINED


async def test_a_scanner_that_sleeps_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kyodo_academy.files.scanning.SECONDS", 0.3)
    script = tmp_path / "sleeper.py"
    script.write_text("import time; time.sleep(60)")
    assert await scan(PDF, f"{sys.executable} {script}") is Scan.QUARANTINED


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b'{"infected": false}', Scan.CLEAN),
        (b'{"infected": true}', Scan.INFECTED),
        (b'{"infected": "no"}', Scan.QUARANTINED),
        (b"[]", Scan.QUARANTINED),
        (b"all is well", Scan.QUARANTINED),
    ],
)
async def test_an_endpoint_scans(answer: bytes, found: Scan) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(PDF)
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(answer), answer))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await scan(PDF, f"http://127.0.0.1:{port}/scan") is found
    assert await scan(PDF, f"http://127.0.0.1:{port}/scan") is Scan.QUARANTINED
