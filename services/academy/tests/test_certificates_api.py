"""Certificates over HTTP: drawn with the name, checked by anybody, withdrawn, gone with the person's key."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pypdf
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.academy_desk import MUSASHINO
from tests.support.completion_desk import PERSON, CompletionDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running

NOBODY = "TDA-2026-0000-0000-0000"


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[CompletionDesk]:
    """A course that is completed by a quiz."""
    async with running(databases, settings_for, "academy") as service:
        desk = await CompletionDesk(service, as_).ready()
        await desk.rule(quiz_id=desk.quiz_id, valid_months=24)
        yield desk


async def pdf(desk: CompletionDesk, learner: str, certificate: Any, *role: str) -> httpx.Response:
    path = f"/v1/learners/{learner}/certificates/{certificate['certificate_id']}/pdf"
    headers = desk.as_(*role) if role else desk.as_("learner", person=learner)
    return await desk.service.client.get(path, headers=headers)


async def checked(desk: CompletionDesk, number: str, **query: str) -> Any:
    found = await desk.service.client.get(f"/v1/certificates/verification/{number}", params=query)
    assert found.status_code == 200, found.text
    return found.json()


async def test_the_paper_names_the_learner_and_is_checked_by_anybody(desk: CompletionDesk) -> None:
    learner, certificate = await desk.certified()
    drawn = await pdf(desk, learner, certificate)
    assert drawn.status_code == 200, drawn.text
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(drawn.content)).pages)
    registered = await desk.read(f"learners/{learner}/certificates/{certificate['certificate_id']}", learner)
    for words in (
        "修了証",
        PERSON["name_ja"],
        "武蔵野市",
        "見本の講座",
        "データエンジニア",
        "小テストに合格すること",
        "令和10年5月11日まで",
        certificate["number"],
        registered["digest"],
    ):
        assert words in text, words
    assert (drawn.headers["content-type"], drawn.headers["cache-control"]) == ("application/pdf", "private, no-store")
    assert (await pdf(desk, learner, certificate, "secretariat")).content == drawn.content

    told = await checked(desk, certificate["number"], digest=registered["digest"])
    assert told == {
        "number": certificate["number"],
        "title_ja": "見本の講座",
        "issued_on": "2026-05-11",
        "valid_until": "2028-05-11",
        "standing": "valid",
        "standing_ja": "有効",
        "digest_fits": True,
    }
    assert (await checked(desk, certificate["number"], digest="0" * 64))["digest_fits"] is False
    assert (await checked(desk, certificate["number"]))["digest_fits"] is None
    assert (await desk.service.client.get(f"/v1/certificates/verification/{NOBODY}")).status_code == 404


async def test_a_withdrawn_one_is_not_drawn_and_says_so(desk: CompletionDesk) -> None:
    learner, certificate = await desk.certified()
    path = f"learners/{learner}/certificates/{certificate['certificate_id']}/withdrawal"
    body = {"reason_ja": "受講記録の誤り"}
    assert (await desk.send("PUT", path, body, "learner", person=learner)).status_code == 403
    stale = await desk.service.client.put(
        f"/v1/{path}", json=body, headers=desk.as_("secretariat") | {"If-Match": '"9"'}
    )
    assert stale.status_code == 412
    other = await desk.learner()
    wrong = path.replace(learner, other)
    assert (await desk.send("PUT", wrong, body)).status_code == 404
    assert (await desk.done("PUT", path, body))["withdrawn"] is True
    assert (await checked(desk, certificate["number"]))["standing_ja"] == "取消済み"
    refused = await pdf(desk, learner, certificate)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/certificate-withdrawn")
    history = await desk.read(f"learners/{learner}/certificates/{certificate['certificate_id']}/history", learner)
    assert [row["words"] for row in history["items"]] == [
        "「見本の講座」の修了証を発行した",
        "修了証を取り消した（受講記録の誤り）",
    ]
    assert await differing(desk.service) == set()


async def test_after_an_erasure_no_paper_is_drawn_and_what_was_completed_stays(desk: CompletionDesk) -> None:
    learner, certificate = await desk.certified()
    nameless, bare = await desk.certified(name=False)
    unnamed = await pdf(desk, nameless, bare)
    assert (unnamed.status_code, unnamed.json()["type"]) == (409, "/problems/profile-without-name")
    await desk.wrote(learner, "見本としての学びの記述")
    before = await checked(desk, certificate["number"])
    await desk.done("POST", f"learners/{learner}/erasure", {"reference": "見本-1"})
    for role in ((), ("secretariat",)):
        gone = await pdf(desk, learner, certificate, *role)
        assert (gone.status_code, gone.json()["type"]) == (410, "/problems/person-erased")
    report = await desk.service.client.get(
        f"/v1/learners/{learner}/reports/{desk.course_id}", headers=desk.as_("secretariat")
    )
    assert (report.status_code, report.json()["text_ja"]) == (200, None)
    assert await checked(desk, certificate["number"]) == before
    assert await desk.service.count("certificate") == 2
    auditor = await pdf(desk, learner, certificate, "auditor")
    officer = await pdf(desk, learner, certificate, "officer", MUSASHINO)
    assert (auditor.status_code, officer.status_code) == (403, 403)
