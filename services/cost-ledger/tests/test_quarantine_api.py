"""Quarantine over HTTP: one list of both kinds, each thing with its content, replay and dismissal, and the walls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from kyodo_cost_ledger.testing import PROJECT, Story, terms
from kyodo_events.arrivals import StoredRecord
from kyodo_events.database import Database, Scope
from tests.support.ledger.arriving import arrive, record_of

CHIYODA, CHUO, MUSASHINO = "131016", "131024", "132039"
CELL = f"/v1/quarantine/usage/{CHIYODA}/{PROJECT}/seats/2024-04"
WHY = {"reason": "運用者の試験データ"}


@dataclass
class World:
    """A running ledger, what it was told, and who asks."""

    client: httpx.AsyncClient
    database: Database
    story: Story
    as_: Any

    async def tell(self, *records: StoredRecord) -> None:
        """Take these records, or all that the story told since the last time."""
        await arrive(self.database, records or self.story.told)
        if not records:
            self.story.told.clear()

    async def get(self, path: str, *who: str, status: int = 200, **query: str) -> Any:
        answer = await self.client.get(path, params=query, headers=self.as_(*(who or ("secretariat",))))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def post(self, path: str, body: Any = None, *who: str, status: int = 200, match: str = "*") -> Any:
        headers = self.as_(*(who or ("secretariat",))) | {"If-Match": match}
        answer = await self.client.post(path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def listed(self, *who: str, **query: Any) -> list[Any]:
        items: list[Any] = (await self.get("/v1/quarantine", *who, **query))["items"]
        return items

    async def charged(self, municipality: str) -> int:
        return int((await self.get(f"/v1/municipalities/{municipality}/charges"))["usage"])


@pytest_asyncio.fixture
async def world(app_of: Any, as_: Any) -> AsyncIterator[World]:
    """Chiyoda used a meter that no terms name; a record of Chuo is broken, and one behind it is not."""
    app = await app_of("cost-ledger")
    story = Story().started().joined(CHIYODA, CHUO).agreed(terms(None))
    story.used(CHIYODA, 10, meter="seats").used(CHIYODA, 1)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kyodo.test") as client:
        world = World(client, app.state.runtime.database, story, as_)
        await world.tell()
        used, later = (Story().used(CHUO, quantity).told[0] for quantity in (4_444, 5_555))
        await world.tell(record_of(used, value=b'{"municipality": "131024", "quantity": 4444}'), record_of(later))
        yield world


async def test_one_list_holds_usage_and_letters_with_reasons_in_words(world: World) -> None:
    broken, behind, cell = await world.listed()
    assert [row["kind"] for row in (broken, behind, cell)] == ["letter", "letter", "usage"]
    assert (broken["municipality"], broken["municipality_ja"], broken["source"]) == (CHUO, "中央区", "procurement")
    assert broken["reason"].startswith("invalid data")
    assert broken["reason_ja"] == "内容が契約（スキーマ）に合わない"
    assert broken["type"] == "kyodo.procurement.service-used.v1"
    assert (broken["topic"], broken["partition"], broken["attempts"]) == ("kyodo.procurement.usage.v1", 0, 1)
    assert behind["reason_ja"] == "同じキーの先の記録の処理を待っている"
    assert (cell["municipality"], cell["records"], cell["reason"]) == (CHIYODA, 1, "unknown_meter")
    assert cell["path"] == CELL
    assert await world.charged(CHIYODA) == 30  # nothing else stops for it
    assert [row["kind"] for row in await world.listed(kind="usage")] == ["usage"]
    assert [row["municipality"] for row in await world.listed(municipality=CHUO)] == [CHUO, CHUO]
    assert await world.listed(state="dismissed") == []
    first = await world.get("/v1/quarantine", limit="1")
    second = await world.get("/v1/quarantine", limit="2", cursor=first["next"])
    assert first["items"] + second["items"] == [broken, behind, cell]


async def test_a_municipality_sees_what_concerns_it(world: World) -> None:
    letters = [row for row in await world.listed() if row["kind"] == "letter"]
    assert [row["kind"] for row in await world.listed("officer", CHIYODA)] == ["usage"]
    assert await world.listed("approver", CHUO) == letters
    assert await world.listed("officer", MUSASHINO) == []
    await world.get(letters[0]["path"], "officer", CHIYODA, status=404)
    await world.get(CELL, "officer", CHUO, status=404)
    own = await world.get(letters[0]["path"], "officer", CHUO)
    assert (own["withheld"], own["content"]["quantity"], own["headers"]) == (False, 4444, None)
    await world.post(f"{CELL}/dismissal", WHY, "officer", CHIYODA, status=403)
    await world.post(f"{letters[0]['path']}/replay", None, "auditor", status=403)


async def test_a_letter_that_names_somebody_else_is_withheld_from_the_owner_of_its_key(world: World) -> None:
    """A broken producer may put one municipality's data under another one's key."""
    told = Story().used(MUSASHINO, 7_777).told[0]
    await world.tell(record_of(told, key=CHIYODA.encode(), ce_subject=None))
    (letter,) = await world.listed(municipality=CHIYODA, kind="letter")
    assert (await world.get(letter["path"], "auditor"))["content"]["quantity"] == 7_777
    own = await world.get(letter["path"], "officer", CHIYODA)
    assert (own["withheld"], own["content"], own["headers"]) == (True, None, None)
    await world.get(letter["path"], "officer", MUSASHINO, status=404)


@pytest.mark.parametrize("scope", [Scope(CHIYODA), Scope("")])
async def test_the_database_itself_hides_letters_of_others(world: World, scope: Scope) -> None:
    async with world.database.transaction(scope) as tx:
        assert await tx.scalar("SELECT count(*) FROM dead_letter") == 0
        assert await tx.run("UPDATE dead_letter SET reason = ''") == 0
    async with world.database.transaction(Scope(CHUO), read_only=True) as tx:
        assert await tx.scalar("SELECT count(*) FROM dead_letter") == 2


async def test_letters_of_a_key_are_settled_in_their_order(world: World) -> None:
    broken, behind, _ = await world.listed()
    refused = await world.post(f"{behind['path']}/replay", status=409)
    assert refused["type"].endswith("earlier-dead-letter-waits")
    assert broken["id"] in refused["detail"]
    again = await world.post(f"{broken['path']}/replay", match='"1"')
    assert (again["state"], again["attempts"], again["version"]) == ("open", 2, 2)
    await world.post(f"{broken['path']}/dismissal", WHY, status=412, match='"1"')  # somebody tried since
    gone = await world.post(f"{broken['path']}/dismissal", WHY)
    assert (gone["state"], gone["resolution"], gone["resolved_by"]) == ("dismissed", WHY["reason"], "secretariat@tokyo")
    refused = await world.post(f"{broken['path']}/replay", status=409)
    assert refused["type"].endswith("dead-letter-settled")
    tried = await world.post(f"{behind['path']}/replay?dry_run=true")
    assert (tried["state"], await world.charged(CHUO)) == ("released", 0)
    had = await world.post(f"{behind['path']}/replay")
    assert had["state"] == "released"
    assert await world.charged(CHUO) == 5_555 * 30
    (outcome,) = (await world.get("/v1/usage-outcomes", "officer", CHUO))["items"]
    assert (outcome["charged"], outcome["quarantined"], outcome["dismissed"]) == (1, 1, 1)
    assert [row["id"] for row in await world.listed(state="dismissed")] == [broken["id"]]
    assert [row["id"] for row in await world.listed(state="released")] == [behind["id"]]


async def test_a_letter_whose_cause_is_cured_has_its_effect(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first attempt here failed in the booking, half-way: nothing of that stays but the note."""
    told = Story().used(MUSASHINO, 3).told[0]
    await world.tell(record_of(told, ce_type=b"kyodo.procurement.service-used.v99"))
    (letter,) = await world.listed(municipality=MUSASHINO)
    assert letter["reason_ja"] == "この版の台帳が知らない種類・版の記録"
    as_written = record_of(told)
    async with world.database.transaction() as tx:
        headers = {name: value.decode() for name, value in as_written.headers}
        await tx.run("UPDATE dead_letter SET headers = $2 WHERE id = $1", letter["id"], headers)

    async def stumble(*_: Any) -> None:
        raise ValueError("stumbled")

    with monkeypatch.context() as patch:
        patch.setattr("kyodo_cost_ledger.charges.reactions.book", stumble)
        failed = await world.post(f"{letter['path']}/replay")
    assert (failed["state"], failed["reason"], failed["attempts"]) == ("open", "ValueError: stumbled", 2)
    async with world.database.transaction(read_only=True) as tx:
        assert not await tx.scalar("SELECT count(*) FROM inbox WHERE event_id = $1", told.id)
    done = await world.post(f"{letter['path']}/replay")
    assert done["state"] == "released"
    (waiting,) = (await world.get("/v1/waiting-usage", reason="not_a_participant"))["items"]
    assert (waiting["municipality"], waiting["quantity"]) == (MUSASHINO, 3)


