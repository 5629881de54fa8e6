"""`kyodo verify`, `backup` and `restore` on real data: what was dumped stands there again, what does not is named."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.sequencer import sequence_all
from kyodo_platform.database.provision import ServiceDatabase
from kyodo_platform.settings import Settings
from tests.support.books_desk import Desk
from tests.support.books_desk import desk as open_desk
from tests.support.commands import Answer, kyodo
from tests.support.databases import Databases

LEDGER = "cost-ledger"
CHANGE = "UPDATE posting_line SET amount = amount + {} WHERE party = '131016' AND period = '2024-04'"


@pytest_asyncio.fixture
async def desk(
    databases: Databases, settings_for: Callable[..., Settings], as_: As, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    """A ledger with charges, a sealed month, and an event that waits for its position."""
    async with open_desk(databases, settings_for, as_) as opened:
        await opened.close("2024-04", "2024-05")
        await opened.seal("2024-04")
        while await sequence_all(opened.database):
            pass
        await opened.close("2024-06")
        point_at(opened.service.database, databases, monkeypatch)
        yield opened


def point_at(database: ServiceDatabase, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the ledger's settings name this database."""
    monkeypatch.setenv("KYODO_COST_LEDGER_DATABASE_URL", database.app_url(databases.admin_url))
    monkeypatch.setenv("KYODO_COST_LEDGER_OWNER_DATABASE_URL", database.owner_url(databases.admin_url))


async def run(*words: str) -> Answer:
    return await kyodo(*words, "--state", "/none")


async def wrong(*words: str) -> list[dict[str, Any]]:
    """What does not hold, by a command that must have looked at something."""
    answer = await run(*words, "--json")
    findings: list[dict[str, Any]] = answer.document["findings"]
    assert findings
    found = [one for one in findings if not one["holds"]]
    assert answer.code == (1 if found else 0)
    return found


async def empty(databases: Databases, admin: asyncpg.Connection, name: str) -> ServiceDatabase:
    """A new database of the ledger's owner, as an administrator makes it before a restore."""
    made = ServiceDatabase(LEDGER, "placeholder", "placeholder", name=name)
    await admin.execute(f"CREATE DATABASE {name} OWNER {made.owner_role}")
    return made


@pytest_asyncio.fixture
async def target(databases: Databases, desk: Desk) -> AsyncIterator[ServiceDatabase]:
    """An empty database beside the ledger's."""
    admin = await asyncpg.connect(databases.admin_url, command_timeout=60)
    try:
        yield await empty(databases, admin, "test_restored")
    finally:
        await admin.execute("DROP DATABASE test_restored WITH (FORCE)")
        await admin.close()


