"""A running service: its pool, its relay, its consumer, and the loops around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import structlog

from kyodo_events import metrics
from kyodo_events.consumer import Consumer, ConsumerSettings
from kyodo_events.database import Database
from kyodo_events.event import registry
from kyodo_events.relay import Relay
from kyodo_events.taking import Patience
from kyodo_platform.chores import keep_doing
from kyodo_platform.configuration import BadConfiguration, setting
from kyodo_platform.cursors import Cursors
from kyodo_platform.database.migrations import applied, earlier, newest
from kyodo_platform.feed.watching import Watch
from kyodo_platform.idempotency import forget_old
from kyodo_platform.identity.key_sources import key_source
from kyodo_platform.identity.tokens import TokenVerifier
from kyodo_platform.long_runs import LongRuns
from kyodo_platform.measuring import keep_measuring
from kyodo_platform.open_data.versions import Versions
from kyodo_platform.personal.cipher import KeyRing
from kyodo_platform.self_watch import OK, keep_watching, keep_watching_edge
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings, variable
from kyodo_platform.webhooks.delivering import Deliveries
from kyodo_platform.webhooks.progress import forget_old as forget_old_attempts
from kyodo_platform.workers import WorkerProcesses

HOUSEKEEPING_SECONDS = 3600.0
STREAMS_AT_ONCE = 4  # each holds a connection for as long as its reader takes; the pool is for everybody
PUBLIC_STREAMS_AT_ONCE = 2

_log = structlog.stdlib.get_logger(__name__)


class KeysMissing(BadConfiguration):
    """A service that holds personal data has no setting `personal_keys`, or one that is none."""


class NotMigrated(RuntimeError):
    """The database is behind the newest migration; `kyodo migrate <service>` brings it there."""


class Runtime:
    """All that a service process holds while it runs."""

    def __init__(self, service: Service, settings: Settings, database: Database) -> None:
        self.service = service
        self.settings = settings
        self.database = database
        self.views = service.views
        self.identity_keys = key_source(settings.oidc_jwks_url)
        self.verifier = TokenVerifier(settings.oidc_issuer, settings.oidc_audience, self.identity_keys)
        self.cursors = Cursors(settings.cursor_secret)
        self.migration, self.earlier_migrations = newest(service.migrations), earlier(service.migrations)
        self.workers = WorkerProcesses()
        self.long_runs = LongRuns(database)
        self.watch = Watch(database)
        self.versions = Versions()
        self.ring = ring_of(service, settings)
        self.streams = asyncio.Semaphore(STREAMS_AT_ONCE)
        self.public_streams = asyncio.Semaphore(PUBLIC_STREAMS_AT_ONCE)
        self.relay: Relay | None = None
        self.consumer: Consumer | None = None

    def clock(self) -> datetime:
        """Now, aware. The one clock of the service."""
        return datetime.now(UTC)

    def wake_relay(self) -> None:
        """Tell the relay that events were committed."""
        if self.relay:
            self.relay.wake()

    async def check_migrated(self) -> None:
        """Raises NotMigrated where the database has not reached this release's newest migration.

        A migration that this release does not know is a later one's: servers go on while their successors start.
        """
        async with self.database.transaction(read_only=True) as tx:
            found = await applied(tx)
        if found in self.earlier_migrations:
            raise NotMigrated(
                f"{self.service.name}: the database is at migration {found}, this release needs {self.migration};"
                f" run 'kyodo migrate {self.service.name}'"
            )

    async def readiness(self) -> dict[str, str]:
        """Whether the service can do its work, check by check: OK, or what hinders it."""
        checks: dict[str, str] = {}
        try:
            await self.check_migrated()
            checks["database"] = OK
        except NotMigrated as error:
            checks["database"] = str(error)
        except Exception as error:  # whatever hinders the database makes the service not ready, and is named
            checks["database"] = f"unreachable: {type(error).__name__}"
        if self.consumer:
            healthy, reason = self.consumer.health()
            checks["consumer"] = OK if healthy else reason
        return checks


@asynccontextmanager
async def running(service: Service, settings: Settings, *, messaging: bool = True) -> AsyncIterator[Runtime]:
    """Run a service until the block ends; `messaging` off leaves relay and consumer out.

    Raises NotMigrated, and whatever the first connection to PostgreSQL raises.
    """
    registry.check()
    async with AsyncExitStack() as stack:
        database = await Database.connect(
            settings.database_url,
            min_size=settings.database_pool_min,
            max_size=settings.database_pool_max,
            statement_seconds=settings.statement_timeout_seconds,
            command_seconds=settings.command_timeout_seconds,
        )
        stack.push_async_callback(database.close)
        runtime = Runtime(service, settings, database)
        stack.callback(runtime.workers.close)
        stack.push_async_callback(runtime.long_runs.close)
        stack.push_async_callback(runtime.watch.close)
        await runtime.check_migrated()
        if messaging:
            await _start_messaging(runtime, stack)
        for measure in service.measures if messaging else ():
            measuring = asyncio.create_task(
                keep_measuring(service.name, database, measure), name=f"{service.name}-measuring"
            )
            stack.push_async_callback(_cancel, measuring)
        if messaging:
            for watch in (keep_watching, keep_watching_edge):
                watching = asyncio.create_task(watch(runtime), name=f"{service.name}-{watch.__name__}")
                stack.push_async_callback(_cancel, watching)
        # An installation for exercises has no time of its own: there it comes with each request.
        for chore in service.chores if messaging and not settings.exercise else ():
            doing = asyncio.create_task(keep_doing(runtime, chore), name=f"{service.name}-{chore.name}")
            stack.push_async_callback(_cancel, doing)
        if messaging:
            delivering = asyncio.create_task(Deliveries(runtime).run(), name=f"{service.name}-webhooks")
            stack.push_async_callback(_cancel, delivering)
        housekeeping = asyncio.create_task(_keep_house(database), name=f"{service.name}-housekeeping")
        stack.push_async_callback(_cancel, housekeeping)
        yield runtime


def ring_of(service: Service, settings: Settings) -> KeyRing:
    """The keys that wrap persons' keys; an empty ring where a service holds no personal data. Raises KeysMissing."""
    if not service.personal_data:
        return KeyRing({})
    if settings.personal_keys is None:
        own, general = variable("personal_keys", service.name), variable("personal_keys")
        raise KeysMissing(f"{general} is not set: {service.name} holds personal data (or {own} for it alone)")
    try:
        return KeyRing.of(settings.personal_keys.get_secret_value())
    except ValueError as error:
        name = setting("personal_keys", service.name)
        raise KeysMissing(
            f"{name} is malformed: each key is 64 hexadecimal digits; several are separated by commas"
        ) from error


