"""Threads over HTTP on a real PostgreSQL: asked, answered, moderated, and gone with whoever wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.academy_desk import CHIYODA, MITAKA, MUSASHINO
from tests.support.databases import Databases
from tests.support.exchange_desk import ASKED, ExchangeDesk
from tests.support.rebuilt import differing
from tests.support.running import running


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[ExchangeDesk]:
    """The academy."""
    async with running(databases, settings_for, "academy") as service:
        yield ExchangeDesk(service, as_)


async def test_from_the_question_to_the_accepted_answer(desk: ExchangeDesk) -> None:
    asker, other = await desk.learner(MUSASHINO), await desk.learner(MITAKA)
    thread = await desk.asked(asker)
    await desk.answered(thread, other, "見本の回答")
    await desk.did(asker, "POST", f"threads/{thread}/comments", {"text_ja": "見本のお礼", "about": 1})
    accepted = await desk.did(asker, "PUT", f"threads/{thread}/acceptance", {"number": 1})
    assert (accepted["status_ja"], accepted["answers"], accepted["comments"]) == ("解決済み", 1, 1)
    assert str(ASKED["title_ja"]) not in str(accepted), "the answer to a change may be stored"

    question, answer, comment = await desk.posts(thread, "officer", CHIYODA)
    assert (question["text_ja"], question["organisation_ja"]) == (ASKED["text_ja"], "武蔵野市")
    assert (answer["kind_ja"], answer["pseudonym"]) == ("回答", f"learner-{other}")
    assert (comment["kind"], comment["about"], comment["text_ja"]) == ("comment", 1, "見本のお礼")
    (listed,) = (await desk.sees("threads?status=answered&tag=chat&subject=ai", "auditor"))["items"]
    assert (listed["title_ja"], listed["accepted"]) == (ASKED["title_ja"], 1)
    assert (await desk.sees("threads?status=open", "approver", CHIYODA))["items"] == []
    assert await differing(desk.service) == set()


async def test_an_erased_writer_takes_along_all_that_was_said(desk: ExchangeDesk) -> None:
    asker, other = await desk.learner(), await desk.learner(MITAKA)
    thread = await desk.asked(asker)
    await desk.answered(thread, other)
    await desk.done("POST", f"learners/{asker}/erasure", {"reference": "見本-1"})
    question, answer = await desk.posts(thread, "secretariat")
    assert (question["erased"], question["text_ja"]) == (True, None)
    assert (answer["erased"], answer["text_ja"]) == (False, "見本の回答")
    assert (await desk.sees(f"threads/{thread}", "secretariat"))["title_ja"] is None
    refused = await desk.by(asker, "POST", f"threads/{thread}/answers", {"text_ja": "見本"})
    assert refused.json()["type"] == "/problems/learner-gone"


async def test_no_text_rests_in_the_clear(desk: ExchangeDesk) -> None:
    thread = await desk.asked(await desk.learner(), title_ja="見本 一郎さんの件", text_ja="見本 一郎さんについて")
    await desk.answered(thread, await desk.learner(MITAKA), "見本 一郎さんは異動した")
    tables = await desk.service.as_owner("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
    for (table,) in tables:
        assert await desk.service.as_owner(f"SELECT 1 FROM {table} t WHERE t::text LIKE '%見本 一郎%'") == [], table


@pytest.mark.parametrize("role", ["supplier", "lecturer", "supporter", "expert", "operator"])
async def test_officials_only(desk: ExchangeDesk, role: str) -> None:
    thread = await desk.asked(await desk.learner())
    for path in ("threads", f"threads/{thread}", f"threads/{thread}/posts"):
        refused = await desk.service.client.get(f"/v1/{path}", headers=desk.as_(role))
        assert refused.status_code == 403
        assert (await desk.service.client.get(f"/v1/{path}")).status_code == 401


async def test_whoever_has_no_record_writes_nothing(desk: ExchangeDesk) -> None:
    assert (await desk.send("POST", "threads", ASKED, "officer", MUSASHINO)).status_code == 403
    assert (await desk.send("POST", "threads", ASKED, "learner")).json()["type"] == "/problems/forbidden"
    nobody = "0193f1a0-0000-7000-8000-000000000001"
    assert (await desk.by(nobody, "POST", "threads", ASKED)).status_code == 404


async def test_what_is_hidden_is_read_by_the_secretariat_alone(desk: ExchangeDesk) -> None:
    asker = await desk.learner()
    thread = await desk.asked(asker)
    await desk.done("PUT", f"threads/{thread}/posts/0/hiding", {"reason": "personal_data"})
    for role in (("officer", CHIYODA), ("auditor",)):
        (post,) = await desk.posts(thread, *role)
        assert (post["text_ja"], post["hidden_because"], post["erased"]) == (None, "personal_data", False)
        assert (await desk.sees(f"threads/{thread}", *role))["title_ja"] is None
    (post,) = await desk.posts(thread, "secretariat")
    assert post["text_ja"] == ASKED["text_ja"]
    await desk.done("DELETE", f"threads/{thread}/posts/0/hiding")
    (post,) = await desk.posts(thread, "learner", person=asker)
    assert (post["text_ja"], post["hidden_because"]) == (ASKED["text_ja"], None)


async def test_reports_wait_for_the_secretariat_until_it_looked(desk: ExchangeDesk) -> None:
    asker, other = await desk.learner(), await desk.learner(MITAKA)
    thread = await desk.asked(asker)
    report = f"threads/{thread}/posts/0/reports"
    await desk.did(other, "POST", report, {"reason": "off_topic"})
    await desk.done("POST", report, {"reason": "off_topic"}, "officer", MITAKA)
    await desk.done("POST", report, {"reason": "wrong"}, "officer", CHIYODA)
    found = (await desk.sees("thread-reports", "auditor"))["items"]
    assert [(row["municipality"], row["reason_ja"]) for row in found] == [
        (MITAKA, "主題から外れている"),
        (CHIYODA, "内容の誤り"),
    ], "a learner reports for the organisation, which does so once for a reason"
    assert (await desk.send("GET", "thread-reports", None, "officer", CHIYODA)).status_code == 403
    await desk.done("DELETE", report)
    assert (await desk.sees("thread-reports", "secretariat"))["items"] == []
    assert await differing(desk.service) == set()


async def test_a_thread_is_moved_and_locked(desk: ExchangeDesk) -> None:
    asker = await desk.learner()
    thread = await desk.asked(asker)
    assert (await desk.done("PUT", f"threads/{thread}/subject", {"subject": "data"}))["subject_ja"] == "データ利活用"
    hits = (await desk.sees("search?q=データ利活用", "officer", CHIYODA))["items"]
    assert [hit["url"] for hit in hits] == [f"/v1/threads/{thread}"], "by its subject: what people wrote is sealed"
    assert (await desk.service.client.get("/v1/search", params={"q": "データ利活用"})).json()["items"] == []
    assert (await desk.done("PUT", f"threads/{thread}/locking"))["status"] == "locked"
    refused = await desk.by(asker, "POST", f"threads/{thread}/answers", {"text_ja": "見本"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/thread-locked")
    assert (await desk.send("PUT", f"threads/{thread}/locking", None, "officer", CHIYODA)).status_code == 403
    history = (await desk.sees(f"threads/{thread}/history", "auditor"))["items"]
    assert [row["words"] for row in history][-1] == "投稿を締め切った"


async def test_only_who_is_here_is_mentioned(desk: ExchangeDesk) -> None:
    asker, gone = await desk.learner(), await desk.learner(MITAKA)
    await desk.done("PUT", f"learners/{gone}/departure", None, "officer", MITAKA)
    refused = await desk.by(asker, "POST", "threads", ASKED | {"mentions": [gone]})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/thread-mention-unknown")
    assert (await desk.sees("threads", "secretariat"))["items"] == []
