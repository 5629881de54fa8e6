"""Bad configuration ends a process at its start with one line that names the setting; what goes away later does not.

Each case is a process of its own, as a container runs it, whose environment is good but for one thing.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import RSAKey

from conftest import Broker
from kyodo_local.ports import free_port
from kyodo_platform.identity.issuer import LocalIssuer
from tests.support.commands import Answer, ended, started
from tests.support.databases import Databases
from tests.support.identity_provider import Provider, serving
from tests.support.services import service

Environment = dict[str, str]

CONFIGURATION = 78  # docs/operations.md
NOWHERE = "127.0.0.1:9"
READY_SECONDS = 40.0


@pytest_asyncio.fixture
async def good(databases: Databases, broker: Broker, issuer: LocalIssuer, tmp_path: Path) -> AsyncIterator[Environment]:
    """An environment with which the talent service starts."""
    async with databases.of("talent", service("talent").migrations) as database:
        yield environment(database.app_url(databases.admin_url), broker, issuer, tmp_path) | {
            "KYODO_OWNER_DATABASE_URL": database.owner_url(databases.admin_url),
            "KYODO_PERSONAL_KEYS": "0123456789abcdef" * 4,
        }


def environment(database_url: str, broker: Broker, issuer: LocalIssuer, folder: Path) -> Environment:
    return {
        "KYODO_STATE": str(folder / "state"),
        "KYODO_DATABASE_URL": database_url,
        "KAFKA_BOOTSTRAP": broker.bootstrap,
        "KYODO_KAFKA_IDEMPOTENT_PRODUCER": "false",
        "KYODO_OIDC_ISSUER": issuer.issuer,
        "KYODO_OIDC_AUDIENCE": issuer.audience,
        "KYODO_OIDC_JWKS_URL": issuer.jwks_url,
        "KYODO_CURSOR_SECRET": "placeholder-placeholder-placeholder",
    }


async def serve(env: Environment) -> Answer:
    return await ended(await started("serve", "talent", "--port", str(free_port()), env=env))


def assert_refused(answer: Answer, line: str) -> None:
    """One line on standard error, that begins so; nothing else anywhere."""
    assert (answer.code, answer.out) == (CONFIGURATION, "")
    assert answer.err.startswith(f"kyodo: {line}"), answer.err
    assert answer.err.count("\n") == 1, answer.err


def without(name: str) -> Callable[[Environment], Environment]:
    return lambda good: {key: value for key, value in good.items() if key != name}


def having(name: str, value: str) -> Callable[[Environment], Environment]:
    return lambda good: {**good, name: value}


def at_another_place(name: str, old: str, new: str) -> Callable[[Environment], Environment]:
    return lambda good: {**good, name: good[name].replace(old, new)}


WRONG = {
    "no database": (without("KYODO_DATABASE_URL"), "KYODO_DATABASE_URL is not set: PostgreSQL of this service"),
    "no broker": (without("KAFKA_BOOTSTRAP"), "KYODO_KAFKA_BOOTSTRAP is not set: Kafka brokers"),
    "no cursor secret": (without("KYODO_CURSOR_SECRET"), "KYODO_CURSOR_SECRET is not set"),
    "no personal keys": (without("KYODO_PERSONAL_KEYS"), "KYODO_PERSONAL_KEYS is not set: talent holds personal data"),
    "short personal key": (having("KYODO_PERSONAL_KEYS", "abc"), "KYODO_PERSONAL_KEYS is malformed: each key is 64"),
    "malformed number": (having("KYODO_RELAY_BATCH", "many"), "KYODO_RELAY_BATCH is malformed: Input should be a"),
    "malformed for one service": (
        having("KYODO_TALENT_DATABASE_URL", "mysql://x"),
        "KYODO_TALENT_DATABASE_URL is malformed: String should match pattern '^postgres(ql)?://'",
    ),
    "settings that do not fit": (
        having("KYODO_DATABASE_POOL_MIN", "50"),
        "KYODO_DATABASE_POOL_MIN is above KYODO_DATABASE_POOL_MAX",
    ),
    "unreachable database": (
        having("KYODO_DATABASE_URL", f"postgresql://kyodo:placeholder@{NOWHERE}/kyodo"),
        f"KYODO_DATABASE_URL: no PostgreSQL answers at {NOWHERE} (Connection refused)",
    ),
    "database without an address": (
        having("KYODO_DATABASE_URL", "postgresql://kyodo:placeholder@127.0.0.1:port/kyodo"),
        "KYODO_DATABASE_URL is malformed: it is postgresql://role:password@host:port/database",
    ),
    "wrong password": (
        at_another_place("KYODO_DATABASE_URL", "placeholder@", "guessed@"),
        "KYODO_DATABASE_URL: PostgreSQL does not let this role in: password authentication failed",
    ),
    "unreachable broker": (
        having("KAFKA_BOOTSTRAP", NOWHERE),
        f"KAFKA_BOOTSTRAP: no Kafka broker answers at {NOWHERE}",
    ),
    "broker without a port": (
        having("KAFKA_BOOTSTRAP", "kafka:port"),
        "KAFKA_BOOTSTRAP is malformed: it is host:port[,host:port…]",
    ),
    "no keys of the issuer": (
        having("KYODO_OIDC_JWKS_URL", "file:///none/jwks.json"),
        "KYODO_OIDC_JWKS_URL: the issuer's keys cannot be read there (No such file or directory)",
    ),
    "unreachable keys": (
        having("KYODO_OIDC_JWKS_URL", f"http://{NOWHERE}/jwks"),
        "KYODO_OIDC_JWKS_URL: the issuer's keys cannot be read there (ConnectError)",
    ),
}


@pytest.mark.parametrize("case", WRONG)
async def test_one_line_names_the_setting(good: Environment, case: str) -> None:
    spoil, line = WRONG[case]
    answer = await serve(spoil(good))
    assert_refused(answer, line)
    assert "placeholder" not in answer.err  # no password, no secret
    assert "guessed" not in answer.err


async def test_everything_that_is_missing_is_named_at_once() -> None:
    assert_refused(answer := await serve({"KYODO_STATE": "/none"}), "KYODO_DATABASE_URL is not set")
    for name in ("KYODO_KAFKA_BOOTSTRAP", "KYODO_OIDC_ISSUER", "KYODO_OIDC_JWKS_URL", "KYODO_CURSOR_SECRET"):
        assert f"{name} is not set" in answer.err


async def test_a_database_behind_in_migrations_is_told(good: Environment, databases: Databases) -> None:
    async with databases.of("kernel", None) as empty:
        env = {**good, "KYODO_DATABASE_URL": empty.app_url(databases.admin_url)}
        assert_refused(await serve(env), "KYODO_DATABASE_URL: this database is at migration none, this release needs")


async def test_migrate_needs_the_owner_and_a_database_that_answers(good: Environment) -> None:
    async def migrate(**changes: str) -> Answer:
        return await ended(await started("migrate", "talent", env={**good, **changes}))

    assert_refused(
        await migrate(KYODO_OWNER_DATABASE_URL=f"postgresql://kyodo@{NOWHERE}/kyodo"),
        f"KYODO_OWNER_DATABASE_URL: no PostgreSQL answers at {NOWHERE}",
    )
    assert_refused(
        await migrate(KYODO_OWNER_DATABASE_URL=good["KYODO_DATABASE_URL"]),
        "KYODO_DATABASE_URL: this role may not make tables",
    )
    done = await migrate()
    assert (done.code, done.out, done.err) == (0, "talent: at the newest migration\n", "")


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[Provider]:
    """An identity provider that can be asked what it is."""
    found = Provider()
    found.keys = [RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})]
    async with serving(found):
        yield found


async def test_an_issuer_is_asked_who_it_is(good: Environment, provider: Provider, issuer: LocalIssuer) -> None:
    env = {**good, "KYODO_OIDC_ISSUER": provider.issuer, "KYODO_OIDC_JWKS_URL": provider.url}
    provider.calls_itself = "https://elsewhere.example.jp/realms/other"
    assert_refused(
        await serve(env), "KYODO_OIDC_ISSUER: the issuer there calls itself https://elsewhere.example.jp/realms/other"
    )
    provider.calls_itself = ""
    assert_refused(
        await serve({**env, "KYODO_OIDC_ISSUER": f"{provider.issuer}/realms/none"}),
        "KYODO_OIDC_ISSUER: no issuer tells of itself there (HTTP 404)",
    )
    assert_refused(
        await serve({**env, "KYODO_OIDC_JWKS_URL": issuer.jwks_url}),
        f"KYODO_OIDC_JWKS_URL: these are not the keys of {provider.issuer}",
    )
    provider.keys = []
    assert_refused(await serve(env), "KYODO_OIDC_JWKS_URL: no key is published there")


@asynccontextmanager
async def serving_procurement(env: Environment) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The procurement service, which consumes as well, and its address."""
    port = free_port()
    process = await started("serve", "procurement", "--port", str(port), env=env, log=asyncio.subprocess.DEVNULL)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def readiness(url: str, wanted: int) -> str:
    """The text of `/readyz`, as soon as it has this status."""
    async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient() as client:
        while True:
            try:
                answer = await client.get(f"{url}/readyz")
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == wanted:
                return answer.text
            await asyncio.sleep(0.05)


async def test_a_broker_that_goes_away_later_does_not_end_the_service(
    databases: Databases, fresh_broker: Broker, issuer: LocalIssuer, tmp_path: Path
) -> None:
    async with databases.of("procurement", service("procurement").migrations) as database:
        env = environment(database.app_url(databases.admin_url), fresh_broker, issuer, tmp_path)
        async with serving_procurement({**env, "KYODO_CONSUMER_STUCK_AFTER_SECONDS": "3"}) as (process, url):
            await readiness(url, 200)
            await fresh_broker.kill()
            assert "no successful poll" in await readiness(url, 503)
            assert process.returncode is None
            await fresh_broker.restart(empty=True)
            await readiness(url, 200)
            process.send_signal(signal.SIGTERM)
            assert (await ended(process)).code == -signal.SIGTERM  # after all is closed: uvicorn hands it on
