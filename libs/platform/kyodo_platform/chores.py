"""Chores: what falls due by time alone, and is done by the service itself, such as moving on an offer that lapsed.

A chore names what is due and does one thing of it in a transaction of its own, under the service's own scope: what one
of them refuses stops no other. Servers of the same service may do so at the same time; whoever comes second finds
nothing to decide any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import structlog

from kyodo_events.database import EVERYONE, Transaction
from kyodo_events.errors import Refused
from kyodo_events.event import Audit, new_uuid
from kyodo_platform.commands import CommandBus
from kyodo_platform.context import RequestContext

if TYPE_CHECKING:
    from kyodo_platform.runtime import Runtime

_log = structlog.stdlib.get_logger(__name__)

EVERY_SECONDS: Final = 30.0

Due = Callable[[Transaction, datetime], Awaitable[list[str]]]
Do = Callable[[CommandBus, Transaction, str], Awaitable[None]]


@dataclass(frozen=True)
class Chore:
    """What is due at a moment, by ids and bounded, and how one of it is done."""

    name: str
    due: Due
    do: Do


async def do_what_is_due(runtime: Runtime, chore: Chore) -> int:
    """Do all that is due now; answers with how many were done."""
    now, done = runtime.clock(), 0
    async with runtime.database.transaction(EVERYONE, read_only=True) as tx:
        ids = await chore.due(tx, now)
    for id_ in ids:
        try:
            async with runtime.database.transaction(EVERYONE) as tx:
                await chore.do(bus_of_service(runtime, tx, now), tx, id_)
            done += 1
        except Refused as refusal:  # overtaken by a request, or no longer possible: the next round looks again
            _log.info("chore_refused", chore=chore.name, id=id_, why=refusal.explanation())
    return done


async def keep_doing(runtime: Runtime, chore: Chore) -> None:
    """Do what is due again and again; a round that fails is logged, and the next one tries it again."""
    while True:
        try:
            await do_what_is_due(runtime, chore)
        except Exception:  # whatever it is, the loop has to go on: the next round finds the same due
            _log.exception("chore_failed", chore=chore.name)
        await asyncio.sleep(EVERY_SECONDS)


def bus_of_service(runtime: Runtime, tx: Transaction, now: datetime) -> CommandBus:
    """Commands that the service gives itself."""
    audit = Audit(actor=runtime.service.name, organisation=runtime.service.name, correlation=new_uuid())
    return CommandBus(RequestContext(runtime=runtime, identity=None, now=now, audit=audit, tx=tx, scope=EVERYONE))
