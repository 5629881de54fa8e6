"""Print all figures: `make bench`, or `python -m tests.bench appends commands` for some of them.

What touches a broker is measured twice: on the embedded one, which `make run` uses, and on Apache Kafka with idempotent
producers, which installations use.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from kyodo_cost_ledger.app import service as ledger
from kyodo_local.apache_kafka import ApacheKafka
from kyodo_local.broker import EmbeddedBroker
from kyodo_local.postgres import EmbeddedPostgres
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.identity.model import Role
from kyodo_platform.process import settle_memory
from kyodo_procurement.app import service as procurement
from kyodo_talent.app import service as talent
from tests.bench import appends, commands, topics, usage_intake
from tests.bench.measure import Figure, Rate, compare, report
from tests.support.databases import Databases

OUTPUT = Path(".kyodo/bench")
GOALS = {"appends": 0.8, "commands": 0.7, "usage": 0.6, "relay": 0.6, "charges": 0.5}

console = Console()


async def main(names: list[str]) -> None:
    """Measure the named figures on a disposable PostgreSQL (no fsync: we measure code, not disks)."""
    with tempfile.TemporaryDirectory(prefix="kyodo-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        async with EmbeddedPostgres(folder / "pg", disposable=True) as postgres:
            databases = Databases(postgres.admin_url())
            figures: list[Figure] = []
            if "appends" in names:
                figures.append(await _appends(databases))
            if "commands" in names:
                figures.append(await _commands(databases, folder))
            if "usage" in names:
                figures.append(await _usage(databases, folder))
            for kind in (EmbeddedBroker, ApacheKafka):
                if "relay" in names:
                    async with kind(folder / "broker") as broker:
                        figures.append(await _relay(databases, broker))
                if "charges" in names:  # a broker of its own: each event once in the topic
                    async with kind(folder / "broker") as broker:
                        figures.append(await _charges(databases, broker))
    path = report(figures, OUTPUT, console)
    console.print(f"written to {path}", highlight=False)


async def _appends(databases: Databases) -> Figure:
    async with databases.of("kernel", None) as database:
        url = database.app_url(databases.admin_url)
        return await compare(
            "appends", lambda: appends.ours(url), "plain asyncpg", lambda: appends.ceiling(url),
            goal=GOALS["appends"], console=console,
        )  # fmt: skip


async def _commands(databases: Databases, folder: Path) -> Figure:
    issuer = LocalIssuer(folder / "issuer")
    async with databases.of("talent", talent.migrations) as database:
        settings = _settings(issuer, database.app_url(databases.admin_url))
        headers = {"Authorization": f"Bearer {issuer.issue(Role.SECRETARIAT)}"}
        return await compare(
            "HTTP commands", lambda: commands.ours(settings, headers), "bare FastAPI",
            lambda: commands.ceiling(settings, {}), goal=GOALS["commands"], console=console,
        )  # fmt: skip


async def _usage(databases: Databases, folder: Path) -> Figure:
    issuer = LocalIssuer(folder / "issuer")
    headers = {"Authorization": f"Bearer {issuer.issue(Role.OPERATOR)}"}

    async def ours() -> Rate:
        async with databases.of("procurement", procurement.migrations) as fresh:
            return await usage_intake.ours(_settings(issuer, fresh.app_url(databases.admin_url)), headers)

    async def ceiling() -> Rate:
        async with databases.of("procurement", procurement.migrations) as fresh:
            return await usage_intake.ceiling(fresh.app_url(databases.admin_url))

    return await compare("usage records", ours, "raw INSERT", ceiling, goal=GOALS["usage"], console=console)


def _settings(issuer: LocalIssuer, url: str) -> dict[str, str]:
    return {
        "KYODO_DATABASE_URL": url,
        "KAFKA_BOOTSTRAP": "127.0.0.1:9",
        "KYODO_OIDC_ISSUER": issuer.issuer,
        "KYODO_OIDC_AUDIENCE": issuer.audience,
        "KYODO_OIDC_JWKS_URL": issuer.jwks_url,
        "KYODO_CURSOR_SECRET": "placeholder-placeholder-placeholder",
        "KYODO_PERSONAL_KEYS": "0123456789abcdef" * 4,
    }


async def _relay(databases: Databases, broker: EmbeddedBroker | ApacheKafka) -> Figure:
    bootstrap, idempotent = broker.bootstrap, isinstance(broker, ApacheKafka)
    async with databases.of("procurement", procurement.migrations) as source:
        url = source.app_url(databases.admin_url)
        await topics.fill(url)
        return await compare(
            f"relay messages, {_named(broker)}", lambda: topics.relay(url, bootstrap, idempotent=idempotent),
            "bare producer", lambda: topics.bare_producer(url, bootstrap, idempotent=idempotent),
            goal=GOALS["relay"], console=console,
        )  # fmt: skip


async def _charges(databases: Databases, broker: EmbeddedBroker | ApacheKafka) -> Figure:
    bootstrap = broker.bootstrap
    async with databases.of("procurement", procurement.migrations) as source:
        url = source.app_url(databases.admin_url)
        await topics.fill(url)
        await topics.relay(url, bootstrap, idempotent=isinstance(broker, ApacheKafka))

    async def ours() -> Rate:
        async with databases.of("cost-ledger", ledger.migrations) as fresh:
            return await topics.charges(fresh.app_url(databases.admin_url), bootstrap)

    async def ceiling() -> Rate:
        async with databases.of("kernel", None) as fresh:
            return await topics.bare_consumer(fresh.owner_url(databases.admin_url), bootstrap)

    name = f"topic to charge, {_named(broker)}"
    return await compare(name, ours, "bare consumer", ceiling, goal=GOALS["charges"], console=console)


def _named(broker: EmbeddedBroker | ApacheKafka) -> str:
    return "Apache Kafka" if isinstance(broker, ApacheKafka) else "embedded broker"


if __name__ == "__main__":
    settle_memory()  # as every service process does; the ceilings have it as well
    asyncio.run(main(sys.argv[1:] or list(GOALS)))
