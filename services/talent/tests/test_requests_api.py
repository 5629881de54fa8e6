"""Requests over HTTP: drafted by the municipality, taken in by the secretariat, and nobody else's to see."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.needs_desk import AOGASHIMA, CHIYODA, NO_SUCH_ID, REQUEST, TRIAGE, Json, NeedsDesk, open_desk

APPROVER = ("approver", AOGASHIMA)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[NeedsDesk]:
    async with open_desk(databases, settings_for, as_) as opened:
        yield opened


async def test_a_request_goes_from_draft_to_outcome(desk: NeedsDesk) -> None:
    path = await desk.matching()
    offer = await desk.offer(path)
    offered = await desk.ask("POST", f"{path}/offers", offer)
    assert (offered["status"], offered["offers"], offered["persona"]) == ("offered", [offer], "service_designer")
    desk.today = "2025-06-20"
    more = await desk.ask("POST", f"{path}/offers", await desk.offer(path))
    assert (more["first_offer_at"], len(more["offers"])) == (offered["first_offer_at"], 2)
    closed = await desk.put(f"{path}/outcome", {"outcome": "partly", "reason": "no_capacity"})
    assert (closed["status"], closed["outcome_reason"]) == ("partly", "no_capacity")
    assert all(closed[f"{step}_at"] for step in ("drafted", "submitted", "triaged", "first_offer", "closed"))
    for who in ((AOGASHIMA,), APPROVER, ("secretariat",), ("auditor",)):
        assert await desk.get(path, *who) == closed
    assert [row["words"] for row in await desk.items(f"{path}/history", AOGASHIMA)] == [
        "青ヶ島村が依頼を起案した",
        "青ヶ島村が依頼を提出した",
        "事務局が依頼を受け付けた（伴走型支援、緊急度：急ぎ）",
        "候補となる人材を探し始めた",
        "候補となる人材を提示した",
        "候補となる人材を提示した",
        "依頼を終了した（一部充足）",
    ]


async def test_what_is_unclear_comes_back_as_a_draft_with_the_question(desk: NeedsDesk) -> None:
    path = await desk.submitted()
    question = {"question_ja": "対象の手続はいくつありますか。"}
    returned = await desk.put(f"{path}/return", question)
    assert (returned["status"], returned["question_ja"]) == ("drafted", question["question_ja"])
    await desk.put(f"{path}/text/{AOGASHIMA}", REQUEST | {"need_ja": "対象は12の手続。"}, AOGASHIMA)
    again = await desk.put(f"{path}/submission/{AOGASHIMA}", None, AOGASHIMA)
    assert (again["status"], again["question_ja"], again["need_ja"]) == ("submitted", None, "対象は12の手続。")


async def test_a_paid_request_waits_for_its_municipalitys_approver(desk: NeedsDesk) -> None:
    path = await desk.drafted(budget_yen=180_000)
    submission, approval = f"{path}/submission/{AOGASHIMA}", f"{path}/approval/{AOGASHIMA}"
    assert await desk.refused("PUT", submission, None, AOGASHIMA) == "request-not-approved"
    assert await desk.refused("PUT", approval, {"amount": 18_000}, *APPROVER) == "request-amount-differs"
    await desk.ask("PUT", approval, {"amount": 180_000}, AOGASHIMA, status=403)
    await desk.ask("PUT", approval, {"amount": 180_000}, "approver", CHIYODA, status=404)
    approved = await desk.put(approval, {"amount": 180_000}, *APPROVER)
    assert approved["approved_yen"] == 180_000
    await desk.put(f"{path}/text/{AOGASHIMA}", REQUEST | {"budget_yen": 200_000}, AOGASHIMA)
    assert await desk.refused("PUT", submission, None, AOGASHIMA) == "request-not-approved"
    await desk.put(approval, {"amount": 200_000}, *APPROVER)
    assert (await desk.put(submission, None, AOGASHIMA))["status"] == "submitted"


async def test_another_municipalitys_request_is_not_there(desk: NeedsDesk) -> None:
    path = await desk.drafted(AOGASHIMA)
    for who in ((CHIYODA,), ("approver", CHIYODA)):
        await desk.get(path, *who, status=404)
        await desk.get(f"{path}/history", *who, status=404)
        assert await desk.items("/v1/requests", *who) == []
    for action, body in {"text": REQUEST, "submission": None, "withdrawal": {"reason_ja": "不要"}}.items():
        for municipality in (AOGASHIMA, CHIYODA):
            kind = await desk.refused("PUT", f"{path}/{action}/{municipality}", body, CHIYODA, status=404)
            assert kind == "not-found"
    assert (await desk.get(path))["version"] == 1
    for path_ in (f"/v1/requests/{NO_SUCH_ID}", f"/v1/requests/{NO_SUCH_ID}/history"):
        await desk.get(path_, AOGASHIMA, status=404)


async def test_each_side_does_its_own_part(desk: NeedsDesk) -> None:
    path = await desk.submitted()
    for action, body in {
        "return": {"question_ja": "?"},
        "triage": TRIAGE,
        "matching": None,
        "outcome": {"outcome": "fulfilled"},
    }.items():
        await desk.ask("PUT", f"{path}/{action}", body, AOGASHIMA, status=403)
    await desk.ask("POST", f"{path}/offers", {"kind": "assignment", "id": NO_SUCH_ID}, AOGASHIMA, status=403)
    await desk.ask("POST", "/v1/requests", REQUEST, status=403)
    await desk.ask("POST", "/v1/requests", REQUEST, *APPROVER, status=403)
    for role in ("expert", "supplier", "operator"):
        await desk.get(path, role, status=403)
    assert (await desk.get(path))["version"] == 2


async def test_only_what_was_proposed_for_the_request_is_offered(desk: NeedsDesk) -> None:
    path, other = await desk.matching(), await desk.matching()
    assert await desk.refused("POST", f"{path}/offers", await desk.offer(other)) == "request-offer-of-another"
    elsewhere = await desk.matching(CHIYODA)
    shared = await desk.offer(None)
    assert await desk.refused("POST", f"{elsewhere}/offers", shared) == "request-offer-of-another"
    nothing = {"kind": "assignment", "id": NO_SUCH_ID}
    assert await desk.refused("POST", f"{path}/offers", nothing, status=404) == "not-found"
    assert (await desk.get(path))["offers"] == []
    offered = await desk.ask("POST", f"{path}/offers", shared)
    assert offered["offers"] == [shared], "one that is shared, names no request, and serves the municipality"


async def test_an_introduction_is_offered_to_the_request_that_it_is_for(desk: NeedsDesk) -> None:
    path, other = [await desk.submitted(kind="introduction") for _ in range(2)]
    for one in (path, other):
        await desk.put(f"{one}/triage", TRIAGE | {"kind": "introduction"})
        await desk.put(f"{one}/matching")
    case = await desk.case(path)
    assert await desk.refused("POST", f"{other}/offers", case) == "request-offer-of-another"
    nothing = {"kind": "introduction", "id": NO_SUCH_ID}
    assert await desk.refused("POST", f"{path}/offers", nothing, status=404) == "not-found"
    assert (await desk.ask("POST", f"{path}/offers", case))["offers"] == [case]
    assert (await desk.get(other))["offers"] == []


async def test_a_request_is_withdrawn_at_any_point(desk: NeedsDesk) -> None:
    path = await desk.matching()
    offer = await desk.offer(path)
    gone = await desk.put(f"{path}/withdrawal/{AOGASHIMA}", {"reason_ja": "庁内で対応できる"}, AOGASHIMA)
    assert (gone["status"], gone["withdrawal_reason_ja"]) == ("withdrawn", "庁内で対応できる")
    assert await desk.refused("POST", f"{path}/offers", offer) == "request-not-matching"
    outcome = {"outcome": "unfilled", "reason": "no_capacity"}
    assert await desk.refused("PUT", f"{path}/outcome", outcome) == "request-not-open"


async def test_the_board_is_filtered_and_sorted_also_as_csv(desk: NeedsDesk) -> None:
    first = await desk.matching(AOGASHIMA)
    second = await desk.drafted(
        CHIYODA, kind="introduction", urgency=1, half_days_per_month=1, mode="remote", from_month="2025-08"
    )

    async def listed(query: str) -> list[str]:
        return [f"/v1/requests/{row['request_id']}" for row in await desk.items(f"/v1/requests?{query}")]

    assert await listed("") == [second, first]  # in the order of codes
    service_designers = ["status=matching", "persona=service_designer", "urgency=3", "only_open=true"]
    filters = {
        first: [*service_designers, "kind=hands_on", "matter=online_forms", f"municipality={AOGASHIMA}"],
        second: ["status=drafted", "kind=introduction", "urgency=1", "mode=remote"],
    }
    for one, queries in filters.items():
        assert [await listed(query) for query in queries] == [[one]] * len(queries)
    for order in ("-urgency", "from_month", "-half_days_per_month"):
        assert await listed(f"sort={order}") == [first, second]
    headers = desk.as_("officer", AOGASHIMA) | {"Accept": "text/csv"}
    csv = (await desk.service.client.get("/v1/requests", headers=headers)).text
    assert csv.startswith("\ufeffversion,request_id,団体コード,状態,種別,人材像,件名,")
    assert csv.count("電子申請の様式") == 1


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"title_ja": ""}, "invalid-request"),
        ({"need_ja": ""}, "invalid-request"),
        ({"kind": "gift"}, "invalid-request"),
        ({"persona": "magician"}, "invalid-request"),
        ({"urgency": 4}, "invalid-request"),
        ({"half_days_per_month": 0}, "invalid-request"),
        ({"half_days_per_month": 1.5}, "invalid-request"),
        ({"budget_yen": -1}, "invalid-request"),
        ({"municipality": CHIYODA}, "invalid-request"),
        ({"until_month": "2025-06"}, "request-window-impossible"),
        ({"until_month": "2027-07"}, "request-window-impossible"),
    ],
)
async def test_what_cannot_be_asked_writes_nothing(desk: NeedsDesk, wrong: Json, kind: str) -> None:
    assert await desk.refused("POST", "/v1/requests", REQUEST | wrong, AOGASHIMA, status=422) == kind
    assert await desk.items("/v1/requests") == []


async def test_a_request_whose_months_are_over_is_not_submitted(desk: NeedsDesk) -> None:
    path = await desk.drafted()
    desk.today = "2026-01-01"
    assert await desk.refused("PUT", f"{path}/submission/{AOGASHIMA}", None, AOGASHIMA) == "request-window-over"
    assert (await desk.get(path))["status"] == "drafted"
