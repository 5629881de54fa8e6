"""Webhooks over HTTP: an integrator looks after its own, Tokyo's secretariat after all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import Depends

from kyodo_events.aggregate import Events
from kyodo_events.database import EVERYONE
from kyodo_events.errors import Forbidden, require
from kyodo_events.store import last_position
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus
from kyodo_platform.context import RequestContext, current
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role
from kyodo_platform.resources import Page, PageQuery, Reader, Sort
from kyodo_platform.routing import Router
from kyodo_platform.webhooks import progress
from kyodo_platform.webhooks.model import Kinds, NotActive, State, Webhook, kinds_of
from kyodo_platform.webhooks.requests import (
    AddressNotAllowed,
    AttemptRow,
    Position,
    PositionAhead,
    SecretNotShown,
    SecretOut,
    TooManyWebhooks,
    UnknownEventType,
    WebhookIn,
    WebhookNew,
    WebhookOut,
    WebhookRow,
    require_allowed,
    require_published,
)
from kyodo_platform.webhooks.signatures import ring_of, shown
from kyodo_platform.webhooks.views import attempt, cursor, webhook

MOST_OF_ONE_OWNER: Final = 20
SHOWN_FOR: Final = timedelta(hours=1)

subscribers = role(Role.INTEGRATOR, Role.SECRETARIAT)
router = Router(prefix="/v1/webhooks", tags=["integration"])

WITH_PROGRESS = (
    sa.select(webhook, cursor.c.position, cursor.c.failures, cursor.c.failing_since, cursor.c.next_attempt_at)
    .outerjoin(cursor, cursor.c.webhook_id == webhook.c.id)
    .where(webhook.c.state != State.REMOVED.value)
)


class WebhookDesk:
    """What a caller does with webhooks, in the request's transaction.

    Raises Forbidden for a token that is narrowed to a municipality: what is brought tells of all of them.
    """

    def __init__(self, context: RequestContext) -> None:
        require(context.scope == EVERYONE, Forbidden(needed="a token without a municipality"))
        self.tx, self.now, self.settings = context.tx, context.now, context.runtime.settings
        self._commands, self._service = CommandBus(context), context.runtime.service.name
        identity = self._commands.identity
        self.caller = identity.subject
        self.owner = None if Role.SECRETARIAT in identity.roles else identity.subject
        """Whose webhooks the caller looks after; None for everybody's."""

    async def subscribe(self, body: WebhookNew) -> Webhook:
        """Make a webhook. Raises what `require_sound` does, PositionAhead and TooManyWebhooks."""
        self.require_sound(body)
        query = sa.select(sa.func.count()).where(webhook.c.owner == self.caller, webhook.c.state != "removed")
        require(await self.tx.scalar(query) < MOST_OF_ONE_OWNER, TooManyWebhooks(most=MOST_OF_ONE_OWNER))
        begin = await self.position(body.after)
        kinds = kinds_of(self._service)
        made = await self._commands.create(
            Webhook, lambda state: state.subscribe(kinds, self.caller, body.url, body.types)
        )
        await progress.begin(self.tx, made.id, begin)
        await progress.add_secret(self.tx, ring_of(self.settings.cursor_secret), made.id, self.now)
        return made

    async def decide(self, webhook_id: str, decision: Callable[[Webhook, Kinds, str | None], Events]) -> Webhook:
        """Decide on one webhook. Raises NotFound for another's."""
        kinds = kinds_of(self._service)
        return await self._commands.on(Webhook, webhook_id, lambda state: decision(state, kinds, self.owner))

    async def position(self, after: int | None) -> int:
        """A position to begin after; the last one where none is named. Raises PositionAhead."""
        last = await last_position(self.tx)
        require(after is None or after <= last, PositionAhead(after=after, last=last))
        return last if after is None else after

    def require_sound(self, body: WebhookIn) -> None:
        """Raises AddressNotAllowed and UnknownEventType."""
        require_allowed(body.url, private_addresses=self.settings.webhook_private_addresses)
        require_published(self._service, body.types)


async def _desk() -> WebhookDesk:
    return WebhookDesk(current.get())


Desk = Annotated[WebhookDesk, Depends(_desk)]


@router.post("", allow=subscribers, raises=[AddressNotAllowed, UnknownEventType, PositionAhead, TooManyWebhooks])
async def subscribe(body: WebhookNew, desk: Desk) -> WebhookOut:
    """Have published events brought to an address; its secret is read once at `…/secret`."""
    return WebhookOut.of(await desk.subscribe(body))


