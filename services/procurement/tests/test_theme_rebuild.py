"""The read models of themes and proposals, made anew from their events."""

from __future__ import annotations

from collections.abc import Callable

from conftest import As
from kyodo_events.database import Database
from kyodo_events.rebuild import rebuild
from kyodo_platform.settings import Settings
from kyodo_procurement.proposals.views import proposals
from kyodo_procurement.themes.views import demands, themes
from tests.support.databases import Databases
from tests.support.procurement.caller import Caller
from tests.support.procurement.decisions import decided
from tests.support.running import running

CHIYODA, MUSASHINO = "131016", "132039"
VIEWS = [themes, demands, proposals]


async def live_out_themes(caller: Caller, decision: dict[str, object]) -> None:
    """Everything that can happen to themes happens to two of them."""
    theme_in = {"name_ja": "電子申請", "kind": "joint_procurement", "group": "a", "stage": "full"}
    ids = [(await caller.post("/v1/themes", theme_in, *by)).json()["id"] for by in ((), (CHIYODA,))]
    theme, other = (f"/v1/themes/{id_}" for id_ in ids)
    until, why = {"deadline": "2099-12-31"}, {"reason": "理由"}
    assert (await caller.put(f"{other}/merging", why | {"into": ids[0]})).is_success
    assert (await caller.put(f"{theme}/survey", until)).is_success
    assert (await caller.put(f"{theme}/survey/closing")).is_success
    assert (await caller.put(f"{theme}/survey/reopening", until | why)).is_success
    for code in (CHIYODA, MUSASHINO):
        answer = {"need": "need", "budget_year": 2025, "current_contract_ends": "2025-03-31", "wanted_stage": "full"}
        assert (await caller.put(f"{theme}/answers/{code}", answer, code)).is_success
    assert (await caller.put(f"{theme}/survey/closing")).is_success
    assert (await caller.put(f"{theme}/selection", {"decision": decision})).is_success
    assert (await caller.put(f"{theme}/shelving", why)).is_success
    assert (await caller.put(f"{theme}/reselection", why | {"decision": decision})).is_success
    assert (await caller.put(f"{theme}/answers/{CHIYODA}", {"need": "none"}, CHIYODA)).is_success
    assert (await caller.put(f"{theme}/flag/clearing", why)).is_success
    assert (await caller.delete(f"{theme}/answers/{MUSASHINO}", MUSASHINO)).json()["flagged"] is True


async def live_out_proposals(caller: Caller) -> None:
    """Everything that can happen to proposals happens to some of them."""
    text = {"title_ja": "図書館システム", "purpose_ja": "費用の抑制", "group": "a", "stage": "research"}
    ids = [(await caller.post("/v1/proposals", text, code)).json()["id"] for code in (CHIYODA, MUSASHINO) * 3]
    first, second, third, fourth, fifth, _untouched = (f"/v1/proposals/{id_}" for id_ in ids)
    why, request = {"reason": "理由"}, {"other": ids[1], "survivor": ids[0]}
    assert (await caller.put(f"{first}/endorsements/{MUSASHINO}", {"revision": 1}, MUSASHINO)).is_success
    assert (await caller.put(f"{first}/text/{CHIYODA}", text | {"stage": "trial"}, CHIYODA)).is_success
    assert (await caller.put(f"{first}/merge-request/{CHIYODA}", request, CHIYODA)).is_success
    assert (await caller.delete(f"{first}/merge-request/{CHIYODA}", CHIYODA)).is_success
    assert (await caller.put(f"{first}/merge-request/{CHIYODA}", request, CHIYODA)).is_success
    assert (await caller.put(f"{second}/merge-consent/{MUSASHINO}", {"asker": ids[0]}, MUSASHINO)).is_success
    assert (await caller.delete(f"{first}/endorsements/{MUSASHINO}", MUSASHINO)).is_success
    assert (await caller.put(f"{first}/return", why)).is_success
    assert (await caller.put(f"{first}/resubmission/{CHIYODA}", None, CHIYODA)).is_success
    assert (await caller.put(f"{third}/declining", why)).is_success
    assert (await caller.put(f"{fourth}/withdrawal/{MUSASHINO}", None, MUSASHINO)).is_success
    assert (await caller.put(f"{fifth}/acceptance")).is_success


async def test_read_models_equal_their_rebuild_after_every_kind_of_event(
    databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> None:
    async with running(databases, settings_for, "procurement") as service:
        caller = Caller(service.client, as_)
        await live_out_themes(caller, await decided(service.client, as_("secretariat")))
        await live_out_proposals(caller)

        happened = {type_ for (type_,) in await service.as_owner("SELECT DISTINCT type FROM event")}
        assert {event.event_type for view in VIEWS for event in view.events} <= happened
        owner = await Database.connect(service.database.owner_url(service.admin_url))
        try:
            found = await rebuild(owner, VIEWS, source="procurement", progress=lambda *_: None, switch=False)
        finally:
            await owner.close()
        assert {one.table for one in found} == {"theme", "demand", "proposal"}
        assert [one for one in found if one.only_live or one.only_rebuilt] == []
