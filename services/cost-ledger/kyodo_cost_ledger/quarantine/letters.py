"""Dead letters of the ledger's consumer, as the kernel stores them: records that came and could have no effect."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import Column, ColumnElement, MetaData, Table
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_cost_ledger.usage.facts import READS
from kyodo_events.values.municipalities import municipalities

# The kernel makes this table; the ledger's migration walls it off by the record key, which of usage is the
# municipality. What has another key is seen by those who see all.
dead_letter = Table(
    "dead_letter",
    MetaData(),
    Column("id", sa.Uuid, primary_key=True),
    Column("topic", sa.Text, nullable=False),
    Column("partition", sa.Integer, nullable=False),
    Column("record_offset", sa.BigInteger, nullable=False),
    Column("record_key", sa.Text, nullable=False),
    Column("event_id", sa.Uuid),
    Column("type", sa.Text),
    Column("headers", JSONB, nullable=False),
    Column("value", sa.LargeBinary, nullable=False),
    Column("reason", sa.Text, nullable=False),
    Column("attempts", sa.Integer, nullable=False),
    Column("parked_at", sa.DateTime(timezone=True), nullable=False),
    Column("state", sa.Text, nullable=False),
    Column("resolved_at", sa.DateTime(timezone=True)),
    Column("resolved_by", sa.Text),
    Column("resolution", sa.Text),
    info={"private_to": "record_key"},
)


class Fault(StrEnum):
    """What kind of thing hinders a letter; its `reason` says it in full."""

    INVALID_DATA = "invalid_data"
    UNREADABLE = "unreadable"
    UNKNOWN_TYPE = "unknown_type"
    OTHER_CONTENT = "other_content"
    BEHIND_ANOTHER = "behind_another"
    FAILED = "failed"


FAULTS_JA = {
    Fault.INVALID_DATA: "内容が契約（スキーマ）に合わない",
    Fault.UNREADABLE: "記録の封筒（ヘッダー）が読めない",
    Fault.UNKNOWN_TYPE: "この版の台帳が知らない種類・版の記録",
    Fault.OTHER_CONTENT: "同じIDで内容の異なる記録",
    Fault.BEHIND_ANOTHER: "同じキーの先の記録の処理を待っている",
    Fault.FAILED: "処理が失敗した",
}

_SIGNS = {  # of the kernel's reasons, the first that fits
    "invalid data": Fault.INVALID_DATA,
    "Undecodable": Fault.UNREADABLE,
    "is not known to this release": Fault.UNKNOWN_TYPE,
    "cannot be upcast": Fault.INVALID_DATA,
    "other content": Fault.OTHER_CONTENT,
    "behind event": Fault.BEHIND_ANOTHER,
}


def fault_of(reason: str) -> Fault:
    """The kind of fault that a letter's reason tells of."""
    return next((fault for sign, fault in _SIGNS.items() if sign in reason), Fault.FAILED)


def fault_in_sql() -> ColumnElement[str]:
    """The same, by PostgreSQL."""
    signs = [(dead_letter.c.reason.contains(sign), fault.value) for sign, fault in _SIGNS.items()]
    return sa.case(*signs, else_=Fault.FAILED.value)


def source_of() -> ColumnElement[str]:
    """The service that published a letter's record: the second word of its topic."""
    return sa.func.split_part(dead_letter.c.topic, ".", 2)


def municipality_of() -> ColumnElement[str | None]:
    """The municipality a letter's record belongs to; null where its key names none."""
    codes = [municipality.code for municipality in municipalities()]
    return sa.case((dead_letter.c.record_key.in_(codes), dead_letter.c.record_key))


def tells_usage() -> ColumnElement[bool]:
    """Whether a letter's record told usage, or may have: it came on a topic of usage and names no other type."""
    topics = sorted({fact.topic.name for fact in READS if fact.topic})
    name = sa.func.regexp_replace(dead_letter.c.type, r"\.v[0-9]+$", "")
    kind = sa.or_(dead_letter.c.type.is_(None), name.in_([fact.event_type for fact in READS]))
    return sa.and_(dead_letter.c.topic.in_(topics), kind)


def content_of(value: bytes) -> Any:
    """A record's value as JSON; as text where it is none, whatever bytes it holds."""
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value.decode("utf-8", "replace")


def concerns(content: Any, municipality: str) -> bool:
    """Whether a record's content names this municipality and no other: its key alone does not prove whose it is."""
    return isinstance(content, dict) and content.get("municipality") == municipality
