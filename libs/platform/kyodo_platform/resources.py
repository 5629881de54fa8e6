"""What endpoints take and answer with: bodies, resources with a version, and pages of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Generic, Self, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from sqlalchemy import ColumnElement, Select, literal, tuple_

from kyodo_events.database import EVERYONE
from kyodo_events.errors import NotFound
from kyodo_platform.context import RequestContext, current
from kyodo_platform.own_rows import own_rows

MAX_PAGE = 200


class Body(BaseModel):
    """Base of all request bodies. A field that is not known is refused: it may be a known one, mistyped."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """Base of all response bodies; filled from rows by name and from aggregates by attribute."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")

    @classmethod
    def of(cls, source: Any) -> Self:
        """The answer about an aggregate, or about anything with attributes or keys of these names."""
        return cls.model_validate(source)


def labelled(labels: Mapping[Any, str]) -> BeforeValidator:
    """Answers codes together with their labels: `Annotated[dict[Persona, str], labelled(PERSONAS_JA)]`.

    Aggregates, events and read models hold the codes alone; a label is only ever what people are shown.
    """
    return BeforeValidator(lambda codes: {code: labels[code] for code in codes})


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
    """Queries of one request, in its transaction: the caller's rows only, by `own_rows` and by row-level security."""

    def __init__(self, context: RequestContext) -> None:
        self.tx = context.tx
        self._scope = context.scope

    async def one(self, model: type[R], query: Select[Any], *, what: str, id: str) -> R:  # noqa: A002
        """The only row as this model. Raises NotFound where there is none that the caller may see."""
        row = await self.tx.row(self._own(query))
        if row is None:
            raise NotFound(what=what, id=id)
        return model.model_validate(dict(row))

    async def all(self, model: type[R], query: Select[Any], *, at_most: int) -> list[R]:
        """All rows of a query that is small by nature; `at_most` is its bound."""
        rows = await self.tx.rows(self._own(query.limit(at_most + 1)))
        if len(rows) > at_most:
            raise RuntimeError(f"a list held to be at most {at_most} rows long has outgrown its bound")
        return [model.model_validate(dict(row)) for row in rows]

    async def page(
        self, model: type[R], query: Select[Any], request: PageRequest, *, by: Sequence[ColumnElement[Any]]
    ) -> Page[R]:
        """One page of a query, in the order of `by`, which must be unique together."""
        if request.after is not None:
            query = query.where(tuple_(*by) > tuple_(*map(_key_value, by, request.after)))
        rows = await self.tx.rows(self._own(query.order_by(*by).limit(request.limit + 1)))
        context = current.get()
        more = len(rows) > request.limit
        rows = rows[: request.limit]
        last = [rows[-1][str(column.key)] for column in by] if more else []
        next_ = context.runtime.cursors.seal(last, of=context.list_name) if more else None
        return Page[R](items=[model.model_validate(dict(row)) for row in rows], next=next_)

    def _own(self, query: Select[Any]) -> Select[Any]:
        return query if self._scope == EVERYONE else own_rows(query, self._scope.municipality)


def _key_value(column: ColumnElement[Any], value: Any) -> ColumnElement[Any]:
    """A key value from a cursor as its column's type: dates, times and UUIDs come back from JSON as text."""
    kind: Any = column.type.python_type
    return literal(_adapter(kind).validate_python(value), column.type)


@lru_cache
def _adapter(python_type: Any) -> TypeAdapter[Any]:
    return TypeAdapter(python_type)


async def _read_session() -> ReadSession:
    return ReadSession(current.get())


Reader = Annotated[ReadSession, Depends(_read_session)]
