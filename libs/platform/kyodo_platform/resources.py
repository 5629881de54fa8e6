"""What endpoints take and answer with: bodies, resources with a version, and pages of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Generic, Self, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from sqlalchemy import ColumnElement, Select, literal, tuple_

from kyodo_events.aggregate import Aggregate
from kyodo_events.database import EVERYONE, NOBODY, Scope
from kyodo_events.errors import NotFound
from kyodo_platform.context import RequestContext, current
from kyodo_platform.history import HISTORY, HistoryRow, told
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


@dataclass(frozen=True)
class Sort:
    """The order of a list: columns that are unique together, ascending or, all of them, descending."""

    columns: Sequence[ColumnElement[Any]]
    descending: bool = False


def sort_by(*columns: ColumnElement[Any], unique: Sequence[ColumnElement[Any]]) -> Any:
    """The query parameter `sort` of a list: `Annotated[Sort, sort_by(theme.c.name_ja, unique=[theme.c.id])]`.

    It takes the name of one of the columns, or of the first unique one, with a minus for descending; without it the
    list is in the order of the unique columns. Raises TypeError for a column that may be null: rows would be skipped
    between pages, because null is neither above nor below anything.
    """
    choices = {str(column.key): column for column in (*columns, unique[0])}
    for name, column in choices.items():
        if getattr(column, "nullable", False):
            raise TypeError(f"a list cannot be sorted by {name}: it may be null")
    query = Query(
        None,
        pattern=f"^-?({'|'.join(choices)})$",
        description=f"Order: {', '.join(choices)}; with a minus, such as -{unique[0].key}, descending.",
    )

    async def chosen(sort: str | None = query) -> Sort:
        if sort is None:
            return Sort(unique)
        first = choices[sort.removeprefix("-")]
        return Sort([first, *(column for column in unique if column is not first)], sort.startswith("-"))

    return Depends(chosen)


class ReadSession:
    """Queries of one request, in its transaction: the caller's rows only, by `own_rows` and by row-level security."""

    def __init__(self, context: RequestContext) -> None:
        self.tx = context.tx
        self._scope = context.scope

    async def one(self, model: type[R], query: Select[Any], *, what: str, id: str) -> R:  # noqa: A002 - the name of what it is
        """The only row as this model. Raises NotFound where there is none that the caller may see."""
        row = await self.tx.row(self.own(query))
        if row is None:
            raise NotFound(what=what, id=id)
        return model.model_validate(dict(row))

    async def all(self, model: type[R], query: Select[Any], *, at_most: int) -> list[R]:
        """All rows of a query that is small by nature; `at_most` is its bound."""
        rows = await self.tx.rows(self.own(query.limit(at_most + 1)))
        if len(rows) > at_most:
            raise RuntimeError(f"a list held to be at most {at_most} rows long has outgrown its bound")
        return [model.model_validate(dict(row)) for row in rows]

    async def page(
        self, model: type[R], query: Select[Any], request: PageRequest, *, by: Sequence[ColumnElement[Any]] | Sort
    ) -> Page[R]:
        """One page of a query, in the order of `by`, which must be unique together."""
        order = by if isinstance(by, Sort) else Sort(by)
        columns = order.columns
        if request.after is not None:
            here, last = tuple_(*columns), tuple_(*map(_key_value, columns, request.after))
            query = query.where(here < last if order.descending else here > last)
        query = query.order_by(*(column.desc() if order.descending else column for column in columns))
        rows = await self.tx.rows(self.own(query.limit(request.limit + 1)))
        return _page(model, [dict(row) for row in rows], request, [str(column.key) for column in columns])

    async def history(self, aggregate: type[Aggregate], stream: str, request: PageRequest) -> Page[HistoryRow]:
        """What happened to an aggregate, in words. Raises NotFound where there is none.

        Whoever may read the aggregate may read its words; where not everybody may, read the aggregate first.
        """
        after = request.after[0] if request.after else 0
        rows = await self.tx.rows(HISTORY, aggregate.category, stream, after, request.limit + 1)
        if not rows and not after:
            raise NotFound(what=aggregate.category.replace("-", " "), id=stream)
        return _page(HistoryRow, [told(dict(row)) for row in rows], request, ["version"])

    async def see_as_person(self, person: str) -> None:
        """Read on with the eyes of the person of this record, and of no municipality.

        For a caller who is not signed in and has shown a secret that stands for the person.
        """
        await self._see_as(Scope(NOBODY.municipality, person))

    async def see_as_member(self, municipality: str) -> None:
        """Read on with the eyes of somebody who works for this municipality, besides the own person's.

        For a caller whose token does not say where the caller works, once a record of the service said it.
        """
        await self._see_as(Scope(municipality, self._scope.person))

    async def _see_as(self, scope: Scope) -> None:
        self._scope = scope
        await self.tx.see_as(scope)

    def own(self, query: Select[Any]) -> Select[Any]:
        """The query on the caller's rows only."""
        return query if self._scope == EVERYONE else own_rows(query, self._scope)


def _page(model: type[R], rows: Sequence[Mapping[str, Any]], request: PageRequest, key: Sequence[str]) -> Page[R]:
    """The rows, of which one more than the limit was asked for, with the cursor that leads on."""
    context = current.get()
    more = len(rows) > request.limit
    rows = rows[: request.limit]
    last = [rows[-1][name] for name in key] if more else []
    next_ = context.runtime.cursors.seal(last, of=context.list_name) if more else None
    return Page[R](items=[model.model_validate(row) for row in rows], next=next_)


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


async def _dry_run(
    dry_run: Annotated[bool, Query(description="Answer exactly what would happen, and write nothing.")] = False,
) -> bool:
    current.get().dry_run = dry_run
    return dry_run


DryRun = Depends(_dry_run)
"""A route that writes takes `dry_run=true` by naming this in its `dependencies`."""