async def test_dismissed_usage_stays_counted_and_the_next_record_opens_it_again(world: World) -> None:
    cell = await world.get(CELL, "officer", CHIYODA)
    assert (cell["state"], cell["quantity"], cell["version"]) == ("open", 10, 0)
    dismissed = await world.post(f"{CELL}/dismissal", WHY, match='"0"')
    assert (dismissed["state"], dismissed["dismissed_because"], dismissed["version"]) == ("dismissed", WHY["reason"], 1)
    assert await world.listed(kind="usage") == []
    assert [row["path"] for row in await world.listed(kind="usage", state="dismissed")] == [CELL]
    (outcome,) = (await world.get("/v1/usage-outcomes", "officer", CHIYODA))["items"]
    assert (outcome["quarantined"], outcome["dismissed"], outcome["charged"]) == (1, 1, 1)
    refused = await world.post(f"{CELL}/dismissal", WHY, status=409)
    assert refused["type"].endswith("usage-already-dismissed")
    world.story.used(CHIYODA, 5, meter="seats")
    await world.tell()
    assert [row["records"] for row in await world.listed(kind="usage")] == [2]
    (outcome,) = (await world.get("/v1/usage-outcomes", "officer", CHIYODA))["items"]
    assert (outcome["quarantined"], outcome["dismissed"]) == (2, 0)
    assert (await world.post(f"{CELL}/dismissal", WHY, match='"1"'))["version"] == 2


