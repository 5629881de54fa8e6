"""The read models of requests, consultations and joint needs, made anew from their events."""

from __future__ import annotations

from collections.abc import Callable

from conftest import As
from kyodo_platform.settings import Settings
from kyodo_talent.consultations.views import consultations
from kyodo_talent.joint_needs.views import joint_needs
from kyodo_talent.requests.views import requests
from tests.support.databases import Databases
from tests.support.needs_desk import AOGASHIMA, HINOHARA, REQUEST, NeedsDesk, open_desk
from tests.support.rebuilt import rebuilt

NEED = {"found_in": "consultations", "matter": "online_forms", "title_ja": "電子申請", "purpose_ja": "共同で進める。"}


async def live_out_requests(desk: NeedsDesk) -> None:
    """Everything that can happen to requests happens to two of them."""
    path = await desk.drafted()
    await desk.put(f"{path}/text/{AOGASHIMA}", REQUEST | {"budget_yen": 180_000}, AOGASHIMA)
    await desk.put(f"{path}/approval/{AOGASHIMA}", {"amount": 180_000}, "approver", AOGASHIMA)
    for _ in range(2):
        await desk.put(f"{path}/submission/{AOGASHIMA}", None, AOGASHIMA)
        await desk.put(f"{path}/return", {"question_ja": "いくつ？"})
    await desk.put(f"{path}/withdrawal/{AOGASHIMA}", {"reason_ja": "不要"}, AOGASHIMA)
    other = await desk.matching(HINOHARA)
    for number in (1, 2):
        desk.today = f"2025-06-2{number}"
        await desk.ask("POST", f"{other}/offers", await desk.offer(other, HINOHARA))
    await desk.put(f"{other}/outcome", {"outcome": "partly", "reason": "no_capacity"})


async def live_out_consultations(desk: NeedsDesk) -> None:
    """Everything that can happen to consultations happens to both, and they become a joint need."""
    expert_id = await desk.expert()
    for municipality in (AOGASHIMA, HINOHARA):
        path = await desk.asked(municipality)
        await desk.put(f"{path}/matter", {"matter": "online_forms"})
        await desk.put(f"{path}/expert", {"expert_id": expert_id})
        for answer in ("一つ目", "二つ目"):
            await desk.ask("POST", f"{path}/answers", {"answer_ja": answer})
        await desk.ask("POST", f"{path}/request/{municipality}", REQUEST, municipality)
        await desk.put(f"{path}/closing/{municipality}", {"satisfaction": 5}, municipality)
    await desk.ask("POST", "/v1/joint-needs", NEED, status=201)


async def test_read_models_equal_their_rebuild_after_every_kind_of_event(
    databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> None:
    async with open_desk(databases, settings_for, as_) as desk:
        await live_out_requests(desk)
        await live_out_consultations(desk)
        found = await rebuilt(desk.service, requests, consultations, joint_needs)
        tables = {"request", "consultation", "consultation_answer", "joint_need", "joint_need_source"}
        assert set(found) == tables
        assert [one for one in found.values() if not one.none] == []
