"""Before a service begins: whether what its settings name is there and is what it should be.

Each check raises BadConfiguration, one line that names the setting. They are made once, at the start: what goes away
later is waited for, and `/readyz` tells.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncpg
import httpx

from kyodo_events import topics
from kyodo_events.database import Database
from kyodo_events.kafka import TROUBLE
from kyodo_events.kafka_address import brokers_of
from kyodo_platform.configuration import BadConfiguration, setting
from kyodo_platform.database.migrations import applied, earlier, newest
from kyodo_platform.identity.key_sources import keys_of
from kyodo_platform.runtime import ring_of
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings

ANSWER_SECONDS = 5.0
NEVER_MIGRATED = "none"


async def check(service: str, settings: Settings) -> None:
    """What the settings name answers: database, broker, issuer. Raises BadConfiguration."""
    async with connected(service, settings):
        pass
    await check_broker(service, settings)
    await check_issuer(service, settings)


async def check_service(service: Service, settings: Settings) -> None:
    """What this service needs besides: keys for personal data, and a database that has this release's migrations."""
    ring_of(service, settings)
    try:
        async with connected(service.name, settings) as database, database.transaction(read_only=True) as tx:
            found = await applied(tx)
    except asyncpg.UndefinedTableError:
        found = NEVER_MIGRATED
    if found == NEVER_MIGRATED or found in earlier(service.migrations):
        raise BadConfiguration(
            f"{setting('database_url', service.name)}: this database is at migration {found}, this release needs"
            f" {newest(service.migrations)}: run `kyodo migrate {service.name}`"
        )


async def check_owner(service: str, settings: Settings) -> None:
    """The database answers the role that migrates, which may make tables."""
    async with connected(service, settings, owner=True) as database, database.transaction(read_only=True) as tx:
        may_create = await tx.scalar("SELECT has_schema_privilege('public', 'CREATE')")
    if not may_create:
        raise BadConfiguration(
            f"{_owner_setting(service, settings)}: this role may not make tables; migrations need the database's owner"
        )


async def check_broker(service: str, settings: Settings) -> None:
    """A broker answers with its topics."""
    name = setting("kafka_bootstrap", service)
    try:
        await topics.partitions(settings.kafka_bootstrap)
    except TROUBLE as error:
        raise BadConfiguration(f"{name}: no Kafka broker answers at {brokers_of(settings.kafka_bootstrap)}") from error
    except (ValueError, AssertionError) as error:  # aiokafka parses addresses by int() and assert
        raise BadConfiguration(f"{name} is malformed: it is host:port[,host:port…]") from error


async def check_issuer(service: str, settings: Settings) -> None:
    """The issuer's keys can be read; where the issuer can be asked, it is the one that is named, and they are its own.

    A public issuer is often out of a service's reach (its keys come by an internal address), so silence says nothing.
    """
    name = setting("oidc_jwks_url", service)
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as client:
        try:
            published = keys_of(await _document(client, settings.oidc_jwks_url), {})
        except (OSError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise BadConfiguration(
                f"{name}: the issuer's keys cannot be read there ({_reason(error)}): {settings.oidc_jwks_url}"
            ) from error
        if not published:
            raise BadConfiguration(f"{name}: no key is published there that signs with RS256 or ES256")
        told = await _discovered(client, service, settings)
        if told is None:
            return
        try:
            of_issuer = keys_of(await _document(client, str(told["jwks_uri"])), {})
        except (OSError, httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError):
            return
    if of_issuer and not of_issuer.keys() & published.keys():
        raise BadConfiguration(
            f"{name}: these are not the keys of {settings.oidc_issuer}, which publishes its own at {told['jwks_uri']}"
        )


async def _discovered(client: httpx.AsyncClient, service: str, settings: Settings) -> dict[str, Any] | None:
    """What the issuer tells of itself (OpenID Connect Discovery 1.0 §4); None where it cannot be asked."""
    name, issuer = setting("oidc_issuer", service), settings.oidc_issuer
    if urlsplit(issuer).scheme not in ("http", "https"):
        return None
    try:
        answer = await client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    if answer.is_server_error or answer.is_redirect:
        return None
    try:
        told = answer.raise_for_status().json()
        named = told["issuer"]
    except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
        raise BadConfiguration(f"{name}: no issuer tells of itself there ({_reason(error)}): {issuer}") from error
    if named != issuer:
        raise BadConfiguration(f"{name}: the issuer there calls itself {named}, and its tokens say so: {issuer}")
    return dict(told)


async def _document(client: httpx.AsyncClient, url: str) -> Any:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return json.loads(await asyncio.to_thread(Path(unquote(parts.path)).read_bytes))
    return (await client.get(url)).raise_for_status().json()


@asynccontextmanager
async def connected(
    service: str, settings: Settings, *, owner: bool = False, statement_seconds: float = 10.0
) -> AsyncIterator[Database]:
    """A service's database, for a command or a check. Raises BadConfiguration where it cannot be had."""
    name = _owner_setting(service, settings) if owner else setting("database_url", service)
    url = settings.owner_database_url if owner else settings.database_url
    with _naming(name, url):
        database = await Database.connect(url, max_size=2, statement_seconds=statement_seconds)
    try:
        yield database
    finally:
        await database.close()


def _owner_setting(service: str, settings: Settings) -> str:
    same = settings.owner_database_url == settings.database_url
    return setting("owner_database_url", service) if not same else setting("database_url", service)


@contextmanager
def _naming(name: str, url: str) -> Iterator[None]:
    """Say which setting led to an error of connecting, and where, without its password."""
    try:
        yield
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise BadConfiguration(f"{name}: PostgreSQL does not let this role in: {error}") from error
    except asyncpg.InvalidCatalogNameError as error:
        raise BadConfiguration(f"{name}: PostgreSQL answers that {error}") from error
    except asyncpg.PostgresError as error:
        raise BadConfiguration(f"{name}: PostgreSQL at {_place(url)} refuses: {error}") from error
    except (OSError, TimeoutError) as error:
        raise BadConfiguration(f"{name}: no PostgreSQL answers at {_place(url)} ({_reason(error)})") from error
    except ValueError as error:  # asyncpg reads the address itself; its words may quote the password
        raise BadConfiguration(f"{name} is malformed: it is postgresql://role:password@host:port/database") from error


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}"


def _reason(error: BaseException) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"HTTP {error.response.status_code}"
    if isinstance(error, socket.gaierror):
        return str(error.strerror)
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return type(error).__name__