async def test_a_dismissal_is_no_waiver(world: World) -> None:
    """Terms that all consented to decide about yen, not a click of the secretariat."""
    await world.post(f"{CELL}/dismissal", WHY)
    world.story.agreed(terms(None, prices={"applications": 30, "seats": 7}))
    await world.tell()
    assert await world.charged(CHIYODA) == 30 + 70
    cell = await world.get(CELL)
    assert (cell["state"], cell["outcome"], cell["dismissed_because"]) == ("released", "charged", WHY["reason"])
    refused = await world.post(f"{CELL}/dismissal", WHY, status=409)
    assert refused["type"].endswith("usage-not-quarantined")


async def test_usage_is_not_released_while_its_meter_is_unknown(world: World) -> None:
    refused = await world.post(f"{CELL}/replay", status=409)
    assert refused["type"].endswith("meter-still-unknown")
    await world.post(CELL.replace("seats", "chairs") + "/replay", status=404)


async def test_usage_left_behind_by_its_terms_is_rated_when_asked(world: World) -> None:
    """As after a release that rated it otherwise: the facts are there, the books do not know yet."""
    story = Story().started().joined(CHIYODA).agreed(terms(None)).agreed(terms(None, prices={"seats": 7}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kyodo_cost_ledger.charges.reactions.book", _nothing)
        await arrive(world.database, story.told[-1:])
    assert await world.charged(CHIYODA) == 30
    rated = await world.post(f"{CELL}/replay")
    assert (rated["state"], rated["outcome"]) == ("released", "charged")
    assert await world.charged(CHIYODA) == 30 + 70


async def _nothing(*_: Any) -> None:
    """What a forgotten booking does."""


async def test_gaps_of_the_log_are_listed(world: World) -> None:
    assert (await world.get("/v1/gaps", "auditor"))["items"] == []
    async with world.database.transaction() as tx:
        await tx.run("INSERT INTO offset_gap VALUES ('cost-ledger', 'kyodo.procurement.usage.v1', 3, 17, 19, now())")
    (gap,) = (await world.get("/v1/gaps", "auditor"))["items"]
    assert (gap["partition"], gap["from_offset"], gap["to_offset"]) == (3, 17, 19)
    await world.get("/v1/gaps", "officer", CHIYODA, status=403)
