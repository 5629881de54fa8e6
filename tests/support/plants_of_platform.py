"""Planted bugs of requests (G1, G7, G9) and of personal data (G8), each against one promise.

A test shows by them that its check would notice. They are patched in by tests, never switched on in the product.
"""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from fastapi import Response

from kyodo_events.aggregate import Aggregate
from kyodo_events.database import Transaction
from kyodo_events.views import apply_all
from kyodo_platform import commands, unit_of_work
from kyodo_platform.commands import CommandBus
from kyodo_platform.context import RequestContext
from kyodo_platform.idempotency import Claim
from kyodo_platform.identity.model import Identity
from kyodo_platform.identity.policies import Policy

Plant = Callable[[pytest.MonkeyPatch], None]

TWO = 2


def commit_before_the_answer_is_stored(patch: pytest.MonkeyPatch) -> None:
    """G1: effect and idempotent answer in two transactions, as when the answer is stored by a middleware."""
    keep = Claim.keep

    async def keep_apart(claim: Claim, tx: Transaction, response: Response) -> None:
        await tx.run("COMMIT")
        await tx.run("BEGIN")
        await keep(claim, tx, response)

    patch.setattr(Claim, "keep", keep_apart)


def commit_events_before_views(patch: pytest.MonkeyPatch) -> None:
    """G1: events first, read models in a transaction of their own, as when views are filled "soon after"."""

    async def fill_apart(tx: Transaction, *rest: Any) -> None:
        await tx.run("COMMIT")
        await tx.run("BEGIN")
        await apply_all(tx, *rest)

    patch.setattr(commands, "apply_all", fill_apart)


def look_before_claiming(patch: pytest.MonkeyPatch) -> None:
    """G9: the key is looked up, and stored with the answer, but not claimed before the effect."""

    async def look(claim: Claim, tx: Transaction) -> Response | None:
        row = await tx.row(
            "SELECT status, body FROM idempotency WHERE subject = $1 AND key = $2", claim.subject, claim.key
        )
        return Response(row["body"], row["status"]) if row else None

    async def keep(claim: Claim, tx: Transaction, response: Response) -> None:
        await tx.run(
            "INSERT INTO idempotency (subject, key, request_hash, status, headers, body)"
            " VALUES ($1, $2, $3, $4, '{}', $5) ON CONFLICT DO NOTHING",
            claim.subject,
            claim.key,
            claim.request_hash,
            response.status_code,
            bytes(response.body),
        )

    patch.setattr(Claim, "take", look)
    patch.setattr(Claim, "keep", keep)


def skip_the_claim(patch: pytest.MonkeyPatch) -> None:
    """G9: Idempotency-Key is accepted and means nothing."""

    async def no_claim(*_: object) -> None:
        return None

    patch.setattr(unit_of_work, "claim_of", no_claim)


def policies_off(patch: pytest.MonkeyPatch) -> None:
    """G7, first wall: every policy permits everybody who holds a token."""

    def permit(_policy: Policy, _identity: Identity | None, _path: Mapping[str, str]) -> None:
        return None

    patch.setattr(Policy, "permits", permit)


def if_match_ignored(patch: pytest.MonkeyPatch) -> None:
    """Lost updates: the version named in If-Match is not compared."""
    patch.setattr(RequestContext, "expect_version", lambda _context, _version: None)


def seal_nothing(patch: pytest.MonkeyPatch) -> None:
    """Personal data is encoded, which looks like encryption to whoever does not look twice."""

    def encoded(_key: bytes, _person: str, _field: str, text: str) -> str:
        return "v1." + urlsafe_b64encode(text.encode().ljust(90, b"\0")).rstrip(b"=").decode()

    patch.setattr("kyodo_platform.personal.persons.seal", encoded)


def decide_on_what_was_read_before(patch: pytest.MonkeyPatch, aggregate: type[Aggregate]) -> None:
    """What is decided on such a stream is appended, whoever came first, as where streams have no versions.

    Two decisions wait for each other, so that both were taken before either is saved, however slow the machine is.
    """
    save, taken = CommandBus._save, list[str]()

    async def save_anyway(bus: CommandBus, state: Any, decide: Any) -> Any:
        if not isinstance(state, aggregate) or not state.version:
            return await save(bus, state, decide)
        decided = list(decide(state))
        taken.append(state.id)
        for _ in range(600):
            if len(taken) >= TWO:
                break
            await asyncio.sleep(0.05)
        tx = bus._context.tx
        await tx.run("SELECT pg_advisory_xact_lock(hashtext($1))", state.id)
        newest = "SELECT max(version) FROM event WHERE category = $1 AND stream = $2"
        at = await tx.scalar(newest, state.category, state.id)
        return await save(bus, replace(state, version=at), lambda _: iter(decided))

    patch.setattr(CommandBus, "_save", save_anyway)
