"""Idempotency-Key: the same key gives the same answer and one effect; with another body it is refused (G9).

The key is claimed at the start of the command's transaction and the answer stored at its end. A second request
with the same key waits on the claim's unique index until the first has committed, then gets its answer; where
the first was refused, nothing was stored and the second is decided anew.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from fastapi import Request, Response

from kyodo_events.database import Database, Transaction
from kyodo_events.errors import Refused
from kyodo_events.schema import APP_ROLE

HEADER = "Idempotency-Key"
MAX_KEY = 200
KEPT_DAYS = 30

IDEMPOTENCY_1 = [
    """
    CREATE TABLE idempotency (
        subject text NOT NULL,
        key text NOT NULL,
        request_hash text NOT NULL,
        claimed_at timestamptz NOT NULL DEFAULT now(),
        status smallint,
        headers jsonb,
        body bytea,
        PRIMARY KEY (subject, key)
    )
    """,
    "CREATE INDEX idempotency_claimed_at ON idempotency (claimed_at)",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency TO {APP_ROLE}",
]


class IdempotencyKeyReused(Refused):
    status, type = 422, "idempotency-key-reused"
    title = "This Idempotency-Key was used for another request"
    detail = "The key stands for a request with another address or body."
    remedy = "Use a new key for every new request; repeat a key only to repeat the same request."


class BadIdempotencyKey(Refused):
    status, type = 400, "bad-idempotency-key"
    title = "Unusable Idempotency-Key"
    detail = "The key must be 1 to 200 visible ASCII characters."
    remedy = "Use a UUID."


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that this request holds until its transaction ends."""

    subject: str
    key: str
    request_hash: str

    async def take(self, tx: Transaction) -> Response | None:
        """Claim the key; answers with the stored response where the request was already carried out."""
        claimed = await tx.scalar(
            "INSERT INTO idempotency (subject, key, request_hash) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING RETURNING true",
            self.subject,
            self.key,
            self.request_hash,
        )
        if claimed:
            return None
        row = await tx.row(
            "SELECT request_hash, status, headers, body FROM idempotency WHERE subject = $1 AND key = $2",
            self.subject,
            self.key,
        )
        if row is None or row["request_hash"] != self.request_hash:
            raise IdempotencyKeyReused
        return Response(row["body"], row["status"], {**row["headers"], "Idempotent-Replayed": "true"})

    async def keep(self, tx: Transaction, response: Response) -> None:
        """Store the answer in the transaction of its effect."""
        headers = {k: v for k, v in response.headers.items() if k in ("content-type", "etag", "location", "link")}
        await tx.run(
            "UPDATE idempotency SET status = $3, headers = $4, body = $5 WHERE subject = $1 AND key = $2",
            self.subject,
            self.key,
            response.status_code,
            headers,
            bytes(response.body),
        )


async def claim_of(request: Request, subject: str) -> Claim | None:
    """The claim a request makes, None without the header. Raises BadIdempotencyKey."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= MAX_KEY or not all("!" <= character <= "~" for character in key):
        raise BadIdempotencyKey
    # Keyed: a plain hash of a body that holds a price or a passphrase could be guessed by whoever reads the table.
    # Where the secret changes meanwhile, a repeated request is taken for another one and refused, never done twice.
    secret: str = request.app.state.runtime.settings.cursor_secret.get_secret_value()
    address = f"idempotency\n{subject}\n{request.method} {request.url.path}?{request.url.query}\n"
    seen = hmac.new(secret.encode(), address.encode(), hashlib.sha256)
    seen.update(await request.body())
    return Claim(subject, key, seen.hexdigest())


async def forget_old(database: Database) -> int:
    """Delete stored answers after KEPT_DAYS; answers with how many went."""
    async with database.transaction() as tx:
        return await tx.run("DELETE FROM idempotency WHERE claimed_at < now() - make_interval(days => $1)", KEPT_DAYS)
