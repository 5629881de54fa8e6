"""The webhooks of a service, as their owners and whoever delivers read them."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.contracts.webhooks import WebhookDisabled
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_platform.webhooks.model import State, WebhookChanged, kinds_of

metadata = sa.MetaData()
webhook = sa.Table(
    "webhook",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("types", JSONB, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
)
# Operational rows beside it, written by progress.py alone: no view fills them, and a rebuild leaves them as they are.
cursor = sa.table(
    "webhook_cursor",
    sa.column("webhook_id", sa.Text),
    sa.column("position", sa.BigInteger),
    sa.column("failures", sa.Integer),
    sa.column("failing_since", sa.DateTime(timezone=True)),
    sa.column("next_attempt_at", sa.DateTime(timezone=True)),
)
attempt = sa.table(
    "webhook_attempt",
    sa.column("webhook_id", sa.Text),
    sa.column("id", sa.BigInteger),
    sa.column("event_id", sa.Uuid),
    sa.column("type", sa.Text),
    sa.column("position", sa.BigInteger),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("outcome", sa.Text),
    sa.column("status", sa.SmallInteger),
    sa.column("answer", sa.Text),
    sa.column("milliseconds", sa.Integer),
)


@cache
def view_of(service: str) -> View:
    """The read model of a service's webhooks."""
    kinds, view = kinds_of(service), View("webhooks", webhook)

    @view.on(kinds.changed)
    def _(rows: Batch[WebhookChanged]) -> RowWrite:
        return upsert(
            webhook,
            [
                {
                    "id": r.stream,
                    "owner": r.event.owner,
                    "url": r.event.url,
                    "types": list(r.event.types),
                    "state": r.event.state.value,
                    "reason": None,
                    "version": r.version,
                }
                for r in rows
            ],
        )

    @view.on(kinds.disabled)
    def _(rows: Batch[WebhookDisabled]) -> RowChange:
        return change(
            webhook,
            [
                {"id": r.stream, "state": State.DISABLED.value, "reason": r.event.reason, "version": r.version}
                for r in rows
            ],
        )

    return view
