"""How far each webhook has come, its secrets, and what came of each attempt: operational rows of the platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kyodo_events.database import Database, Transaction
from kyodo_events.schema import APP_ROLE
from kyodo_platform.personal.cipher import KeyRing
from kyodo_platform.webhooks.sending import Attempt
from kyodo_platform.webhooks.signatures import new_secret

OVERLAP: Final = timedelta(hours=24)  # for which the secret before signs, too
ATTEMPTS_KEPT_DAYS: Final = 30

WEBHOOKS_1 = [
    # Where it stands, and since when nothing was taken there.
    """
    CREATE TABLE webhook_cursor (
        webhook_id text PRIMARY KEY,
        position bigint NOT NULL,
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz,
        next_attempt_at timestamptz
    )
    """,
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_cursor TO {APP_ROLE}",
    """
    CREATE TABLE webhook_secret (
        webhook_id text NOT NULL,
        made_at timestamptz NOT NULL,
        sealed bytea NOT NULL,
        until timestamptz,
        PRIMARY KEY (webhook_id, made_at)
    )
    """,
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_secret TO {APP_ROLE}",
    """
    CREATE TABLE webhook_attempt (
        webhook_id text NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        event_id uuid NOT NULL,
        type text NOT NULL,
        position bigint NOT NULL,
        at timestamptz NOT NULL,
        outcome text NOT NULL,
        status smallint,
        answer text NOT NULL,
        milliseconds integer NOT NULL,
        PRIMARY KEY (webhook_id, id)
    )
    """,
    "CREATE INDEX webhook_attempt_at ON webhook_attempt (at)",
    f"GRANT SELECT, INSERT, DELETE ON webhook_attempt TO {APP_ROLE}",
]

_SUCCEEDED = """
UPDATE webhook_cursor c SET position = $3, failures = 0, failing_since = NULL, next_attempt_at = NULL
FROM webhook w WHERE c.webhook_id = $1 AND c.position = $2 AND w.id = $1 RETURNING w.version
"""
_FAILED = """
UPDATE webhook_cursor SET failures = failures + 1, failing_since = coalesce(failing_since, $3), next_attempt_at = $4
WHERE webhook_id = $1 AND position = $2 RETURNING failures, failing_since
"""
_ATTEMPT = """
INSERT INTO webhook_attempt (webhook_id, event_id, type, position, at, outcome, status, answer, milliseconds)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


@dataclass(frozen=True, slots=True)
class Failing:
    """How often nothing was taken in a row, and since when."""

    failures: int
    since: datetime


async def begin(tx: Transaction, webhook_id: str, position: int) -> None:
    """Let deliveries begin after a position, at once."""
    await tx.run(
        "INSERT INTO webhook_cursor (webhook_id, position) VALUES ($1, $2) ON CONFLICT (webhook_id) DO UPDATE"
        " SET position = $2, failures = 0, failing_since = NULL, next_attempt_at = NULL",
        webhook_id,
        position,
    )


async def resume(tx: Transaction, webhook_id: str) -> None:
    """Forget the failures; the place stays."""
    await tx.run(
        "UPDATE webhook_cursor SET failures = 0, failing_since = NULL, next_attempt_at = NULL WHERE webhook_id = $1",
        webhook_id,
    )


async def forget(tx: Transaction, webhook_id: str) -> None:
    """Delete place and secrets of a webhook that was removed."""
    for table in ("webhook_cursor", "webhook_secret"):
        await tx.run(f"DELETE FROM {table} WHERE webhook_id = $1", webhook_id)  # noqa: S608 - a name of ours


async def moved(tx: Transaction, webhook_id: str, before: int, after: int) -> int | None:
    """Move on after a success; the webhook's version now, or None where somebody else moved it meanwhile."""
    version: int | None = await tx.scalar(_SUCCEEDED, webhook_id, before, after)
    return version


async def failed(
    tx: Transaction, webhook_id: str, position: int, now: datetime, next_attempt: datetime
) -> Failing | None:
    """Note a failure and when to try again; None where somebody moved the webhook meanwhile."""
    row = await tx.row(_FAILED, webhook_id, position, now, next_attempt)
    return Failing(row["failures"], row["failing_since"]) if row else None


async def keep_attempt(
    tx: Transaction, webhook_id: str, event: dict[str, str], now: datetime, attempt: Attempt
) -> None:
    """Add an attempt to the log of deliveries."""
    await tx.run(
        _ATTEMPT,
        webhook_id,
        event["id"],
        event["type"],
        int(event["sequence"]),
        now,
        attempt.outcome.value,
        attempt.status,
        attempt.answer,
        attempt.milliseconds,
    )


async def add_secret(tx: Transaction, ring: KeyRing, webhook_id: str, now: datetime) -> None:
    """Make a new secret; those before it sign beside it for OVERLAP."""
    await tx.run(
        "UPDATE webhook_secret SET until = $2 WHERE webhook_id = $1 AND (until IS NULL OR until > $2)",
        webhook_id,
        now + OVERLAP,
    )
    await tx.run(
        "INSERT INTO webhook_secret (webhook_id, made_at, sealed) VALUES ($1, $2, $3)",
        webhook_id,
        now,
        ring.wrap(webhook_id, new_secret()),
    )


async def secrets_of(tx: Transaction, ring: KeyRing, webhook_id: str, now: datetime) -> list[tuple[datetime, bytes]]:
    """The secrets that sign at this moment, the newest first, each with when it was made.

    One that was sealed under another `cursor_secret` can be read no more, and signs no more.
    """
    rows = await tx.rows(
        "SELECT made_at, sealed FROM webhook_secret WHERE webhook_id = $1 AND (until IS NULL OR until > $2)"
        " ORDER BY made_at DESC",
        webhook_id,
        now,
    )
    return [(row["made_at"], ring.unwrap(webhook_id, row["sealed"])) for row in rows if ring.wrapped(row["sealed"])]


async def forget_old(database: Database) -> int:
    """Delete attempts after ATTEMPTS_KEPT_DAYS, and secrets that sign no more; answers with how many rows went."""
    async with database.transaction() as tx:
        old = await tx.run(
            "DELETE FROM webhook_attempt WHERE at < now() - make_interval(days => $1)", ATTEMPTS_KEPT_DAYS
        )
        return old + await tx.run("DELETE FROM webhook_secret WHERE until < now()")
