"""Where an installation stands, asked of its databases and its broker: it can be asked while services are down."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx

from kyodo_events import topics
from kyodo_events.database import Transaction
from kyodo_events.kafka import TROUBLE
from kyodo_events.relay import progress
from kyodo_events.topic_differences import differences
from kyodo_platform.configuration import BadConfiguration, setting
from kyodo_platform.database.migrations import applied, newest
from kyodo_platform.preflight import connected
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings

ANSWER_SECONDS = 5.0
STUCK_SECONDS = 30.0  # a position is given within a second, unless no process of the service runs

Ends = Mapping[tuple[str, int], int]


@dataclass
class ServiceStatus:
    """Where one service stands; what could not be asked is None, and what wants a person stands in `wrong`.

    `process` is what its `/readyz` says, where an address is known. `relay_lag` counts positions that Kafka has not
    seen, `behind` records by topic that the service has not taken, `parked` dead letters, `gaps` holes in topics.
    """

    service: str
    wrong: list[str] = field(default_factory=list)
    process: str | None = None
    migration: str | None = None
    position: int | None = None
    waiting: int | None = None
    relay_lag: int | None = None
    behind: dict[str, int] = field(default_factory=dict)
    parked: int | None = None
    gaps: int | None = None
    told: dict[str, Any] = field(default_factory=dict)


@dataclass
class BrokerStatus:
    """A broker, and what is wrong with it."""

    bootstrap: str
    answers: bool
    wrong: list[str] = field(default_factory=list)


@dataclass
class Status:
    """All of an installation."""

    services: list[ServiceStatus]
    brokers: list[BrokerStatus]

    @property
    def wrong(self) -> list[str]:
        """All that wants a person, in words."""
        return [
            *(f"{one.service}: {words}" for one in self.services for words in one.wrong),
            *(f"Kafka at {one.bootstrap}: {words}" for one in self.brokers for words in one.wrong),
        ]

    @property
    def unknown(self) -> bool:
        """Whether nothing could be asked at all."""
        return all(one.position is None for one in self.services) and not any(one.answers for one in self.brokers)


async def status_of(services: Sequence[tuple[Service, Settings]], url: str | None) -> Status:
    """Ask everything that answers; `url` is where the services are reached, each under its name."""
    by_broker: dict[str, list[Service]] = {}
    for service, settings in services:
        by_broker.setdefault(settings.kafka_bootstrap, []).append(service)
    asked = [await _ask_broker(bootstrap, users) for bootstrap, users in by_broker.items()]
    ends = {broker.bootstrap: found for broker, found in asked}
    found = [_ask_service(service, settings, ends[settings.kafka_bootstrap], url) for service, settings in services]
    return Status(list(await asyncio.gather(*found)), [broker for broker, _ in asked])


async def _ask_broker(bootstrap: str, users: Sequence[Service]) -> tuple[BrokerStatus, Ends]:
    declared = [topic for service in users for topic in service.published]
    heard = {topic.name for service in users for topic in service.subscribed}
    try:
        wrong = [one for one in await differences(bootstrap, declared, []) if one.kind != "unknown"]
        standing = await topics.partitions(bootstrap)
        ends = await topics.ends(bootstrap, {name: standing[name] for name in heard & standing.keys()})
    except TROUBLE:
        return BrokerStatus(bootstrap, False, ["no broker answers"]), {}
    words = [f"{len(wrong)} topics are not as declared; `kyodo topics diff` names them"] if wrong else []
    return BrokerStatus(bootstrap, True, words), ends


async def _ask_service(service: Service, settings: Settings, ends: Ends, url: str | None) -> ServiceStatus:
    found = ServiceStatus(service.name)
    if url is not None:
        found.process = await _readiness(f"{url.rstrip('/')}/{service.name}/readyz")
        if found.process != "ok":
            found.wrong.append(f"the process is not ready: {found.process}")
    try:
        async with connected(service.name, settings) as database, database.transaction(read_only=True) as tx:
            await _look(tx, service, settings, found, ends)
    except BadConfiguration as unreachable:
        found.wrong.append(str(unreachable))
    except asyncpg.UndefinedTableError:
        found.migration = "none"
        name = setting("database_url", service.name)
        found.wrong.append(f"{name}: this database has no tables yet; run `kyodo migrate {service.name}`")
    return found


async def _look(tx: Transaction, service: Service, settings: Settings, found: ServiceStatus, ends: Ends) -> None:
    found.migration, wanted = await applied(tx), newest(service.migrations)
    if found.migration != wanted:
        found.wrong.append(f"at migration {found.migration} instead of {wanted}; run `kyodo migrate {service.name}`")
        return
    come = await progress(tx)
    found.position, found.waiting, found.relay_lag = come.position, come.waiting, come.position - come.relayed
    if come.waited_seconds > STUCK_SECONDS:
        found.wrong.append(f"events have waited {come.waited_seconds:.0f} s for a position: no process gives them one")
    parked = "SELECT count(*) FROM dead_letter WHERE consumer = $1 AND state = 'parked'"
    found.parked = int(await tx.scalar(parked, service.name))
    if found.parked:
        found.wrong.append(f"{found.parked} dead letters wait; `kyodo dead-letters list {service.name}`")
    found.gaps = int(await tx.scalar("SELECT count(*) FROM offset_gap WHERE consumer = $1", service.name))
    await _look_at_consumer(tx, service, settings, found, ends)
    if service.told is not None:
        found.told = dict(await service.told(tx))


async def _look_at_consumer(
    tx: Transaction, service: Service, settings: Settings, found: ServiceStatus, ends: Ends
) -> None:
    rows = await tx.rows("SELECT topic, partition, next_offset, at FROM consumed WHERE consumer = $1", service.name)
    taken = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
    names = {topic.name for topic in service.subscribed}
    for (topic, partition), end in ends.items():
        if topic in names:
            behind = max(0, end - taken.get((topic, partition), 0))
            found.behind[topic] = found.behind.get(topic, 0) + behind
    if not any(found.behind.values()):
        return
    silent = (datetime.now(UTC) - max(row["at"] for row in rows)).total_seconds() if rows else None
    if silent is None or silent > settings.consumer_stuck_after_seconds:
        since = "anything yet" if silent is None else f"anything for {silent:.0f} s"
        found.wrong.append(f"records wait in Kafka, and the consumer has not taken {since}")


async def _readiness(url: str) -> str:
    try:
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as client:
            answer = await client.get(url)
        checks: Mapping[str, str] = answer.json()["checks"]
    except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
        return f"no answer ({type(error).__name__})"
    return "ok" if answer.is_success else "; ".join(f"{k}: {v}" for k, v in checks.items() if v != "ok")
