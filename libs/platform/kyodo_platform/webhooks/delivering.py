"""Delivering: each webhook's events one after another, in order, at least once; none waits for another webhook.

One process of a service leads, by an advisory lock, as the relay does. The cursor moves when the receiver has
answered 2xx, so that a process that ends in between sends the same event again, under the same `webhook-id`.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import asyncpg
import orjson
import structlog

from kyodo_events.database import EVERYONE, Transaction
from kyodo_events.kafka import backoff
from kyodo_platform.chores import bus_of_service
from kyodo_platform.feed.reading import Page, Wanted
from kyodo_platform.webhooks import metrics, progress
from kyodo_platform.webhooks.addresses import Resolve, resolve
from kyodo_platform.webhooks.model import Webhook, kinds_of
from kyodo_platform.webhooks.sending import Attempt, Outcome, Sender
from kyodo_platform.webhooks.signatures import ring_of, signed

if TYPE_CHECKING:
    from kyodo_platform.runtime import Runtime

_log = structlog.stdlib.get_logger(__name__)

LEADER_LOCK: Final = 0x776562686F6F6B  # "webhook"
STANDBY_SECONDS: Final = 1.0
ROUND_SECONDS: Final = 0.25  # between two looks at what is due: all processes write, and none tells
AT_ONCE: Final = 20  # webhooks served at a time
PAGE: Final = 20  # events of one webhook read at a time

FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=6)
JITTER: Final = 0.2
GIVEN_UP_AFTER: Final = timedelta(hours=72)  # a weekend and more
GIVEN_UP_FAILURES: Final = 10
UNREADABLE: Final = "Its secret can be read no more, since the key that seals it was replaced: rotate it, then resume."

_DUE = """
SELECT w.id FROM webhook w JOIN webhook_cursor c ON c.webhook_id = w.id
WHERE w.state = 'active' AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= $1)
  AND c.position < (SELECT position FROM sequencer) AND w.id <> ALL($2::text[])
ORDER BY c.next_attempt_at NULLS FIRST, w.id LIMIT $3
"""
_JOB = """
SELECT w.id, w.url, w.types, w.version, c.position FROM webhook w JOIN webhook_cursor c ON c.webhook_id = w.id
WHERE w.id = $1 AND w.state = 'active'
"""


@dataclass(frozen=True, slots=True)
class Job:
    """A webhook's next events, and where it stood when they were read."""

    id: str
    url: str
    version: int
    position: int
    page: Page
    secrets: list[bytes]


