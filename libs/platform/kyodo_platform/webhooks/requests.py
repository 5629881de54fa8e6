"""What is asked and answered about webhooks, and what is refused."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, Final
from uuid import UUID

import httpx
from fastapi import Query
from pydantic import AfterValidator, Field

from kyodo_events.errors import Refused, require
from kyodo_events.event import registry
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_platform.webhooks.addresses import is_public
from kyodo_platform.webhooks.model import State

MAX_POSITION: Final = 2**53 - 1  # the largest integer that every reader of JSON keeps (RFC 8259 §6)
HIGHEST_PORT: Final = 65_535


def _address(given: str) -> str:
    try:
        url = httpx.URL(given)
    except httpx.InvalidURL as error:
        raise ValueError("this is no address") from error
    if not url.host or url.userinfo or url.fragment or not 0 < (url.port or 443) <= HIGHEST_PORT:
        raise ValueError("an address has a host, a possible port, and neither user, password nor fragment")
    return given


Url = Annotated[
    str,
    Field(max_length=500, pattern=r"^https?://[!-~]+$", examples=["https://example.jp/kyodo-events"]),
    AfterValidator(_address),
]
TypeName = Annotated[str, Field(pattern=r"^kyodo\.[a-z-]+\.[a-z-]+$", max_length=100)]
Types = Annotated[list[TypeName], Field(max_length=50, description="Only events of these types; none for all.")]
Position = Annotated[int, Query(ge=0, le=MAX_POSITION, description="The position after which to begin again.")]


class AddressNotAllowed(Refused):
    status, type = 422, "webhook-address-not-allowed"
    title = "Events are not brought to this address"
    detail = "{why}"
    remedy = "Name an https address whose host stands in the public Internet."


class UnknownEventType(Refused):
    status, type = 422, "unknown-event-type"
    title = "This service publishes no such event"
    detail = "Not published here: {types}."
    remedy = "Name types as the contracts do, without the version, such as kyodo.procurement.service-used."


class PositionAhead(Refused):
    status, type = 409, "position-ahead"
    title = "There is no such position yet"
    detail = "The position {after} lies behind the last one, {last}."
    remedy = "Name the position of an event, or 0 to begin with the first."


class TooManyWebhooks(Refused):
    status, type = 409, "too-many-webhooks"
    title = "No further webhook can be made"
    detail = "You have {most} already."
    remedy = "Remove one, or let one take events of several types."


class SecretNotShown(Refused):
    status, type = 409, "secret-not-shown"
    title = "The secret is not shown any more"
    detail = "A secret is shown within an hour of its making only."
    remedy = "Rotate it: the new one is shown for an hour, and the one before signs beside it for 24 hours."


class WebhookIn(Body):
    url: Url
    types: Types = []


class WebhookNew(WebhookIn):
    after: int | None = Field(
        default=None, ge=0, le=MAX_POSITION, description="Begin after this position; with the next event by default."
    )


class WebhookOut(Resource):
    id: str
    url: str
    types: list[str]
    state: State


class WebhookRow(WebhookOut):
    """A webhook, and how its deliveries go."""

    reason: str | None = Field(title="停止の理由", description="Why it was disabled.")
    position: int | None = Field(title="位置", description="The position up to which everything was taken.")
    failures: int | None = Field(title="連続失敗", description="Attempts in a row of which nothing was taken.")
    failing_since: datetime | None = Field(title="失敗の始まり")
    next_attempt_at: datetime | None = Field(title="次の試行")


class SecretOut(Answer):
    """A secret, to be kept where nobody else reads it."""

    secret: str


class AttemptRow(Answer):
    """One attempt to deliver an event."""

    id: int = Field(title="番号")
    at: datetime = Field(title="日時")
    event_id: UUID = Field(title="イベントID")
    type: str = Field(title="種類")
    position: int = Field(title="位置")
    outcome: str = Field(title="結果")
    status: int | None = Field(title="HTTPステータス")
    answer: str = Field(title="応答", description="The beginning of what was answered, or why nothing was.")
    milliseconds: int = Field(title="ミリ秒")


def require_published(service: str, types: list[str]) -> None:
    """Raises UnknownEventType where the service publishes no event of one of these types."""
    published = {event.event_type for event in registry.types(f"kyodo.{service}.") if event.topic}
    unknown = sorted(set(types) - published)
    require(not unknown, UnknownEventType(types=", ".join(unknown)))


def require_allowed(url: str, *, private_addresses: bool) -> None:
    """Raises AddressNotAllowed for what never could be sent to; names are looked up at each delivery."""
    if private_addresses:
        return
    address = httpx.URL(url)
    require(address.scheme == "https", AddressNotAllowed(why="Only https addresses are taken."))
    try:
        literal = ip_address(address.host)
    except ValueError:
        return
    require(is_public(literal), AddressNotAllowed(why=f"{literal} is no public address."))
