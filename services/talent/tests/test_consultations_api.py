"""The consult desk over HTTP: a question, its answers, what it was worth, and what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.needs_desk import AOGASHIMA, CHIYODA, NO_SUCH_ID, REQUEST, Json, NeedsDesk, open_desk


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[NeedsDesk]:
    async with open_desk(databases, settings_for, as_) as opened:
        yield opened


async def as_expert(
    desk: NeedsDesk, expert_id: str, method: str, path: str, body: Json | None = None
) -> tuple[int, Json]:
    """Ask as the person of this record."""
    headers = desk.as_("expert", person=expert_id) | {"If-Match": "*"}
    answer = await desk.service.client.request(method, path, json=body, headers=headers)
    return answer.status_code, answer.json()


async def test_a_question_is_answered_and_valued(desk: NeedsDesk) -> None:
    path = await desk.asked()
    closing = f"{path}/closing/{AOGASHIMA}"
    assert await desk.refused("PUT", closing, {"satisfaction": 5}, AOGASHIMA, status=422) == "consultation-satisfaction"
    answered = await desk.ask("POST", f"{path}/answers", {"answer_ja": "件数の多い転出届から。"})
    assert (answered["status"], answered["answers"]) == ("answered", 1)
    desk.today = "2025-06-20"
    again = await desk.ask("POST", f"{path}/answers", {"answer_ja": "様式の例を送ります。"})
    assert again["first_answer_at"] == answered["first_answer_at"]
    assert await desk.refused("PUT", closing, {}, AOGASHIMA, status=422) == "consultation-satisfaction"
    closed = await desk.put(closing, {"satisfaction": 4}, AOGASHIMA)
    assert (closed["status"], closed["satisfaction"]) == ("closed", 4)
    for method, further, body, who in (
        ("POST", f"{path}/answers", {"answer_ja": "追伸"}, ()),
        ("PUT", closing, {"satisfaction": 1}, (AOGASHIMA,)),
    ):
        assert await desk.refused(method, further, body, *who) == "consultation-over"
    rows = await desk.items(f"{path}/answers", "approver", AOGASHIMA)
    assert [(row["answer_ja"], row["by_expert"]) for row in rows] == [
        ("件数の多い転出届から。", False),
        ("様式の例を送ります。", False),
    ]


async def test_the_expert_who_is_named_reads_and_answers_and_no_other(desk: NeedsDesk) -> None:
    path, other = await desk.asked(), await desk.asked(CHIYODA)
    named, stranger = await desk.expert(), await desk.expert()
    assert (await as_expert(desk, named, "GET", path))[0] == 404
    await desk.put(f"{path}/expert", {"expert_id": named})
    status, seen = await as_expert(desk, named, "GET", path)
    assert (status, seen["question_ja"]) == (200, (await desk.get(path))["question_ja"])
    answer = {"answer_ja": "まず件数を数えましょう。"}
    assert (await as_expert(desk, named, "POST", f"{path}/answers/{named}", answer))[0] == 200
    for person, as_whom in ((stranger, stranger), (stranger, named)):
        assert (await as_expert(desk, person, "POST", f"{path}/answers/{as_whom}", answer))[0] == 404
    assert (await as_expert(desk, named, "POST", f"{other}/answers/{named}", answer))[0] == 404
    assert (await as_expert(desk, named, "POST", f"{path}/answers", answer))[0] == 403
    listed = (await as_expert(desk, named, "GET", "/v1/consultations"))[1]["items"]
    assert [f"/v1/consultations/{row['consultation_id']}" for row in listed] == [path]
    answers = (await as_expert(desk, named, "GET", f"{path}/answers"))[1]["items"]
    assert [(row["answer_ja"], row["by_expert"]) for row in answers] == [(answer["answer_ja"], True)]
    assert (await as_expert(desk, stranger, "GET", "/v1/consultations"))[1]["items"] == []
    assert (await as_expert(desk, stranger, "GET", f"{path}/answers"))[0] == 404
    assert [row["answer_ja"] for row in await desk.items(f"{path}/answers", AOGASHIMA)] == [answer["answer_ja"]]
    assert await desk.refused("PUT", f"{path}/expert", {"expert_id": NO_SUCH_ID}, status=404) == "not-found"


async def test_only_an_expert_who_takes_new_work_is_named(desk: NeedsDesk) -> None:
    path, unqualified = await desk.asked(), await desk.expert(qualified=False)
    refused = await desk.refused("PUT", f"{path}/expert", {"expert_id": unqualified})
    assert refused == "consultation-expert-not-available"
    assert (await desk.get(path))["expert_id"] == ""


async def test_a_question_goes_on_as_a_request_once(desk: NeedsDesk) -> None:
    path = await desk.asked()
    await desk.put(f"{path}/matter", {"matter": "online_forms"})
    made = await desk.ask("POST", f"{path}/request/{AOGASHIMA}", REQUEST, AOGASHIMA)
    consultation = await desk.get(path, AOGASHIMA)
    assert (consultation["request_id"], made["status"], made["matter"]) == (
        made["request_id"],
        "drafted",
        "online_forms",
    )
    assert f"/v1/consultations/{made['consultation_id']}" == path
    again = await desk.refused("POST", f"{path}/request/{AOGASHIMA}", REQUEST, AOGASHIMA)
    assert again == "consultation-already-request"
    assert len(await desk.items("/v1/requests")) == 1
    words = [row["words"] for row in await desk.items(f"{path}/history", AOGASHIMA)]
    assert words == ["青ヶ島村が相談した", "事務局が相談を分類した（online_forms）", "青ヶ島村が相談から依頼を起案した"]


async def test_a_request_that_cannot_be_leaves_the_question_as_it_was(desk: NeedsDesk) -> None:
    path = await desk.asked()
    impossible = REQUEST | {"until_month": "2025-06"}
    kind = await desk.refused("POST", f"{path}/request/{AOGASHIMA}", impossible, AOGASHIMA, status=422)
    assert kind == "request-window-impossible"
    assert (await desk.get(path))["version"] == 1


async def test_another_municipalitys_question_is_not_there(desk: NeedsDesk) -> None:
    path = await desk.asked()
    await desk.ask("POST", f"{path}/answers", {"answer_ja": "件数の多い転出届から。"})
    for page in ("", "/answers", "/history"):
        await desk.get(f"{path}{page}", CHIYODA, status=404)
    assert await desk.items("/v1/consultations", CHIYODA) == []
    for method, action, body in (("PUT", "closing", {"satisfaction": 1}), ("POST", "request", REQUEST)):
        for municipality in (AOGASHIMA, CHIYODA):
            refused = await desk.refused(method, f"{path}/{action}/{municipality}", body, CHIYODA, status=404)
            assert refused == "not-found"
    assert (await desk.get(path))["version"] == 2


@pytest.mark.parametrize("wrong", [{"title_ja": ""}, {"question_ja": ""}, {"matter": "a b"}, {"name": "x"}])
async def test_what_is_no_question_writes_nothing(desk: NeedsDesk, wrong: Json) -> None:
    body = {"title_ja": "相談", "question_ja": "どうすればよいか。"} | wrong
    assert await desk.refused("POST", "/v1/consultations", body, AOGASHIMA, status=422) == "invalid-request"
    assert await desk.items("/v1/consultations") == []