@router.get("", allow=subscribers)
async def list_webhooks(desk: Desk, reader: Reader, page: PageQuery) -> Page[WebhookRow]:
    """The caller's webhooks; everybody's for the secretariat."""
    query = WITH_PROGRESS if desk.owner is None else WITH_PROGRESS.where(webhook.c.owner == desk.owner)
    return await reader.page(WebhookRow, query, page, by=[webhook.c.id])


@router.get("/{webhook_id}", allow=subscribers)
async def read_webhook(webhook_id: Id, desk: Desk, reader: Reader) -> WebhookRow:
    """One webhook, and how its deliveries go."""
    return await _one(webhook_id, desk.owner, reader)


@router.put("/{webhook_id}", allow=subscribers, raises=[AddressNotAllowed, UnknownEventType])
async def alter_webhook(webhook_id: Id, body: WebhookIn, desk: Desk) -> WebhookOut:
    """Another address or other types, from the next event on."""
    desk.require_sound(body)
    return WebhookOut.of(
        await desk.decide(webhook_id, lambda state, kinds, owner: state.alter(kinds, owner, body.url, body.types))
    )


@router.delete("/{webhook_id}", allow=subscribers)
async def remove_webhook(webhook_id: Id, desk: Desk) -> WebhookOut:
    """Bring nothing there any more; its place and its secrets are deleted."""
    removed = await desk.decide(webhook_id, Webhook.remove)
    await progress.forget(desk.tx, webhook_id)
    return WebhookOut.of(removed)


@router.post("/{webhook_id}/pause", allow=subscribers)
async def pause_webhook(webhook_id: Id, desk: Desk) -> WebhookOut:
    """Bring nothing for a while; events wait."""
    return WebhookOut.of(await desk.decide(webhook_id, Webhook.pause))


@router.post("/{webhook_id}/resume", allow=subscribers)
async def resume_webhook(webhook_id: Id, desk: Desk) -> WebhookOut:
    """Go on where it stood when it was paused or disabled, at once."""
    resumed = await desk.decide(webhook_id, Webhook.resume)
    await progress.resume(desk.tx, webhook_id)
    return WebhookOut.of(resumed)


@router.post("/{webhook_id}/replay", allow=subscribers, raises=[NotActive, PositionAhead])
async def replay_webhook(webhook_id: Id, after: Position, desk: Desk) -> WebhookOut:
    """Bring everything after a position again, with the same ids."""
    begin = await desk.position(after)
    replayed = await desk.decide(webhook_id, lambda state, kinds, owner: state.replay(kinds, owner, begin))
    await progress.begin(desk.tx, webhook_id, begin)
    return WebhookOut.of(replayed)


@router.post("/{webhook_id}/secret-rotation", allow=subscribers)
async def rotate_secret(webhook_id: Id, desk: Desk) -> WebhookOut:
    """Make a new secret; the one before signs beside it for 24 hours."""
    rotated = await desk.decide(webhook_id, Webhook.rotate_secret)
    await progress.add_secret(desk.tx, ring_of(desk.settings.cursor_secret), webhook_id, desk.now)
    return WebhookOut.of(rotated)


@router.get("/{webhook_id}/secret", allow=subscribers, raises=[SecretNotShown])
async def read_secret(webhook_id: Id, desk: Desk, reader: Reader) -> SecretOut:
    """The newest secret, within an hour of its making, to its owner alone."""
    await _one(webhook_id, desk.caller, reader)
    secrets = await progress.secrets_of(desk.tx, ring_of(desk.settings.cursor_secret), webhook_id, desk.now)
    recent = [secret for made_at, secret in secrets if desk.now - made_at <= SHOWN_FOR]
    require(bool(recent), SecretNotShown())
    return SecretOut(secret=shown(recent[0]))


@router.get("/{webhook_id}/deliveries", allow=subscribers)
async def list_deliveries(webhook_id: Id, desk: Desk, reader: Reader, page: PageQuery) -> Page[AttemptRow]:
    """The attempts of the last 30 days, the newest first."""
    await _one(webhook_id, desk.owner, reader)
    query = sa.select(attempt).where(attempt.c.webhook_id == webhook_id)
    return await reader.page(AttemptRow, query, page, by=Sort([attempt.c.id], descending=True))


async def _one(webhook_id: str, owner: str | None, reader: Reader) -> WebhookRow:
    query = WITH_PROGRESS.where(webhook.c.id == webhook_id)
    query = query if owner is None else query.where(webhook.c.owner == owner)
    return await reader.one(WebhookRow, query, what="webhook", id=webhook_id)
