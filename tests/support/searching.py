"""Searching for what must not lie anywhere: in every table, topic and log, in every form in which a text may lie."""

from __future__ import annotations

import io
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer

from kyodo_platform import logs
from tests.support.running import Running


def forms(text: str) -> list[str]:
    """How a text may lie in a dump: as it is, escaped, as Python shows bytes, as a bytea's hex, in base64."""
    escaped = json.dumps(text)[1:-1]
    spelled = [text, escaped, escaped.replace("\\", "\\\\"), repr(text.encode())[2:-1]]
    return [*spelled, text.encode().hex(), escaped.encode().hex(), *in_base64(text.encode())]


def in_base64(raw: bytes) -> list[str]:
    """Both alphabets, wherever in the encoded bytes the text begins: the characters that are the text's alone."""
    whole = [raw[skipped:][: (len(raw) - skipped) // 3 * 3] for skipped in range(3)]
    return [encode(part).decode() for part in whole for encode in (b64encode, urlsafe_b64encode)]


def found_in(dump: str, texts: Iterable[str]) -> set[str]:
    """Those of the texts that a dump gives away."""
    return {text for text in texts if any(form in dump for form in forms(text))}


async def tables(service: Running) -> dict[str, str]:
    """Every row of every table as text."""
    names = "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    return {
        name: "\n".join(row for (row,) in await service.as_owner(f"SELECT t::text FROM {name} t ORDER BY 1"))
        for (name,) in await service.as_owner(names)
    }


async def leaking(service: Running, texts: Iterable[str]) -> set[str]:
    """The tables that give one of the texts away."""
    wanted = list(texts)
    return {name for name, dump in (await tables(service)).items() if found_in(dump, wanted)}


async def topics(service: Running, bootstrap: str) -> str:
    """Every record of the service's topics."""
    names = [topic.name for topic in service.service.published]
    kafka = AIOKafkaConsumer(*names, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await kafka.start()
    try:
        records = []
        while found := await kafka.getmany(timeout_ms=1_500):
            records += [record for partition in found.values() for record in partition]
    finally:
        await kafka.stop()
    assert records, "nothing was published: nothing was proved"
    return "\n".join(f"{record.key!r} {record.headers!r} {(record.value or b'').decode()}" for record in records)


def hear_everything() -> io.StringIO:
    """All that is logged from now on by whatever logger, down to DEBUG; the fixture `_logs` ends it."""
    heard = io.StringIO()
    logs.configure(level="DEBUG", stream=heard)
    return heard
