"""Attendance by list, and by the file of an online meeting: all or nothing, and what is wrong is named."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.academy_desk import BEGINS, CHIYODA, MITAKA, MUSASHINO, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running

PROJECT = "0193f1a0-0000-7000-8000-0000000000d0"
ENDS = BEGINS + timedelta(hours=2)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """A course of the academy."""
    async with running(databases, settings_for, "academy") as service:
        yield await AcademyDesk(service, as_).with_course()


async def seats(desk: AcademyDesk, session: str, *people: tuple[str, str | None]) -> list[str]:
    """Officials with a mail address or none who are put into a session; their enrolments."""
    found = []
    for number, (code, mail) in enumerate(people):
        row = {"name_ja": f"見本 {number}", "email": mail}
        taken = await desk.done("POST", "learner-intakes", {"learners": [row]}, "officer", code)
        body = {"learner_ids": [taken["learners"][0]["learner_id"]]}
        put_in = await desk.done("POST", f"sessions/{session}/nominations", body, "officer", code)
        found.append(put_in["enrolments"][0]["enrolment_id"])
    return found


async def listed(desk: AcademyDesk, session: str, *rows: dict[str, Any]) -> httpx.Response:
    """The host's list."""
    return await desk.send("POST", f"sessions/{session}/attendances", {"attendances": rows})


async def imported(desk: AcademyDesk, session: str, file: bytes | str, *role: str, **query: Any) -> httpx.Response:
    """A file of a meeting."""
    headers = desk.as_(*role or ("secretariat",)) | {"If-Match": "*", "Content-Type": "text/csv"}
    headers |= {"Idempotency-Key": f"import-{len(file)}-{sorted(query)}".replace(" ", "")}
    path = f"/v1/sessions/{session}/attendance-imports"
    content = file.encode() if isinstance(file, str) else file
    return await desk.service.client.post(path, content=content, params=query, headers=headers)


async def recorded(desk: AcademyDesk) -> dict[str, int]:
    """How many events of attendance there are, by type."""
    query = "SELECT type, count(*) FROM event WHERE type ~ 'attend|absence' GROUP BY type ORDER BY type"
    return {row[0].removeprefix("kyodo.academy."): row[1] for row in await desk.service.as_owner(query)}


async def test_a_list_is_recorded_corrected_and_published(desk: AcademyDesk) -> None:
    session = await desk.session(project_id=PROJECT, seats=3)
    one, two = await seats(desk, session, (CHIYODA, None), (MITAKA, None))
    learner = (await desk.done("POST", "learners"))["learner_id"]
    put_in = await desk.done("POST", f"sessions/{session}/nominations", {"learner_ids": [learner]})
    tokyo = put_in["enrolments"][0]["enrolment_id"]
    early = await listed(desk, session, {"enrolment_id": one})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/training-session-not-open")
    desk.at(ENDS)
    rows = [{"enrolment_id": one, "percent": 60}, {"enrolment_id": two, "percent": 0}, {"enrolment_id": tokyo}]
    assert (await listed(desk, session, *rows)).json() == {"attended": 2, "absent": 1, "unchanged": 0}
    assert (await listed(desk, session, *rows)).json() == {"attended": 0, "absent": 0, "unchanged": 3}
    path = f"/v1/sessions/{session}/attendances"
    seen = (await desk.service.client.get(path, headers=desk.as_("secretariat"))).json()["seats"]
    assert {row["enrolment_id"]: (row["municipality"], row["percent"]) for row in seen} == {
        one: (CHIYODA, 60),
        two: (MITAKA, 0),
        tokyo: ("tokyo", 100),
    }
    assert (await desk.service.client.get(path, headers=desk.as_("officer", CHIYODA))).status_code == 404
    corrected = [{"enrolment_id": one, "percent": 0}, {"enrolment_id": two, "percent": 90}]
    explained = [row | {"reason_ja": "受付簿の確認"} for row in corrected]
    assert (await listed(desk, session, *corrected)).json()["errors"][1]["detail"] == (
        "The attendance was recorded before, as something else."
    )
    assert (await listed(desk, session, *explained)).json() == {"attended": 1, "absent": 1, "unchanged": 0}
    assert await recorded(desk) == {
        "absence-recorded": 2,
        "attendance-recorded": 3,
        "training-attendance-cancelled": 1,
        "training-attended": 2,
    }, "Tokyo's own officials are not charged"
    assert await differing(desk.service) == set()


