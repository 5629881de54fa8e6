"""The records behind usage, each with the event that told it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, MetaData, Select, Table

from kyodo_cost_ledger.usage.views import usage_record

inbox = Table(  # the kernel's; what is read of it here
    "inbox",
    MetaData(),
    Column("event_id", sa.Uuid, primary_key=True),
    Column("type", sa.Text, nullable=False),
    Column("position", BigInteger),
    Column("topic", sa.Text),
    Column("partition", sa.Integer),
    Column("record_offset", BigInteger),
    Column("received_at", sa.DateTime(timezone=True), nullable=False),
)

_RECORD = usage_record.c
RECORD_KEY = (_RECORD.municipality, _RECORD.project_id, _RECORD.meter, _RECORD.month, _RECORD.event_id)


def records(wanted: Mapping[str, str | None]) -> Select[Any]:
    """Records with these values; None leaves a column open."""
    given = (_RECORD[name] == value for name, value in wanted.items() if value is not None)
    return (
        sa.select(*RECORD_KEY, _RECORD.record, _RECORD.used_on, _RECORD.quantity, _RECORD.source)
        .add_columns(inbox.c.type, inbox.c.position, inbox.c.received_at)
        .add_columns(inbox.c.topic, inbox.c.partition, inbox.c.record_offset.label("offset"))
        .join(inbox, inbox.c.event_id == _RECORD.event_id)
        .where(*given)
    )
