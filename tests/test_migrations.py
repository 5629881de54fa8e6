"""Every service's database: migrations and tables agree, private rows are walled off, nothing is owned by the app."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from kyodo_events.schema import APP_ROLE, KERNEL_1, KERNEL_2
from kyodo_platform.database.migrations import migrate
from kyodo_platform.database.provision import ServiceDatabase
from kyodo_platform.idempotency import IDEMPOTENCY_1
from kyodo_platform.long_runs import LONG_RUNS_1
from kyodo_platform.own_rows import PERSON, PRIVATE_TO
from kyodo_platform.personal.keys import PERSONAL_1
from kyodo_platform.service import Service
from kyodo_platform.webhooks.progress import WEBHOOKS_1
from tests.support.databases import Databases
from tests.support.services import NAMES, SAMPLE, service

ALL = [*NAMES, SAMPLE]
OF_THE_PLATFORM = "".join([*KERNEL_1, *KERNEL_2, *IDEMPOTENCY_1, *PERSONAL_1, *LONG_RUNS_1, *WEBHOOKS_1])
KERNEL = {"alembic_version", *re.findall(r"CREATE TABLE (\w+)", OF_THE_PLATFORM)}

# Columns that say whose a row is; a table with one is private to it unless it stands in SHARED.
OWNERS = ("municipality", "home_municipality", "party")
SHARED = {
    "academy.workforce": "how many people a municipality employs is published, with its source beside it",
    "procurement.participation": "participants share the cost, so they see who takes part",
    "procurement.burden_terms_consent": "terms come into force when all have consented: all see whose is missing",
    "procurement.burden_terms_objection": "terms are negotiated by all: everybody reads who objects, and why",
    "procurement.subscription": "governments see who uses which shared service",
    "procurement.subscription_period": "governments see who uses which shared service",
    "procurement.subscription_plan": "governments see who uses which shared service",
    "procurement.roadmap_follower": "the roadmap is public, and so is who follows it",
    "procurement.municipal_contract": "awarded contracts are published (OCDS)",
    "procurement.framework_contract": "the awarded contracts again, as the framework draws on them",
    "procurement.candidacy": "who is invited and who means to take part is part of the public participation matrix",
    "procurement.saving_party": "who is behind a sum, with how many lots; no amounts",
    "procurement.call_off_order": "orders are published (OCDS)",
    "cost-ledger.participation": "participants share the cost, so they see who takes part",
    "supporter-matching.host": "organisations that hold classes are public, as the classes are",
    "supporter-matching.session": "the calendar of classes is public; who helps there is not in it",
    "supporter-matching.venue": "venues of classes are public: everybody may know where one takes place",
    "cost-ledger.subsidy_award": "governments see what was awarded to whom; what was applied for is private",
}
# Functions that run with their owner's rights, each named with what it gives out; any other fails
# (docs/decisions/0023-the-database-sums-over-others.md).
WITH_OWNERS_RIGHTS = {
    "academy.attendance_sums": "counts of attendances and people by month, programme and organisation, for officials",
    "academy.seats_to_come": "seats of municipalities' officials by month, of all municipalities together",
    "cost-ledger.make_room_for_usage": "nothing: it makes a month's partition and reads no row",
    "cost-ledger.project_yen": "a project's cost and Tokyo's part: totals that all participants may read",
    "cost-ledger.unnamed_usage": "quantities of three participants or more, without names",
    "cost-ledger.usage_of_group": "sums of three municipalities or more, and none that would tell of one or two others",
}
# What the read models' tables must have in common with the migrated ones. Indexes, checks and NOT NULL are the
# migrations' alone: no query names them.
COMPARED = {"add_table", "remove_table", "add_column", "remove_column", "modify_type"}


def tables_of(found: Service) -> dict[str, sa.Table]:
    """All tables of a service's read models and reactions, by name."""
    tables = {table.name: table for view in found.views for table in view.tables}
    for table in list(tables.values()):
        tables |= table.metadata.tables
    return tables


