"""What every service publishes of its webhooks: that it gave one up."""

from __future__ import annotations

from functools import cache

from kyodo_events.event import Event
from kyodo_events.parking import announcement_topic


class WebhookDisabled(Event):
    """The service gave a webhook up. Published, so that somebody looks; it holds neither address nor secret."""

    reason: str
    failures: int
    position: int


@cache
def webhook_disabled(service: str) -> type[WebhookDisabled]:
    """A service's own class of it; the notice goes where the service announces its dead letters."""

    class ServiceWebhookDisabled(
        WebhookDisabled,
        type=f"kyodo.{service}.webhook-disabled",
        topic=announcement_topic(service),
        words="配信先へ届かないため配信を停止した（失敗{failures}回）",
    ):
        __doc__ = WebhookDisabled.__doc__

    return ServiceWebhookDisabled
