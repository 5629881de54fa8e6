"""G8 for supporters: no plaintext about a person rests anywhere, and an erasure leaves what was done and counted.

The whole world of supporter matching is searched after personal data came in by every route that takes it, under an
Idempotency-Key each, and in bodies that are refused. What incidents tell is about visitors too and has keys of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from conftest import As, Broker
from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.personal.cipher import KeyRing
from kyodo_platform.personal.keys import keys_for_opening
from kyodo_platform.settings import Settings
from tests.support.building import OTHER, Building
from tests.support.databases import Databases
from tests.support.erasing import ask, publishing
from tests.support.plants_of_platform import seal_nothing
from tests.support.rebuilt import differing
from tests.support.running import running
from tests.support.searching import found_in, hear_everything, leaking, tables
from tests.support.supporter_matching import build
from tests.support.supporter_matching.held_sessions import AFTERWARDS, at

PERSON = {"name_ja": "見本ヶ原 支援子", "name_kana": "ミホンガハラ シエンコ", "phone": "03-0000-0099"}
BY, OF, TOLD = "見本としての会場への感想", "見本としての本人への講評", "見本としての出来事の記述"
UNKNOWN = "見本としての未知の項目"
PLANTED = [*PERSON.values(), BY, OF, TOLD, UNKNOWN]
STAYS = ("activity_report", "training_test", "session", "supporter_step", "follow_up", "incident")


@asynccontextmanager
async def supporters(
    databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> AsyncIterator[tuple[Building, str]]:
    """Supporter matching after a session that was held, reported, rated and followed up; and who helped there."""
    async with running(databases, settings_for, "supporter-matching") as service:
        world = Building(service, as_)
        await build(world)
        with at(world, AFTERWARDS):
            yield world, world.paths["supporter_id"][0]


async def plant(world: Building, supporter_id: str) -> None:
    """Send personal data by every route that takes it, and by requests that are refused."""
    own, helped = f"/v1/supporters/{supporter_id}", world.paths["assignment_id"][-1]
    me, assignment = {"person": supporter_id}, f"assignments/{helped}"
    assert (await ask(world, "PUT", f"{own}/profile", PERSON, "supporter", **me)).is_success
    for wrong in (PERSON | {"nickname": UNKNOWN}, PERSON | {"email": UNKNOWN}):
        assert (await ask(world, "PUT", f"{own}/profile", wrong, "supporter", **me)).status_code == 422
    said = {"rating": {"session": 4, "venue": 4, "tags": []}, "comment_ja": BY}
    assert (await ask(world, "PUT", f"{own}/{assignment}/feedback", said, "supporter", **me)).is_success
    rated = {"rating": {"score": 5, "tags": []}, "comment_ja": OF}
    of = f"/v1/municipalities/{OTHER}/{assignment}/feedback"
    assert (await ask(world, "PUT", of, rated, "officer", OTHER)).is_success
    told = {
        "kind": "complaint",
        "severity": "minor",
        "happened_at": AFTERWARDS.isoformat(),
        "what_happened_ja": TOLD,
    }
    incidents = await ask(world, "POST", f"{own}/{assignment}/incidents", told, "supporter", **me)
    assert incidents.is_success, incidents.text
    look = f"/v1/municipalities/{OTHER}/assignments/{world.paths['assignment_id'][0]}/name-views"
    assert (await ask(world, "POST", look, None, "officer", OTHER)).is_success


async def figures(world: Building) -> dict[str, Any]:
    """What is told about everybody together of the year in which the session was held."""
    year, headers = FiscalYear.of(AFTERWARDS), world.as_("secretariat")
    names = ("equity", "hours", "questions", "visitors", "staffing", "no-shows", "retention", "first-sessions", "load")
    answers = {
        name: await world.service.client.get(f"/v1/figures/{name}", params={"fiscal_year": year}, headers=headers)
        for name in names
    }
    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 200} == {}
    return {name: answer.json()["items"] for name, answer in answers.items()}


async def test_no_plaintext_rests_anywhere_and_nothing_opens_after_the_erasure(
    databases: Databases,
    settings_for: Callable[..., Settings],
    as_: As,
    broker: Broker,
    state_dir: Path,
) -> None:
    heard = hear_everything()
    async with supporters(databases, settings_for, as_) as (world, supporter_id):
        database = world.service.app.state.runtime.database
        async with publishing(world, broker.bootstrap) as everything:
            await plant(world, supporter_id)
            published = await everything()
        name = f"/v1/municipalities/{OTHER}/assignments/{world.paths['assignment_id'][0]}/name"
        shown = await world.service.client.get(name, headers=as_("officer", OTHER))
        assert PERSON["name_ja"] in shown.text, "the data is there to be found"
        before, told = await tables(world.service), await figures(world)
        assert {name for name, dump in before.items() if found_in(dump, PLANTED)} == set()
        assert found_in(published, PLANTED) == set()

        own = f"/v1/supporters/{supporter_id}"
        erased = await ask(world, "POST", f"{own}/erasure", {}, "supporter", person=supporter_id)
        assert erased.is_success, erased.text
        after = await tables(world.service)
        assert {name for name, dump in after.items() if found_in(dump, PLANTED)} == set()
        assert set(before["event"].split("\n")) < set(after["event"].split("\n"))
        assert {name for name in STAYS if not {*before[name].split("\n")} <= {*after[name].split("\n")}} == set()
        assert await figures(world) == told
        async with database.transaction() as tx:
            assert await keys_for_opening(tx, KeyRing({}), [supporter_id]) == {}

        async def read(path: str, *role: str, **person: str) -> httpx.Response:
            return await world.service.client.get(path, headers=as_(*role, **person))

        profile = await read(f"{own}/profile", "secretariat")
        assert (profile.json()["erased"], profile.json()["name_ja"]) == (True, None)
        (certificate_id,) = world.paths["certificate_id"]
        pdf = await read(f"{own}/hours-certificates/{certificate_id}/pdf", "secretariat")
        assert pdf.json()["type"] == "/problems/supporter-erased"
        assert (await read(name, "officer", OTHER)).status_code in (409, 410)
        assert await differing(world.service) == set()
    servers = [log.read_text() for log in state_dir.rglob("*.log")]
    assert "/profile" in heard.getvalue(), "the requests are logged"
    assert found_in("".join((heard.getvalue(), *servers)), PLANTED) == set()


async def test_the_search_notices_texts_that_are_only_encoded(
    databases: Databases, settings_for: Callable[..., Settings], as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_nothing(monkeypatch)
    async with supporters(databases, settings_for, as_) as (world, supporter_id):
        await plant(world, supporter_id)
        assert await leaking(world.service, PLANTED) == {"event", "feedback", "incident"}
