"""G8: no plaintext about a person rests anywhere; once the key is erased nothing opens any more, and the rest is true.

Personal data is planted through every route of talent that takes it, each under an Idempotency-Key, and in bodies that
are refused; then every table, every topic and every log is searched, in every form in which a text might lie there.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from conftest import As, Broker
from kyodo_events.relay import Relay
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_platform.personal.cipher import KeyRing
from kyodo_platform.personal.keys import keys_for_opening
from kyodo_platform.settings import Settings
from tests.support import messaging
from tests.support.building import OTHER, OWN, Building
from tests.support.databases import Databases
from tests.support.messaging import IDEMPOTENT
from tests.support.plants_of_platform import seal_nothing
from tests.support.plants_of_talent import answer_and_log_what_is_written
from tests.support.rebuilt import differing
from tests.support.running import running
from tests.support.searching import found_in, hear_everything, leaking, tables, topics
from tests.support.talent import build
from tests.support.talent.introductions import NOTES
from tests.support.talent.profiles import PERSON

FOLLOW_UP = "見本としての追跡記録：順調との本人談"
UNKNOWN = "見本としての未知の項目"
PLANTED = [*PERSON.values(), *NOTES.values(), FOLLOW_UP, UNKNOWN]
STAYS = ("assignment", "assignment_line", "schedule", "schedule_hold", "work_log", "request", "expert_step", "consent")


@asynccontextmanager
async def talent(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Building]:
    """Talent with an expert about whom everything is known, at the stage of an engagement with its follow-up."""
    async with running(databases, settings_for, "talent") as service:
        world = Building(service, as_)
        await build(world)
        yield world


async def ask(
    world: Building, method: str, path: str, body: Any, *role: str, person: str | None = None
) -> httpx.Response:
    headers = world.as_(*role, person=person) | {
        "If-Match": "*",
        "Idempotency-Key": f"{method} {path}".replace(" ", "-"),
    }
    return await world.service.client.request(method, path, json=body, headers=headers)


async def plant(world: Building) -> None:
    """Send personal data by every route that takes it, and by requests that are refused."""
    (expert_id,), case = world.paths["expert_id"], f"/v1/introductions/{world.paths['case_id'][0]}"
    profile = f"/v1/experts/{expert_id}/profile"
    assert (await ask(world, "PUT", profile, PERSON, "secretariat")).is_success
    for wrong in (PERSON | {"nickname": UNKNOWN}, PERSON | {"email": UNKNOWN}, PERSON | {"name_ja": ""}):
        assert (await ask(world, "PUT", f"{profile}", wrong, "expert", person=expert_id)).status_code == 422
    interview = {"day": "2024-04-01", "notes_ja": NOTES[OTHER]}
    assert (await ask(world, "PUT", f"{case}/interview/{OTHER}", interview, "officer", OTHER)).is_success
    assert (await ask(world, "PUT", f"{case}/offer/{OTHER}", {"from_day": "2024-04-01"}, "approver", OTHER)).is_success
    assert (await ask(world, "PUT", f"{case}/acceptance/{expert_id}", None, "expert", person=expert_id)).is_success
    follow_up = {"outcome": "goes_well", "notes_ja": FOLLOW_UP}
    assert (await ask(world, "PUT", f"{case}/follow-ups/3", follow_up, "secretariat")).is_success
    for role in (("officer", OWN), ("secretariat",)):
        look = await ask(world, "POST", f"/v1/experts/{expert_id}/profile-views", {"purpose": "introduction"}, *role)
        assert look.is_success, look.text
        shown = await world.service.client.get(profile, headers=world.as_(*role))
        assert PERSON["name_ja"] in shown.text, "the data is there to be found"


async def figures(world: Building) -> list[object]:
    """What is told about everybody together; of the months those that have begun, for nobody offers what is to come."""
    now = datetime.now(UTC)
    year = {"fiscal_year": FiscalYear.of(now)}
    paths = [f"/v1/figures/{name}" for name in ("funnel", "reasons", "fill-rates", "months", "municipalities")]
    headers = world.as_("secretariat")
    answers = [await world.service.client.get(path, params=year, headers=headers) for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    rows = [row for answer in answers for row in answer.json()["items"]]
    return [row for row in rows if row.get("month", "") <= Month.containing(now)]


def relay_of(world: Building, bootstrap: str) -> Relay:
    """What talent runs to publish."""
    database, found = world.service.app.state.runtime.database, world.service.service
    return Relay(database, found.name, bootstrap, found.published, idempotent=IDEMPOTENT, poll_seconds=0.1)


async def test_no_plaintext_rests_anywhere_and_nothing_opens_after_the_erasure(
    databases: Databases,
    settings_for: Callable[..., Settings],
    as_: As,
    broker: Broker,
    state_dir: Path,
) -> None:
    heard = hear_everything()
    async with talent(databases, settings_for, as_) as world:
        async with messaging.running(relay_of(world, broker.bootstrap)):
            await plant(world)
            published = await topics(world.service, broker.bootstrap)
        before = await tables(world.service)
        assert {name for name, dump in before.items() if found_in(dump, PLANTED)} == set()
        assert found_in(published, PLANTED) == set()
        assert world.service.service.subscribed == [], (
            "talent hears of nobody: it has no dead letters of others' events"
        )

        told = await figures(world)
        (expert_id,) = world.paths["expert_id"]
        erased = await ask(world, "POST", f"/v1/experts/{expert_id}/erasure", {}, "expert", person=expert_id)
        assert erased.is_success, erased.text
        after = await tables(world.service)
        assert {name for name, dump in after.items() if found_in(dump, PLANTED)} == set()
        assert {name: after[name] for name in STAYS} == {name: before[name] for name in STAYS}
        assert set(before["event"].split("\n")) < set(after["event"].split("\n"))
        assert await figures(world) == told
        async with world.service.app.state.runtime.database.transaction() as tx:
            assert await keys_for_opening(tx, KeyRing({}), [expert_id]) == {}

        profile = await ask(world, "GET", f"/v1/experts/{expert_id}/profile", None, "expert", person=expert_id)
        assert (profile.json()["shown"], profile.json()["name_ja"]) == ("erased", None)
        case = f"/v1/introductions/{world.paths['case_id'][0]}"
        snapshot = await ask(world, "GET", f"{case}/snapshot", None, "expert", person=expert_id)
        assert (snapshot.json()["erased"], snapshot.json()["profile"]) == (True, None)
        history = await world.service.client.get(f"{case}/history", headers=as_("secretariat"))
        assert len(history.json()["items"]) > 5, "what happened stays told"
        assert await differing(world.service) == set()
    servers = [log.read_text() for log in state_dir.rglob("*.log")]
    assert "/profile" in heard.getvalue(), "the requests are logged"
    assert any("database system is ready" in log for log in servers), "PostgreSQL's log is among them"
    assert found_in("".join((heard.getvalue(), *servers)), PLANTED) == set()


@pytest.mark.parametrize("before", ["", "a", "ab"])
@pytest.mark.parametrize("text", PLANTED)
def test_the_search_knows_a_text_in_whatever_form_it_lies(text: str, before: str) -> None:
    answer = json.dumps({"it": before + text}, ensure_ascii=False).encode()
    escaped = json.dumps({"it": before + text})
    for dump in (answer.decode(), repr(answer), answer.hex(), escaped, escaped.encode().hex(), json.dumps(escaped)):
        assert text in found_in(dump, PLANTED), dump
    for encode in (b64encode, urlsafe_b64encode):
        assert text in found_in(encode(answer).decode(), PLANTED)


async def test_the_search_notices_texts_that_are_only_encoded(
    databases: Databases, settings_for: Callable[..., Settings], as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_nothing(monkeypatch)
    async with talent(databases, settings_for, as_) as world:
        gave_away = await leaking(world.service, PLANTED)
    assert gave_away == {"event", "profile", "introduction"}


async def test_the_search_notices_answers_that_are_stored_and_lines_that_are_logged(
    databases: Databases, settings_for: Callable[..., Settings], as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_and_log_what_is_written(monkeypatch)
    heard = hear_everything()
    async with talent(databases, settings_for, as_) as world:
        await plant(world)
        gave_away = await leaking(world.service, PLANTED)
    assert gave_away == {"idempotency"}
    assert found_in(heard.getvalue(), PLANTED) >= set(PERSON.values())


async def test_erased_and_without_a_key_are_the_same_whatever_happens_at_once(
    databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> None:
    async with talent(databases, settings_for, as_) as world:
        (expert_id,) = world.paths["expert_id"]
        path, body = f"/v1/experts/{expert_id}", {"reference": "第5-1号"}

        async def write(number: int) -> int:
            headers = as_("expert", person=expert_id) | {"If-Match": "*"}
            changed = PERSON | {"name_ja": f"見本 {number}"}
            return (await world.service.client.put(f"{path}/profile", json=changed, headers=headers)).status_code

        async def erase() -> int:
            headers = as_("secretariat") | {"If-Match": "*"}
            return (await world.service.client.post(f"{path}/erasure", json=body, headers=headers)).status_code

        statuses = await asyncio.gather(*map(write, range(4)), erase(), erase(), *map(write, range(4, 8)))
        assert statuses[4:6] == [200, 200]
        assert set(statuses) <= {200, 410, 409}
        ((erased,),) = await world.service.as_owner(f"SELECT erased FROM expert WHERE id = '{expert_id}'")
        ((gone,),) = await world.service.as_owner(
            f"SELECT erased_at IS NOT NULL FROM personal_key WHERE person = '{expert_id}'"
        )
        ((sealed,),) = await world.service.as_owner(f"SELECT sealed::text FROM profile WHERE expert_id = '{expert_id}'")
        assert (erased, gone, sealed) == (True, True, "{}")
        assert await write(9) == 410
