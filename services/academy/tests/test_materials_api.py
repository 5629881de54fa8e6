"""Materials over HTTP: worked on, published, found and downloaded by those for whom they are, and counted."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from conftest import As
from kyodo_academy.files.kinds import MAX_FILE
from tests.support.library_desk import CHIYODA, CONTENT, MUSASHINO, PDF, LibraryDesk, kind_of

DIGEST = hashlib.sha256(PDF).hexdigest()
OFFICER, OTHER = ("officer", CHIYODA), ("officer", MUSASHINO)
LEARNER = "0193f1a0-0000-7000-8000-000000000001"


@pytest.fixture
async def app(app_of: Callable[[str], Awaitable[FastAPI]]) -> FastAPI:
    return await app_of("academy")


@pytest.fixture
async def desk(app: FastAPI, as_: As) -> LibraryDesk:
    client = AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://kyodo.test")
    return LibraryDesk(client, as_)


async def asked(app: FastAPI, query: str) -> list[tuple[Any, ...]]:
    async with app.state.runtime.database.transaction(read_only=True) as tx:
        return [tuple(row) for row in await tx.rows(query)]


async def test_versions_follow_one_another(desk: LibraryDesk) -> None:
    material_id = await desk.published(*OFFICER, file=PDF)
    address = f"material-works/{material_id}"
    await desk.done("PUT", f"{address}/content", {"content": CONTENT | {"title_ja": "次の版"}}, *OFFICER)
    assert await desk.titles("materials", "anonymous") == [CONTENT["title_ja"]]
    work = await desk.done("PUT", f"{address}/publication", None, *OFFICER)
    assert (work["number"], work["status_ja"], work["changed"]) == (2, "公開中", False)

    shown = await desk.done("GET", f"materials/{material_id}", None, "anonymous")
    assert shown.items() >= {"number": 2, "title_ja": "次の版", "licence_ja": "CC BY 4.0（表示）"}.items()
    assert [file["scan_ja"] for file in shown["files"]] == ["未検査（検査機能なし）"]
    versions = (await desk.done("GET", f"{address}/versions", None, *OFFICER))["items"]
    assert [one["content"]["title_ja"] for one in versions] == [CONTENT["title_ja"], "次の版"]
    told = [row["words"] for row in (await desk.done("GET", f"{address}/history", None, *OFFICER))["items"]]
    assert told[0] == "千代田区が資料を起案した"

    reason = {"reason_ja": "古くなったため"}
    assert kind_of(await desk.send("PUT", f"{address}/withdrawal", reason, *OTHER)) == (404, "not-found")
    await desk.done("PUT", f"{address}/withdrawal", reason)
    assert await desk.titles("materials") == []
    assert (await desk.send("GET", f"materials/{material_id}", None, *OFFICER)).status_code == 404
    assert (await desk.done("GET", address, None, *OFFICER))["withdrawn_because_ja"] == reason["reason_ja"]
    refused = await desk.send("PUT", f"{address}/publication", None, *OFFICER)
    assert kind_of(refused) == (409, "material-withdrawn")


# Who sees a published material, by owner and visibility; what is worked on, see below.
CALLERS: dict[str, tuple[str, ...]] = {
    "secretariat": ("secretariat",),
    "auditor": ("auditor",),
    "own officer": OFFICER,
    "own approver": ("approver", CHIYODA),
    "other officer": OTHER,
    "other approver": ("approver", MUSASHINO),
    "learner of Tokyo": ("learner",),
    "own learner": ("learner",),
    "other learner": ("learner",),
    "learner who left": ("learner",),
    **{name: (name,) for name in ("operator", "supplier", "expert", "supporter", "host", "lecturer", "integrator")},
    "anonymous": ("anonymous",),
}
EMPLOYERS: dict[str, tuple[str, ...]] = {
    "learner of Tokyo": ("secretariat",),
    "own learner": OFFICER,
    "other learner": OTHER,
    "learner who left": OFFICER,
}
EVERYBODY = set(CALLERS)
OFFICIALS = set(list(CALLERS)[:10])
PORTAL = {"secretariat", "auditor"}
PUBLISHED = {
    ("secretariat",): {"public": EVERYBODY, "officials": OFFICIALS, "tokyo": PORTAL | {"learner of Tokyo"}},
    OFFICER: {
        "public": EVERYBODY,
        "officials": OFFICIALS,
        "municipality": PORTAL | {"own officer", "own approver", "own learner"},
    },
}
CELLS = [(owner, visibility, seen) for owner, kinds in PUBLISHED.items() for visibility, seen in kinds.items()]


@pytest.fixture
async def learners(desk: LibraryDesk) -> dict[str, str]:
    """The learners among the callers, registered where they work; one of them works there no more."""
    ids = {}
    for name, employer in EMPLOYERS.items():
        ids[name] = (await desk.done("POST", "learners", None, *employer))["learner_id"]
    await desk.done("PUT", f"learners/{ids['learner who left']}/departure", None, *OFFICER)
    return ids


@pytest.mark.parametrize(("owner", "visibility", "seen"), CELLS)
async def test_who_sees_and_downloads_it(
    desk: LibraryDesk, learners: dict[str, str], owner: tuple[str, ...], visibility: str, seen: set[str]
) -> None:
    material_id = await desk.published(*owner, file=PDF, visibility=visibility)
    addresses = ["materials", "materials/newest", f"materials/{material_id}", f"materials/{material_id}/files/{DIGEST}"]
    found: dict[str, set[str]] = {address: set() for address in addresses}
    for name, role in CALLERS.items():
        for address in addresses:
            answer = await desk.send("GET", address, None, *role, person=learners.get(name))
            if address == addresses[-1]:
                shows = answer.content == PDF
            else:
                shows = answer.is_success and CONTENT["title_ja"] in answer.text
            found[address] |= {name} if shows else set()
            assert answer.status_code in (200, 404)
    assert found == dict.fromkeys(addresses, seen)


@pytest.mark.parametrize(
    ("owner", "seen"), [(("secretariat",), PORTAL), (OFFICER, PORTAL | {"own officer", "own approver"})]
)
async def test_who_sees_what_is_worked_on(desk: LibraryDesk, owner: tuple[str, ...], seen: set[str]) -> None:
    material_id = await desk.begun(*owner)
    assert (await desk.upload(material_id, "資料.pdf", PDF, *owner)).is_success
    work, lent = f"material-works/{material_id}", f"material-works/{material_id}/files/{DIGEST}"
    readers: dict[str, set[str]] = {
        work: set(),
        lent: set(),
        "material-works": set(),
        f"materials/{material_id}": set(),
    }
    for name, role in CALLERS.items():
        for address, found in readers.items():
            answer = await desk.send("GET", address, None, *role, person=LEARNER)
            if answer.is_success and (material_id in answer.text or answer.content == PDF):
                found.add(name)
    assert readers == {work: seen, lent: seen, "material-works": seen, f"materials/{material_id}": set()}


async def test_a_file_goes_out_as_it_came_in(desk: LibraryDesk) -> None:
    material_id = await desk.published(file=PDF)
    answer = await desk.send("GET", f"materials/{material_id}/files/{DIGEST}", None, "anonymous")
    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote('資料.pdf')}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    other = await desk.published(title_ja="別の資料")
    assert (await desk.send("GET", f"materials/{other}/files/{DIGEST}", None)).status_code == 404


async def test_the_same_bytes_are_kept_once(desk: LibraryDesk, app: FastAPI) -> None:
    ours, theirs = await desk.begun(*OFFICER), await desk.begun(*OTHER)
    for material_id, name, role in ((ours, "甲.pdf", OFFICER), (ours, "乙.pdf", OFFICER), (theirs, "丙.pdf", OTHER)):
        assert (await desk.upload(material_id, name, PDF, *role)).is_success
    assert await asked(app, "SELECT digest, content FROM file_content") == [(DIGEST, PDF)]
    assert (await desk.done("DELETE", f"material-works/{ours}/files/{DIGEST}", None, *OFFICER))["files"] == []
    assert len((await desk.done("GET", f"material-works/{theirs}", None, *OTHER))["files"]) == 1


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("動画.mp4", b"\x00\x00\x00\x18ftyp", (415, "file-type-not-taken")),
        ("一式.zip", b"PK\x03\x04", (415, "file-type-not-taken")),
        ("資料.pdf", b"MZ\x90", (422, "file-content-differs")),
        ("資料.pdf", PDF + b"x" * MAX_FILE, (413, "file-too-large")),
        ("資料.pdf", PDF + b"x" * 9_000_000, (413, "body-too-large")),
        ("../資料.pdf", PDF, (422, "invalid-request")),
    ],
)
async def test_a_file_that_is_not_taken_leaves_nothing(
    desk: LibraryDesk, app: FastAPI, name: str, content: bytes, refusal: tuple[int, str]
) -> None:
    material_id = await desk.begun()
    before = await asked(app, "SELECT count(*) FROM event")
    assert kind_of(await desk.upload(material_id, name, content)) == refusal
    assert await asked(app, "SELECT count(*) FROM event") == before
    assert await asked(app, "SELECT digest FROM file_content") == []


async def test_a_file_and_its_metadata_come_together_or_not_at_all(desk: LibraryDesk, app: FastAPI) -> None:
    material_id = await desk.begun(*OFFICER)
    assert (await desk.upload(material_id, "資料.pdf", PDF, *OTHER)).status_code == 404
    assert await asked(app, "SELECT digest FROM file_content") == []
    assert await asked(app, "SELECT digest FROM stored_file") == []


def scanner_of(tmp_path: Path, exit_code: str) -> str:
    script = tmp_path / "scanner.py"
    script.write_text(f"import sys\ncontent = sys.stdin.buffer.read()\nsys.exit({exit_code})")
    return f"{sys.executable} {script}"


def with_scanner(app: FastAPI, scanner: str) -> None:
    runtime = app.state.runtime
    runtime.settings = runtime.settings.model_copy(update={"file_scanner": scanner})


async def test_an_infected_file_is_refused(desk: LibraryDesk, app: FastAPI, tmp_path: Path) -> None:
    with_scanner(app, scanner_of(tmp_path, "1 if b'EICAR' in content else 0"))
    material_id = await desk.begun()
    assert kind_of(await desk.upload(material_id, "資料.pdf", PDF + b"EICAR")) == (422, "file-infected")
    assert await asked(app, "SELECT digest FROM file_content") == []
    clean = await desk.upload(material_id, "資料.pdf", PDF)
    assert [file["scan_ja"] for file in clean.json()["files"]] == ["検査済み"]


async def test_what_the_scanner_could_not_look_at_waits(desk: LibraryDesk, app: FastAPI, tmp_path: Path) -> None:
    with_scanner(app, "/nowhere/scanner")
    material_id = await desk.published(file=PDF)
    lent, scan = f"materials/{material_id}/files/{DIGEST}", f"material-works/{material_id}/files/{DIGEST}/scan"
    assert kind_of(await desk.send("GET", lent)) == (409, "file-in-quarantine")
    assert (await desk.send("PUT", scan, None, *OTHER)).status_code == 404
    with_scanner(app, scanner_of(tmp_path, "0"))
    assert (await desk.done("PUT", scan))["files"][0]["scan"] == "clean"
    assert (await desk.send("GET", lent)).content == PDF


async def test_a_file_that_turns_out_infected_is_gone(desk: LibraryDesk, app: FastAPI, tmp_path: Path) -> None:
    material_id = await desk.published(file=PDF)
    lent = f"materials/{material_id}/files/{DIGEST}"
    assert (await desk.send("GET", lent)).content == PDF
    with_scanner(app, scanner_of(tmp_path, "1"))
    scanned = await desk.done("PUT", f"material-works/{material_id}/files/{DIGEST}/scan")
    assert scanned["files"][0]["scan_ja"] == "ウイルス検出"
    assert kind_of(await desk.send("GET", lent)) == (422, "file-infected")
    assert await asked(app, "SELECT digest FROM file_content") == []
    assert kind_of(await desk.upload(await desk.begun(), "別名.pdf", PDF)) == (422, "file-infected")


async def test_uses_are_counted_apart_from_the_material(desk: LibraryDesk, app: FastAPI) -> None:
    material_id = await desk.published(file=PDF)
    version = (await desk.done("GET", f"material-works/{material_id}"))["version"]
    for _ in range(3):
        await desk.done("GET", f"materials/{material_id}", None, *OTHER)
    await desk.send("GET", f"materials/{material_id}/files/{DIGEST}", None, "anonymous")
    await desk.send("GET", f"materials/{material_id}/files/{'0' * 64}", None, "anonymous")
    (row,) = (await desk.done("GET", "materials"))["items"]
    assert (row["views"], row["downloads"]) == (3, 1)
    assert (await desk.done("GET", f"material-works/{material_id}"))["version"] == version
    kept = "SELECT DISTINCT use, organisation FROM material_use ORDER BY 1"
    assert await asked(app, kept) == [("download", "external"), ("view", MUSASHINO)]


async def test_most_used_and_recommended(desk: LibraryDesk) -> None:
    names = {}
    for title, tags, skills in (
        ("申請一", ["電子申請"], []),
        ("申請二", ["電子申請", "窓口"], []),
        ("窓口", ["窓口"], []),
        ("庶務", ["庶務"], ["rpa"]),
    ):
        names[title] = await desk.published(title_ja=title, tags=tags, skills=skills)
    await desk.published(*OTHER, title_ja="三鷹のみ", tags=["電子申請"], visibility="municipality")
    for title, times in (("窓口", 1), ("申請一", 3)):
        for _ in range(times):
            await desk.done("GET", f"materials/{names[title]}", None, *OFFICER)
    assert await desk.titles("materials/most-used", "anonymous") == ["申請一", "窓口"]
    assert await desk.titles("materials/newest", "anonymous") == ["庶務", "窓口", "申請二", "申請一"]
    # of 電子申請 and 窓口, which Chiyoda opened, 申請二 has both; Musashino opened nothing
    assert await desk.titles("materials/recommended", *OFFICER) == ["申請二"]
    assert await desk.titles("materials/recommended", *OTHER) == []
    assert await desk.titles("materials/recommended?skill=rpa", *OTHER) == ["庶務"]
    assert await desk.titles("materials?tag=窓口", "anonymous") == ["申請二", "窓口"]
    assert await desk.titles("materials?skill=rpa&licence=cc_by_4_0&owner=tokyo", "anonymous") == ["庶務"]
