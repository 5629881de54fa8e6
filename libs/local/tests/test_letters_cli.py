"""`kyodo dead-letters`: all of a letter is shown, several are replayed in their order, each command has its JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from kyodo_cost_ledger.app import service
from kyodo_cost_ledger.testing import Story, terms
from kyodo_events.database import Database
from tests.support.commands import Answer, kyodo
from tests.support.databases import Databases
from tests.support.ledger.arriving import arrive, record_of

CHIYODA, CHUO = "131016", "131024"
BROKEN = b'{"municipality": "131024", "quantity": 4444}'

Ask = Callable[..., Coroutine[Any, Any, Answer]]


@pytest_asyncio.fixture
async def ask(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ask]:
    """`kyodo dead-letters …` on a ledger with a broken record of Chuo, and a good one behind it."""
    async with databases.of(service.name, service.migrations) as made:
        url = made.app_url(databases.admin_url)
        story = Story().started().joined(CHIYODA, CHUO).agreed(terms(None)).used(CHIYODA, 1)
        broken, later = (Story().used(CHUO, quantity).told[0] for quantity in (4_444, 5_555))
        database = await Database.connect(url)
        try:
            await arrive(database, story.told)
            await arrive(database, [record_of(broken, value=BROKEN), record_of(later)])
        finally:
            await database.close()
        monkeypatch.setenv("KYODO_COST_LEDGER_DATABASE_URL", url)

        async def ask(command: str, *words: str) -> Answer:
            return await kyodo("dead-letters", command, service.name, *words, "--state", str(tmp_path / "none"))

        yield ask


async def parked(ask: Ask) -> list[dict[str, Any]]:
    """The letters that wait."""
    letters: list[dict[str, Any]] = (await ask("list", "--json")).document["letters"]
    return letters


async def test_all_of_a_letter_is_shown(ask: Ask) -> None:
    broken, behind = await parked(ask)
    assert behind["reason"] == f"behind event {broken['event_id']} of the same key"
    shown = (await ask("show", broken["id"], "--json")).document
    assert shown["value"] == {"municipality": CHUO, "quantity": 4444}
    assert shown["headers"]["ce_type"] == "kyodo.procurement.service-used.v1"
    assert {name: shown[name] for name in broken} == broken
    in_words = (await ask("show", broken["id"])).out
    assert "invalid data: " in in_words
    assert '{"municipality":"131024","quantity":4444}' in in_words
    assert broken["id"] in (await ask("list")).out


async def test_what_fails_again_stays_and_holds_up_what_is_behind_it(ask: Ask) -> None:
    broken, behind = await parked(ask)
    done = await ask("replay", "--reason", "invalid data", "--json")
    assert done.document == {"replayed": [], "failed": [broken["id"]], "waiting": [behind["id"]]}
    assert done.code == 1
    assert (await ask("replay", broken["id"])).code == 1
    assert [letter["attempts"] for letter in await parked(ask)] == [3, 1]

    dismissed = await ask("dismiss", broken["id"], "--why", "a test of the operator's", "--json")
    assert (dismissed.code, dismissed.document["dismissed"]) == (0, broken["id"])
    done = await ask("replay", "--all", "--json")
    assert (done.code, done.document) == (0, {"replayed": [behind["id"]], "failed": [], "waiting": []})
    assert "cost-ledger: letters" in done.err  # progress, beside the document
    assert await parked(ask) == []
    assert "no letter is parked" in (await ask("list")).out
    kept = (await ask("show", broken["id"], "--json")).document
    assert (kept["state"], kept["resolution"]) == ("dismissed", "a test of the operator's")


async def test_what_cannot_be_done_is_told_with_a_code_of_its_own(ask: Ask) -> None:
    broken, behind = await parked(ask)
    for words in (
        ("replay", behind["id"]),  # its turn has not come
        ("replay", str(uuid4())),
        ("show", str(uuid4())),
        ("replay",),
        ("replay", broken["id"], "--all"),
    ):
        answer = await ask(*words)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err
    assert [letter["attempts"] for letter in await parked(ask)] == [1, 1]
