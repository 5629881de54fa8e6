"""From two questions at talent's consult desk to a theme of procurement, over the broker."""

from __future__ import annotations

from collections.abc import Callable

from conftest import As, Broker
from kyodo_events.consumer import Consumer
from kyodo_events.relay import Relay
from kyodo_platform.settings import Settings
from tests.support import messaging
from tests.support.databases import Databases
from tests.support.messaging import IDEMPOTENT, QUICK, until
from tests.support.needs_desk import AOGASHIMA, HINOHARA, NeedsDesk, open_desk
from tests.support.procurement.caller import Caller
from tests.support.running import Running, running

NEED = {
    "found_in": "consultations",
    "matter": "online_forms",
    "title_ja": "申請様式の電子化",
    "purpose_ja": "様式の作成と保守を共同で行う。",
}


def relay_of(talent: Running, bootstrap: str) -> Relay:
    """What talent runs to publish."""
    database = talent.app.state.runtime.database
    return Relay(database, "talent", bootstrap, talent.service.published, idempotent=IDEMPOTENT, poll_seconds=0.1)


def consumer_of(procurement: Running, bootstrap: str) -> Consumer:
    """What procurement runs to listen."""
    found, database = procurement.service, procurement.app.state.runtime.database
    return Consumer(database, found.name, bootstrap, found.subscribed, found.views, found.reactions, QUICK)


async def test_what_two_villages_ask_alike_becomes_a_theme(
    databases: Databases, settings_for: Callable[..., Settings], as_: As, broker: Broker
) -> None:
    async with (
        open_desk(databases, settings_for, as_) as talent,
        running(databases, settings_for, "procurement") as service,
        messaging.running(relay_of(talent.service, broker.bootstrap), consumer_of(service, broker.bootstrap)),
    ):
        found = await _found(talent)
        procurement = Caller(service.client, as_)
        await until(lambda: procurement.items("/v1/suggestions", AOGASHIMA))
        [suggestion] = await procurement.items("/v1/suggestions", AOGASHIMA)
        assert (suggestion["id"], suggestion["title_ja"]) == (found, NEED["title_ja"])
        assert suggestion["municipalities"] == [HINOHARA, AOGASHIMA]
        theme = {"kind": "joint_procurement", "group": "new_themes", "stage": "research"}
        taken = await procurement.put(f"/v1/suggestions/{found}/theme", theme)
        assert taken.json()["status"] == "taken_up"


async def _found(desk: NeedsDesk) -> str:
    for municipality in (AOGASHIMA, HINOHARA):
        await desk.put(f"{await desk.asked(municipality)}/matter", {"matter": "online_forms"})
    return str((await desk.ask("POST", "/v1/joint-needs", NEED, status=201))["need_id"])