async def test_a_backup_is_restored_whole_and_its_books_prove_it(
    desk: Desk, databases: Databases, target: ServiceDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backup"
    made = await run("backup", str(folder), LEDGER, "--json")
    assert made.code == 0, made.err
    (dumped,) = made.document["services"]
    assert made.document == json.loads((folder / "manifest.json").read_text())
    assert dumped["position"] > 0
    assert dumped["bytes"] == (folder / "cost-ledger.dump").stat().st_size
    assert "placeholder" not in (folder / "manifest.json").read_text()

    refused = await run("restore", str(folder), LEDGER)
    assert (refused.code, refused.out) == (2, "")
    assert "the database of cost-ledger is not empty" in refused.err

    await desk.close("2024-07")  # after the backup: it is not in it
    point_at(target, databases, monkeypatch)
    restored = await run("restore", str(folder), "--json")
    assert restored.code == 0, restored.out
    about = [one["about"] for one in restored.document["findings"]]
    assert about[0] == f"position {dumped['position']}"
    assert {"event store", "chain of seals", "balance of postings", "read models and their events"} < set(about)
    assert restored.document["next"][0].startswith("kyodo republish cost-ledger")
    assert await rows(target, databases, "SELECT count(*) FROM closed_month") == 3
    assert await rows(target, databases, "SELECT has_table_privilege('kyodo_app', 'event', 'INSERT')")
    assert await wrong("verify", "--service", LEDGER) == []


async def rows(database: ServiceDatabase, databases: Databases, query: str) -> Any:
    connection = await asyncpg.connect(database.owner_url(databases.admin_url), command_timeout=60)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_a_drill_leaves_nothing_behind_and_says_what_does_not_hold(
    desk: Desk, databases: Databases, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    await desk.service.as_admin("ALTER TABLE posting_line DISABLE TRIGGER ALL", CHANGE.format(1))
    assert (await run("backup", str(folder), LEDGER)).code == 0
    drill = ("restore", str(folder), "--drill", "--server", databases.admin_url)
    found = {one["about"]: one["words"] for one in await wrong(*drill)}
    assert found["chain of seals"].startswith("the chain of seals breaks at 2024-04")
    assert found["balance of postings"] == "postings do not sum to zero, by 3 yen together"
    assert "tables as dumped" not in " ".join(found)  # the dump is true to what stood there
    left = await desk.service.as_admin("SELECT datname FROM pg_database WHERE datname LIKE 'kyodo_drill%'")
    assert left == []


async def test_the_server_of_a_drill_may_stand_in_a_file(
    desk: Desk, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As compose hands it to its container for operators."""
    folder, secrets = tmp_path / "backup", tmp_path / "secrets"
    assert (await run("backup", str(folder), LEDGER)).code == 0
    secrets.mkdir()
    (secrets / "KYODO_DRILL_SERVER_URL").write_text(databases.admin_url)
    monkeypatch.setenv("KYODO_SECRETS_DIR", str(secrets))
    assert await wrong("restore", str(folder), "--drill") == []


async def test_what_is_no_good_backup_is_told(desk: Desk, databases: Databases, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    assert (await run("backup", str(folder), LEDGER)).code == 0
    for words, why in (
        (("backup", str(folder), LEDGER), "is not empty: a backup gets a folder of its own"),
        (("restore", str(tmp_path / "none")), "holds no backup"),
        (("restore", str(folder), "talent"), "the backup holds no talent; it holds cost-ledger"),
        (("restore", str(folder), "--drill"), "a drill needs a server"),
    ):
        answer = await run(*words)
        assert (answer.code, answer.out) == (2, "")
        assert why in answer.err
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["services"][0]["tables"]["event"] = "1:0000000000000000"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (other,) = await wrong("restore", str(folder), "--drill", "--server", databases.admin_url)
    assert other["words"] == "others are event"
    with (folder / "cost-ledger.dump").open("ab") as file:
        file.write(b"more")
    answer = await run("restore", str(folder), "--drill", "--server", databases.admin_url)
    assert (answer.code, "is not the file of the manifest" in answer.err) == (2, True)


BROKEN = (
    "DELETE FROM event_position WHERE position = 1",
    "DELETE FROM event WHERE id = (SELECT event_id FROM event_position WHERE position = 2)",
    "UPDATE relay SET position = (SELECT position + 3 FROM sequencer)",
    "UPDATE sequencer SET position = position - 1",
)


async def test_a_running_installation_is_verified_whole(desk: Desk) -> None:
    assert await wrong("verify", "--service", LEDGER) == []
    await desk.service.as_admin("DELETE FROM closed_month WHERE month = '2024-05'")
    (found,) = await wrong("verify", "--service", LEDGER)
    assert (found["about"], "closed_month: 0 rows only live, 1 only rebuilt" in found["words"]) == (
        "read models and their events",
        True,
    )
    for table in ("event", "event_position"):
        await desk.service.as_admin(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    await desk.service.as_admin(*BROKEN)
    answer = await run("verify", "--service", LEDGER)
    assert answer.code == 1
    (store,) = [line for line in answer.out.splitlines() if line.startswith("WRONG  cost-ledger: event store: ")]
    assert [fault.split(" ", 1) for fault in store.removeprefix("WRONG  cost-ledger: event store: ").split("; ")] == [
        ["1", "positions are missing between the first and the newest"],
        ["1", "positions are beyond the newest that was given"],
        ["1", "positions have no event"],
        ["1", "events have neither a position nor a place in the queue for one"],
        ["4", "positions are told to be published that were never given"],
    ]
