"""The library's read models, and what of it is found, made anew from its events (G6)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI

from conftest import As
from kyodo_academy.files.views import files
from kyodo_academy.materials.views import materials
from kyodo_academy.precedent_meetings.views import meetings
from kyodo_academy.precedents.views import precedents
from kyodo_academy.visits.views import visits
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.library_desk import CHIYODA, CONTENT, FINDING, MEETING, OFFICIAL, PDF, PRECEDENT, VISIT, LibraryDesk
from tests.support.rebuilt import rebuilt
from tests.support.running import running

OFFICER = ("officer", CHIYODA)
TABLES = {
    "stored_file",
    "material",
    "municipal_material",
    "material_work",
    "material_version",
    "precedent",
    "visit",
    "visit_finding",
    "precedent_meeting",
    "precedent_meeting_registration",
    "precedent_meeting_question",
    "search_entry",
    "search_chunk",
}


async def live_out_materials(desk: LibraryDesk) -> None:
    """Materials of both kinds are published, change their readers, lose a file, and one is withdrawn."""
    for first, second in (("public", "municipality"), ("municipality", "public"), ("municipality", "officials")):
        id_ = await desk.published(*OFFICER, file=PDF, visibility=first)
        work = f"material-works/{id_}"
        await desk.done("PUT", f"{work}/content", {"content": CONTENT | {"visibility": second}}, *OFFICER)
        (file,) = (await desk.done("GET", work, None, *OFFICER))["files"]
        await desk.done("PUT", f"{work}/files/{file['digest']}/scan", None, *OFFICER)
        await desk.done("DELETE", f"{work}/files/{file['digest']}", None, *OFFICER)
        await desk.done("PUT", f"{work}/publication", None, *OFFICER)
    await desk.done("PUT", f"{work}/withdrawal", {"reason_ja": "古い"})


async def live_out_research(desk: LibraryDesk) -> None:
    """Precedents and visits are recorded and corrected, findings told, told anew and taken back."""
    await desk.done("POST", "precedents/forum-2023")
    made = await desk.done("POST", "precedents", {"content": PRECEDENT})
    changed = {"content": PRECEDENT | {"visibility": "officials"}}
    await desk.done("PUT", f"precedents/{made['precedent_id']}/content", changed)
    visit = f"visits/{(await desk.done('POST', 'visits', {'content': VISIT}))['visit_id']}"
    for topic in ("電子調達", "電子投票"):
        await desk.done("POST", f"{visit}/findings", {"finding": FINDING | {"topic_ja": topic}})
    await desk.done("PUT", f"{visit}/findings/1", {"finding": FINDING | {"use_ja": "試す。"}})
    await desk.done("DELETE", f"{visit}/findings/2")
    await desk.done("PUT", f"{visit}/content", {"content": VISIT | {"visibility": "officials"}})


async def live_out_meetings(desk: LibraryDesk, app: FastAPI) -> None:
    """One meeting is held, after registrations and questions; another is cancelled."""
    ids = [(await desk.done("POST", "precedent-meetings", {"content": MEETING}))["meeting_id"] for _ in range(2)]
    held, off = (f"precedent-meetings/{id_}" for id_ in ids)
    await desk.done("PUT", f"{held}/content", {"content": MEETING | {"visibility": "public"}})
    made = [await desk.done("POST", f"{held}/registrations", OFFICIAL, *OFFICER) for _ in range(2)]
    await desk.done("DELETE", f"{held}/registrations/{made[0]['registration_id']}", None, *OFFICER)
    await desk.done("POST", f"{held}/questions", {"question_ja": "費用は。"}, *OFFICER)
    await desk.done("PUT", f"{held}/questions/1/answer", {"answer_ja": "年百万円。"})
    await desk.done("PUT", f"{off}/cancellation", {"reason_ja": "先方の都合"})
    set_clock(app, datetime.fromisoformat(MEETING["ends_at"]))
    await desk.done("PUT", f"{held}/minutes", {"minutes_ja": "議事の要旨"})


async def test_read_models_equal_their_rebuild_after_every_kind_of_event(
    databases: Databases, settings_for: Callable[..., Settings], as_: As, tmp_path: Path
) -> None:
    async with running(databases, settings_for, "academy") as service:
        desk = LibraryDesk(service.client, as_)
        await live_out_materials(desk)
        script = tmp_path / "scanner.py"
        script.write_text("import sys; sys.stdin.buffer.read()")
        runtime = service.app.state.runtime
        runtime.settings = runtime.settings.model_copy(update={"file_scanner": f"{sys.executable} {script}"})
        await live_out_materials(desk)
        await live_out_research(desk)
        await live_out_meetings(desk, service.app)
        found = await rebuilt(service, files, materials, precedents, visits, meetings)
    assert set(found) == TABLES
    assert [one for one in found.values() if not one.none] == []
