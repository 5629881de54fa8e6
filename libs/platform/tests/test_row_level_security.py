"""The second wall (G7) and the limits of the application role, asked of PostgreSQL itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest
import pytest_asyncio

from kyodo_events.database import EVERYONE, NOBODY, Database, Scope
from tests.support.databases import Databases
from tests.support.running import Running

CHIYODA, CHUO = "131016", "131024"


@pytest_asyncio.fixture
async def notes(sample: Running) -> AsyncIterator[Database]:
    """The sample's database with a note of each of two municipalities, as the application role sees it."""
    database: Database = sample.app.state.runtime.database
    async with database.transaction(EVERYONE) as tx:
        await tx.run("INSERT INTO note VALUES ($1, 'b', 'mine'), ($2, 'b', 'theirs')", CHIYODA, CHUO)
    yield database


@pytest.mark.parametrize(
    ("scope", "seen"),
    [(EVERYONE, {CHIYODA, CHUO}), (NOBODY, set()), (Scope(CHIYODA), {CHIYODA}), (Scope("131032"), set())],
)
async def test_who_sees_what(notes: Database, scope: Scope, seen: set[str]) -> None:
    async with notes.transaction(scope, read_only=True) as tx:
        assert {row["municipality"] for row in await tx.rows("SELECT municipality FROM note")} == seen


async def test_a_connection_without_a_scope_sees_nothing(sample: Running, notes: Database) -> None:
    async with notes.session() as connection:
        assert await connection.fetch("SELECT * FROM note") == []
    async with notes.transaction(Scope(CHIYODA)) as tx:
        await tx.rows("SELECT * FROM note")
    async with notes._pool.acquire() as connection:  # the one that has just been used: its scope ended
        assert await connection.fetch("SELECT * FROM note") == []


@pytest.mark.parametrize(
    "write",
    [
        f"UPDATE note SET text = 'taken' WHERE municipality = '{CHUO}'",
        "UPDATE note SET text = 'taken'",
        f"DELETE FROM note WHERE municipality = '{CHUO}'",
    ],
)
async def test_foreign_rows_are_not_there_to_be_written(sample: Running, notes: Database, write: str) -> None:
    async with notes.transaction(Scope(CHIYODA)) as tx:
        await tx.run(write)
    ((text,),) = await sample.as_owner(f"SELECT text FROM note WHERE municipality = '{CHUO}'")
    assert text == "theirs"


@pytest.mark.parametrize(
    "write",
    [
        f"INSERT INTO note VALUES ('{CHUO}', 'c', 'planted')",
        f"UPDATE note SET municipality = '{CHUO}', book_id = 'c'",
        f"INSERT INTO note VALUES ('{CHUO}', 'b', 'taken') ON CONFLICT (municipality, book_id)"
        " DO UPDATE SET text = excluded.text",
    ],
)
async def test_rows_are_not_given_to_another_municipality(notes: Database, write: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with notes.transaction(Scope(CHIYODA)) as tx:
            await tx.run(write)


APPEND = (
    "INSERT INTO event (id, category, stream, version, type, type_version, at, actor, organisation, correlation,"
    " record_key, data) VALUES (gen_random_uuid(), 'book', gen_random_uuid(), 1, 't', 1, now(), 'a', 'o',"
    " gen_random_uuid(), 'k', $1)"
)


@pytest.mark.parametrize(("scope", "owner"), [(EVERYONE, CHUO), (Scope(CHIYODA), CHIYODA), (Scope(CHIYODA), None)])
async def test_events_of_ones_own(sample: Running, notes: Database, scope: Scope, owner: str | None) -> None:
    async with notes.transaction(scope) as tx:
        await tx.run(APPEND, {"municipality": owner} if owner else {"title": "nobody's"})
    assert await sample.count("event") == 1


@pytest.mark.parametrize("scope", [NOBODY, Scope(CHIYODA)])
async def test_nobody_writes_another_municipalitys_history(notes: Database, scope: Scope) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with notes.transaction(scope) as tx:
            await tx.run(APPEND, {"municipality": CHUO})


@pytest.mark.parametrize("table", ["event", "event_position", "inbox"])
@pytest.mark.parametrize("change", ["UPDATE {} SET event_id = event_id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_what_happened_cannot_be_changed_by_the_service(notes: Database, table: str, change: str) -> None:
    statement = change.format(table).replace(
        "event_id = event_id", "id = id" if table == "event" else "event_id = event_id"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with notes.transaction() as tx:
            await tx.run(statement)


@pytest.mark.parametrize("change", ["UPDATE event SET actor = 'x'", "DELETE FROM event", "TRUNCATE event"])
async def test_nor_by_the_owner(sample: Running, as_: Callable[..., dict[str, str]], change: str) -> None:
    await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))
    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        await sample.as_owner(change)


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE note DISABLE ROW LEVEL SECURITY",
        "DROP POLICY note_of_its_municipality ON note",
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SET ROLE kyodo_sample_owner",
        "CREATE TABLE mine (a int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "DELETE FROM alembic_version",
        "SELECT rolpassword FROM pg_authid",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
async def test_what_the_service_may_not_do(notes: Database, attempt: str) -> None:
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.InvalidSchemaNameError)):
        async with notes.transaction() as tx:
            await tx.run(attempt)


async def test_the_role_itself(sample: Running) -> None:
    ((superuser, bypass, inherits_others, owns),) = await sample.as_admin(
        "SELECT rolsuper, rolbypassrls,"
        " (SELECT array_agg(g.rolname::text) FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid"
        "  WHERE m.member = r.oid),"
        " (SELECT count(*) FROM pg_class WHERE relowner = r.oid)"
        f" FROM pg_roles r WHERE rolname = '{sample.database.app_role}'"
    )
    assert (superuser, bypass, inherits_others, owns) == (False, False, ["kyodo_app"], 0)


async def test_another_service_has_no_way_in(sample: Running, databases: Databases) -> None:
    async with databases.of("kernel", None) as other:
        elsewhere = other.app_url(databases.admin_url).rpartition("/")[0] + f"/{sample.database.database}"
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
            await asyncpg.connect(elsewhere)


@pytest.mark.parametrize("text", ["1", "131016'; DROP TABLE note; --", "**", " ", "１３１０１６"])
def test_a_scope_is_a_code_and_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match="is no scope"):
        Scope(text)