def pause_after(failures: int, chance: float) -> timedelta:
    """How long to wait after so many failures in a row: doubled each time, bounded, and spread by `chance` (0 to 1)."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(failures - 1, 20)
    return min(doubled, LONGEST_PAUSE) * (1 + JITTER * (2 * chance - 1))


class Deliveries:
    """One service's deliveries. Run it in every process; one of them leads, the others stand by."""

    def __init__(self, runtime: Runtime, resolver: Resolve = resolve) -> None:
        self._runtime, self._service = runtime, runtime.service.name
        self._ring = ring_of(runtime.settings.cursor_secret)
        self._sender = Sender(resolver, private_addresses=runtime.settings.webhook_private_addresses)
        self._busy: set[str] = set()

    async def run(self) -> None:
        """Lead whenever nobody else does, for ever; whatever goes wrong, it begins again after a pause."""
        attempt = 0
        try:
            while True:
                try:
                    await self._lead()
                except Exception:  # there is no error that may end the deliveries of all
                    attempt += 1
                    _log.exception("webhooks_interrupted", service=self._service)
                    await asyncio.sleep(backoff(attempt))
        finally:
            await self._sender.close()

    async def _lead(self) -> None:
        """Serve what is due, until the connection that holds the lock breaks."""
        async with self._runtime.database.session() as leader:
            await _locked(leader)
            self._busy.clear()
            async with asyncio.TaskGroup() as couriers:
                while True:
                    room = AT_ONCE - len(self._busy)
                    for row in await leader.fetch(_DUE, self._runtime.clock(), list(self._busy), room):
                        self._busy.add(row["id"])
                        couriers.create_task(self._serve(row["id"]), name=f"webhook-{row['id']}")
                    await asyncio.sleep(ROUND_SECONDS)

    async def _serve(self, webhook_id: str) -> None:
        """Deliver to one webhook until nothing is left or one event is not taken."""
        try:
            while (job := await self._next_job(webhook_id)) is not None and await self._deliver(job):
                pass
        except Exception:  # whatever it is about this webhook, the others go on
            _log.exception("webhook_not_served", service=self._service, webhook=webhook_id)
            await asyncio.sleep(FIRST_PAUSE.total_seconds())
        finally:
            self._busy.discard(webhook_id)

    async def _next_job(self, webhook_id: str) -> Job | None:
        """What is to be delivered next; None where that is nothing, or the webhook is not active any more."""
        async with self._runtime.database.transaction(EVERYONE, read_only=True) as tx:
            row = await tx.row(_JOB, webhook_id)
            if row is None:
                return None
            page = await Wanted(row["position"], PAGE, row["types"] or None).read(tx, self._service)
            if page.until == row["position"]:
                return None
            secrets = await progress.secrets_of(tx, self._ring, webhook_id, self._runtime.clock())
        return Job(row["id"], row["url"], row["version"], row["position"], page, [secret for _, secret in secrets])

    async def _deliver(self, job: Job) -> bool:
        """Bring a page of events; answers whether to go on with the next one."""
        if not job.secrets:
            await self._give_up_unless_rotated(job)
            return False
        position = job.position
        for event in job.page.events:
            now, body = self._runtime.clock(), orjson.dumps(event)
            headers = signed(job.secrets, event["id"], int(now.timestamp()), body)
            attempt = await self._sender.send(
                job.url, body, {**headers, "content-type": "application/cloudevents+json"}
            )
            metrics.deliveries.labels(self._service, attempt.outcome.value).inc()
            if attempt.outcome is not Outcome.DELIVERED:
                await self._note_failure(job, position, event, now, attempt)
                return False
            async with self._runtime.database.transaction() as tx:
                await progress.keep_attempt(tx, job.id, event, now, attempt)
                version = await progress.moved(tx, job.id, position, int(event["sequence"]))
            if version != job.version:  # changed, paused or set back meanwhile: look again
                return True
            position = int(event["sequence"])
        async with self._runtime.database.transaction() as tx:  # past what is not for this webhook
            await progress.moved(tx, job.id, position, job.page.until)
        return True

    async def _note_failure(
        self, job: Job, position: int, event: dict[str, Any], now: datetime, attempt: Attempt
    ) -> None:
        """Note when to try again; or give the webhook up, in the same transaction."""
        async with self._runtime.database.transaction() as tx:
            await progress.keep_attempt(tx, job.id, event, now, attempt)
            known = await tx.scalar("SELECT failures FROM webhook_cursor WHERE webhook_id = $1", job.id)
            pause = pause_after((known or 0) + 1, random.random())  # noqa: S311 - to spread load, not for secrets
            failing = await progress.failed(tx, job.id, position, now, now + pause)
            reason = _why_given_up(failing, now, attempt) if failing else None
            if failing and reason:
                await self._give_up(tx, job.id, reason, failing.failures, position)

    async def _give_up_unless_rotated(self, job: Job) -> None:
        """Give up a webhook that has no secret to sign with; its owner may have made one since that was read."""
        async with self._runtime.database.transaction() as tx:
            if not await progress.secrets_of(tx, self._ring, job.id, self._runtime.clock()):
                await self._give_up(tx, job.id, UNREADABLE, 0, job.position)

    async def _give_up(self, tx: Transaction, webhook_id: str, reason: str, failures: int, position: int) -> None:
        """Disable a webhook, with a notice."""
        kinds = kinds_of(self._service)
        await bus_of_service(self._runtime, tx, self._runtime.clock()).on(
            Webhook, webhook_id, lambda state: state.give_up(kinds, reason, failures, position)
        )
        _log.warning("webhook_disabled", service=self._service, webhook=webhook_id, reason=reason)


async def _locked(leader: asyncpg.Connection) -> None:
    """Wait until no other process leads."""
    while True:
        if await leader.fetchval("SELECT pg_try_advisory_lock($1)", LEADER_LOCK):
            return
        await asyncio.sleep(STANDBY_SECONDS)


def _why_given_up(failing: progress.Failing, now: datetime, attempt: Attempt) -> str | None:
    """Why nothing is brought there any more; None where it is tried again."""
    if attempt.is_gone:
        return "The receiver answered 410 Gone."
    lasting = now - failing.since
    if failing.failures >= GIVEN_UP_FAILURES and lasting >= GIVEN_UP_AFTER:
        hours = int(lasting.total_seconds() // 3600)
        return f"Nothing was taken in {failing.failures} attempts over {hours} hours; the last one: {attempt.outcome}."
    return None
