"""What endpoints answer with: resources with a version, and pages of rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import ColumnElement, Select, literal, tuple_

from kyodo_events.database import Transaction
from kyodo_events.errors import NotFound
from kyodo_platform.context import current

MAX_PAGE = 200


class Answer(BaseModel):
    """Base of all response bodies; filled from rows and aggregates by attribute or by name."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")


class Resource(Answer):
    """A response body that stands for one aggregate: its version becomes the ETag."""

    version: int = Field(description="The resource's version; also its ETag, to be sent in If-Match.")


R = TypeVar("R", bound=BaseModel)


class Page(Answer, Generic[R]):
    """Some rows, and the cursor that gets the next ones."""

    items: list[R]
    next: str | None = Field(default=None, description="Cursor of the next page; null on the last one.")


class PageRequest:
    """Where to go on, and how many rows to give."""

    def __init__(self, after: list[Any] | None, limit: int) -> None:
        self.after, self.limit = after, limit


async def _page_request(
    cursor: Annotated[str | None, Query(max_length=600, description="The `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="Rows a page.")] = 50,
) -> PageRequest:
    context = current.get()
    after = context.runtime.cursors.open(cursor, of=context.list_name) if cursor else None
    return PageRequest(after, limit)


PageQuery = Annotated[PageRequest, Depends(_page_request)]


class ReadSession:
    """Queries of one request, in its transaction: row-level security shows the caller's rows only."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx

    async def one(self, model: type[R], query: Select[Any], *, what: str, id: str) -> R:  # noqa: A002
        """The only row as this model. Raises NotFound where there is none that the caller may see."""
        row = await self.tx.row(query)
        if row is None:
            raise NotFound(what=what, id=id)
        return model.model_validate(dict(row))

    async def all(self, model: type[R], query: Select[Any], *, at_most: int) -> list[R]:
        """All rows of a query that is small by nature; `at_most` is its bound."""
        rows = await self.tx.rows(query.limit(at_most + 1))
        if len(rows) > at_most:
            raise RuntimeError(f"a list held to be at most {at_most} rows long has outgrown its bound")
        return [model.model_validate(dict(row)) for row in rows]

    async def page(
        self, model: type[R], query: Select[Any], request: PageRequest, *, by: Sequence[ColumnElement[Any]]
    ) -> Page[R]:
        """One page of a query, in the order of `by`, which must be unique together."""
        if request.after is not None:
            query = query.where(tuple_(*by) > tuple_(*map(_key_value, by, request.after)))
        rows = await self.tx.rows(query.order_by(*by).limit(request.limit + 1))
        context = current.get()
        more = len(rows) > request.limit
        rows = rows[: request.limit]
        last = [rows[-1][str(column.key)] for column in by] if more else []
        next_ = context.runtime.cursors.seal(last, of=context.list_name) if more else None
        return Page[R](items=[model.model_validate(dict(row)) for row in rows], next=next_)


def _key_value(column: ColumnElement[Any], value: Any) -> ColumnElement[Any]:
    """A key value from a cursor as its column's type: dates, times and UUIDs come back from JSON as text."""
    return literal(_adapter(column.type.python_type).validate_python(value), column.type)


@lru_cache
def _adapter(python_type: Any) -> TypeAdapter[Any]:
    return TypeAdapter(python_type)


async def _read_session() -> ReadSession:
    return ReadSession(current.get().tx)


Reader = Annotated[ReadSession, Depends(_read_session)]