async def _start_messaging(runtime: Runtime, stack: AsyncExitStack) -> None:
    service, settings = runtime.service, runtime.settings
    metrics.begin(
        service.name, [topic.name for topic in service.published], [topic.name for topic in service.subscribed]
    )
    runtime.relay = Relay(
        runtime.database,
        service.name,
        settings.kafka_bootstrap,
        service.published,
        idempotent=settings.kafka_idempotent_producer,
        batch=settings.relay_batch,
        poll_seconds=settings.relay_poll_seconds,
        replication=settings.kafka_replication,
    )
    runtime.relay.start()
    stack.push_async_callback(runtime.relay.stop)
    if service.subscribed:
        patience = Patience(attempts=settings.consumer_attempts, first_pause=settings.consumer_backoff_seconds)
        runtime.consumer = Consumer(
            runtime.database,
            service.name,
            settings.kafka_bootstrap,
            service.subscribed,
            service.views,
            service.reactions,
            ConsumerSettings(stuck=settings.consumer_stuck_after_seconds, patience=patience),
            runtime.wake_relay,
            any_order=service.any_order,
        )
        runtime.consumer.start()
        stack.push_async_callback(runtime.consumer.stop)


async def _keep_house(database: Database) -> None:
    while True:
        try:
            forgotten = await forget_old(database)
            if forgotten:
                _log.info("idempotency_forgotten", answers=forgotten)
            await forget_old_attempts(database)
        except Exception:  # a failed round is logged and tried again: old answers do no harm meanwhile
            _log.exception("housekeeping_failed")
        await asyncio.sleep(HOUSEKEEPING_SECONDS)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