async def ask(url: str, query: str) -> list[Any]:
    """The rows of a query."""
    connection = await asyncpg.connect(url, command_timeout=30)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


@pytest.mark.parametrize("name", ALL)
async def test_the_tables_are_what_the_migrations_make(databases: Databases, name: str) -> None:
    found = service(name)
    async with databases.of(name, found.migrations) as database:
        differences = await _differences(database.owner_url(databases.admin_url), tables_of(found))
    assert differences == []


@pytest.mark.parametrize(
    ("forgotten", "difference"),
    [
        (lambda: sa.Column("more", sa.Text), "add_column"),
        (lambda: sa.Column("title", sa.BigInteger), "modify_type"),
        (lambda: sa.Column("title", sa.Text, primary_key=True), "primary key"),
    ],
    ids=["new column", "other type", "other key"],
)
async def test_a_forgotten_migration_is_noticed(
    databases: Databases, forgotten: Callable[[], sa.Column[Any]], difference: str
) -> None:
    found = service(SAMPLE)
    planted = {name: table.to_metadata(sa.MetaData()) for name, table in tables_of(found).items()}
    planted["book"].append_column(forgotten(), replace_existing=True)
    async with databases.of(SAMPLE, found.migrations) as database:
        (first, *_) = await _differences(database.owner_url(databases.admin_url), planted)
    assert first[0] == difference


@pytest.mark.parametrize("name", ALL)
async def test_migrating_again_changes_nothing(databases: Databases, name: str) -> None:
    found = service(name)
    async with databases.of(name, found.migrations) as database:
        owner = database.owner_url(databases.admin_url)
        before = await _catalogue(owner)
        # with what only the driver understands in an address: SQLAlchemy would refuse it
        await asyncio.to_thread(migrate, found.migrations, f"{owner}?sslmode=prefer")
        assert await _catalogue(owner) == before


@pytest.mark.parametrize("name", ALL)
async def test_private_tables_are_walled_off(databases: Databases, name: str) -> None:
    async with databases.of(name, service(name).migrations) as database:
        assert await open_tables(databases, database) == set()


@pytest.mark.parametrize("name", ALL)
async def test_both_walls_know_the_same_private_tables(databases: Databases, name: str) -> None:
    """What lists are narrowed by (`private_to`) is what row-level security compares."""
    found = service(name)
    narrowed = {
        (t.name, t.info[PRIVATE_TO], t.info.get(PERSON)) for t in tables_of(found).values() if PRIVATE_TO in t.info
    }
    async with databases.of(name, found.migrations) as database:
        rows = await ask(
            database.owner_url(databases.admin_url),
            # the kernel's tables are walled off by other rules; the ledger's tests look after its dead letters, and
            # the academy's after what is found by its search, where each visibility has a rule of its own
            "SELECT tablename::text, qual FROM pg_policies"
            " WHERE tablename NOT IN ('event', 'dead_letter', 'search_entry')",
        )
    assert {table for table, _, _ in narrowed} == {table for table, _ in rows}
    for table, owner, person in narrowed:
        (condition,) = (condition for name, condition in rows if name == table)
        compared = re.findall(r"\((\w+) = \(", condition)
        assert compared == ([owner, person] if person else [owner]), condition


async def test_a_forgotten_wall_is_noticed(databases: Databases) -> None:
    async with databases.of(SAMPLE, service(SAMPLE).migrations) as database:
        connection = await asyncpg.connect(database.owner_url(databases.admin_url))
        await connection.execute("ALTER TABLE note DISABLE ROW LEVEL SECURITY")
        await connection.close()
        assert await open_tables(databases, database) == {"sample.note"}


async def open_tables(databases: Databases, database: ServiceDatabase) -> set[str]:
    """The tables of private rows that the application role reads whole."""
    rows = await ask(
        database.owner_url(databases.admin_url),
        "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        f" AND a.attname IN {OWNERS}"
        " AND NOT (c.relrowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))",
    )
    return {f"{database.service}.{table}" for (table,) in rows} - SHARED.keys()


