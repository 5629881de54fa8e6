"""Documents put into the academy's search, as its views do it, and questions asked of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.sql.dml import UpdateBase

from kyodo_academy.search.entries import Document, EntryKind, indexed
from kyodo_academy.visibility import Visibility
from kyodo_events.database import Database, Scope
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import AnyWrite
from tests.support.running import Running

DAY = datetime(2024, 6, 1, tzinfo=UTC)


def document(id_: str, title: str, *texts: str, **changes: Any) -> Document:
    """A public material of Tokyo's."""
    given: dict[str, Any] = {
        "kind": EntryKind.MATERIAL,
        "visibility": Visibility.PUBLIC,
        "owner": TOKYO,
        "url": f"/v1/materials/{id_}",
        "at": DAY,
    }
    return Document(id=id_, title_ja=title, texts=texts, **{**given, **changes})


async def put(service: Running, *documents: Document, scope: Scope | None = None) -> None:
    """Index them, with the rights of the application."""
    await write(service, indexed(documents), scope=scope)


async def write(service: Running, writes: Iterable[AnyWrite], scope: Scope | None = None) -> None:
    """Write to the read models, with the rights of the application."""
    database = await Database.connect(service.database.app_url(service.admin_url))
    try:
        async with database.transaction(*[scope] if scope else []) as tx:
            for one in writes:
                await (tx.run(one) if isinstance(one, UpdateBase) else one.run(tx))
    finally:
        await database.close()


async def ask(service: Running, q: str, headers: dict[str, str] | None = None, **query: str) -> dict[str, Any]:
    """The answer to a question."""
    answer = await service.client.get("/v1/search", params={"q": q, **query}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ids(service: Running, q: str, headers: dict[str, str] | None = None, **query: str) -> list[str]:
    """What is found, in its order."""
    return [item["id"] for item in (await ask(service, q, headers, **query))["items"]]