async def test_all_wrong_rows_are_named_and_nothing_is_recorded(desk: AcademyDesk) -> None:
    session, other = await desk.session(seats=1, project_id=PROJECT), await desk.session()
    seated, waiting = await seats(desk, session, (CHIYODA, None), (MITAKA, None))
    (elsewhere,) = await seats(desk, other, (MITAKA, None))
    desk.at(ENDS)
    rows = [{"enrolment_id": id_} for id_ in (seated, waiting, elsewhere, seated)]
    refused = await listed(desk, session, *rows)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/attendances-refused")
    assert {error["pointer"]: error["detail"] for error in refused.json()["errors"]} == {
        "#/attendances/1": "The enrolment has no seat at the session.",
        "#/attendances/2": "The enrolment has no seat at the session.",
        "#/attendances/3": "The same stands at #/attendances/0 already.",
    }
    assert await recorded(desk) == {}
    officer = await desk.send("POST", f"sessions/{session}/attendances", {"attendances": rows}, "officer", CHIYODA)
    assert officer.status_code == 404, "another host's session"


ZOOM = """ミーティングID,トピック,開始時刻,終了時刻,ユーザーのメール,期間（分）,参加者
123 456 789,見本の研修,2026/06/22 13:50:00,2026/06/22 16:05:00,host@example.jp,135,5

名前（元の名前）,ユーザーのメール,参加時刻,退出時刻,期間（分）,ゲスト
見本 一,Placeholder-1@Example.jp,2026/06/22 13:50:00,2026/06/22 15:00:00,70,いいえ
見本 一,placeholder-1@example.jp,2026/06/22 14:30:00,2026/06/22 15:30:00,60,いいえ
見本 二,shared@example.jp,2026/06/22 14:00:00,2026/06/22 16:00:00,120,いいえ
講師,lecturer@example.jp,2026/06/22 14:00:00,2026/06/22 16:00:00,120,いいえ
見本 四,placeholder-4@example.jp,2026/06/22 13:00:00,2026/06/22 13:10:00,10,いいえ
電話,,2026/06/22 14:00:00,2026/06/22 16:00:00,120,はい
"""


async def test_a_file_is_shown_first_and_then_recorded(desk: AcademyDesk) -> None:
    session = await desk.session(project_id=PROJECT, seats=6)
    people = [(CHIYODA, "placeholder-1@example.jp"), (CHIYODA, "shared@example.jp"), (MITAKA, "shared@example.jp")]
    more = [(MITAKA, "placeholder-4@example.jp"), (MUSASHINO, None)]
    one, two, three, four, five = await seats(desk, session, *people, *more)
    desk.at(ENDS)
    expected = {
        "attended": 1,
        "absent": 0,
        "unchanged": 0,
        "matched": [{"enrolment_id": one, "municipality": CHIYODA, "rows": [5, 6], "minutes": 90, "percent": 75}],
        "ambiguous": [{"rows": [7], "enrolment_ids": sorted([two, three])}],
        "unknown": [8, 10],
        "outside": [9],
        "missing": [four, five],
    }
    with capture_logs() as logs:
        shown = await imported(desk, session, ZOOM.encode("cp932"), dry_run=True)
        assert shown.json() == expected
        assert await recorded(desk) == {}, "a preview writes nothing"
        assert (await imported(desk, session, ZOOM.encode("cp932"))).json() == expected
    assert await recorded(desk) == {"attendance-recorded": 1, "training-attended": 1}
    again = await imported(desk, session, ZOOM, dry_run=False)
    assert (again.json()["attended"], again.json()["unchanged"]) == (0, 1)
    written = await desk.service.as_owner(
        "SELECT data::text FROM event UNION ALL SELECT convert_from(body, 'UTF8') FROM idempotency"
    )
    assert len(written) > 1
    for text in [shown.text, str(logs), *(text for (text,) in written)]:
        assert "placeholder-1" not in text.lower(), "nothing of the file is kept, logged or answered"


async def test_a_correction_by_a_file_needs_its_reason(desk: AcademyDesk) -> None:
    session = await desk.session()
    (one,) = await seats(desk, session, (CHIYODA, "placeholder-1@example.jp"))
    desk.at(ENDS)
    await listed(desk, session, {"enrolment_id": one})
    refused = await imported(desk, session, ZOOM)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/attendances-refused")
    assert refused.json()["errors"][0]["pointer"] == "line 5"
    corrected = await imported(desk, session, ZOOM, reason_ja="接続記録による")
    assert corrected.json()["attended"] == 1


@pytest.mark.parametrize(
    ("file", "status", "type_"),
    [
        (b"", 422, "not-a-meeting-file"),
        ("氏名,所属\n見本,千代田区\n", 422, "not-a-meeting-file"),
        (b"\x89PNG\r\n\x1a\n\xff\xff", 422, "not-a-meeting-file"),
        (ZOOM.replace("2026/06/22 14:30:00", "昼すぎ"), 422, "not-a-meeting-file"),
        ("x" * 2_000_001, 413, "meeting-file-too-large"),
    ],
)
async def test_a_wrong_file_is_refused(desk: AcademyDesk, file: bytes | str, status: int, type_: str) -> None:
    session = await desk.session()
    desk.at(ENDS)
    refused = await imported(desk, session, file)
    assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{type_}")
    assert (await imported(desk, session, file, "officer", CHIYODA)).status_code == 404