@pytest.mark.parametrize("name", ALL)
async def test_there_is_no_way_around_the_walls(databases: Databases, name: str) -> None:
    """Views run with their owner's rights unless told otherwise, and materialised views hold everybody's rows."""
    async with databases.of(name, service(name).migrations) as database:
        rows = await ask(
            database.owner_url(databases.admin_url),
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm'"
            " OR relkind = 'v' AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false))"
            " UNION SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef",
        )
        open_to_all = await ask(
            database.owner_url(databases.admin_url),
            "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
            " AND (has_function_privilege('public', oid, 'EXECUTE') OR proconfig IS NULL)",
        )
    assert {f"{name}.{found}" for (found,) in rows} == {
        known for known in WITH_OWNERS_RIGHTS if known.startswith(f"{name}.")
    }
    assert open_to_all == [], "such a function is the application's alone, and its search path is its own"


@pytest.mark.parametrize("name", ALL)
async def test_the_app_owns_nothing_and_bypasses_nothing(databases: Databases, name: str) -> None:
    async with databases.of(name, service(name).migrations) as database:
        rows = await ask(
            database.owner_url(databases.admin_url),
            "SELECT c.relname::text FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
            f" WHERE r.rolname IN ('{database.app_role}', '{APP_ROLE}')"
            " UNION ALL SELECT rolname::text FROM pg_roles WHERE (rolbypassrls OR rolsuper)"
            f" AND rolname IN ('{database.app_role}', '{database.owner_role}', '{APP_ROLE}')",
        )
        granted = await ask(
            database.owner_url(databases.admin_url),
            "SELECT table_name::text, privilege_type::text FROM information_schema.role_table_grants"
            f" WHERE grantee IN ('{database.app_role}', '{APP_ROLE}', 'PUBLIC') AND table_schema = 'public'",
        )
        appended = await ask(
            database.owner_url(databases.admin_url),
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_append\\_only'",
        )
    assert rows == []
    changeable = {table for table, privilege in granted if privilege in ("UPDATE", "DELETE", "TRUNCATE")}
    assert not changeable & ({"event", "event_position", "inbox", "alembic_version"} | {t for (t,) in appended})
    assert not {privilege for _, privilege in granted} - {"SELECT", "INSERT", "UPDATE", "DELETE"}


async def test_no_service_connects_to_another_ones_database(databases: Databases) -> None:
    async with (
        databases.of("talent", service("talent").migrations) as talent,
        databases.of("academy", service("academy").migrations) as academy,
    ):
        for url in (talent.app_url(databases.admin_url), talent.owner_url(databases.admin_url)):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
                await asyncpg.connect(f"{url.rpartition('/')[0]}/{academy.database}")


async def _differences(owner_url: str, tables: dict[str, sa.Table]) -> list[Any]:
    """Where the tables that the queries are written against differ from the migrated ones."""
    wanted = sa.MetaData()
    for table in tables.values():
        table.to_metadata(wanted)

    def compare(connection: sa.Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours, "compare_type": True})
        found = [step for group in compare_metadata(context, wanted) for step in _steps(group)]
        differences: list[Any] = [step[:4] for step in found if step[0] in COMPARED]
        for table in wanted.tables.values() if not differences else ():
            key = sa.inspect(connection).get_pk_constraint(table.name)["constrained_columns"]
            if set(key) != {column.name for column in table.primary_key}:
                differences.append(("primary key", table.name, key))
        return differences

    engine = create_async_engine(owner_url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=sa.NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(compare)
    finally:
        await engine.dispose()


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and name in KERNEL)


def _steps(group: Any) -> list[Any]:
    """Alembic groups the changes of one column in a list."""
    return group if isinstance(group, list) else [group]


async def _catalogue(owner_url: str) -> list[Any]:
    return await ask(
        owner_url,
        "SELECT c.relname::text, c.relkind::text, a.attname::text, c.relacl::text FROM pg_class c"
        " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
        " WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 3",
    )
