"""A data set: what it says of itself, and where its rows come from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select

from kyodo_events.aggregate import Aggregate

if TYPE_CHECKING:
    from kyodo_platform.open_data.forms import Form
    from kyodo_platform.streams import Snapshot

Row = Mapping[str, Any]
"""One row by the names of the columns; a name that is missing is an empty cell."""

Rows = Callable[["Snapshot"], AsyncIterator[Row]]
"""Reads a data set from one moment of the database, as nobody: private rows are not there."""


class Datatype(StrEnum):
    """What a column's cells are, by the built-in names of CSVW (https://www.w3.org/TR/tabular-data-model/#datatypes)."""

    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    MONTH = "gYearMonth"
    YEAR = "gYear"
    URL = "anyURI"


class Frequency(StrEnum):
    """How often a set changes, by the Dublin Core vocabulary http://purl.org/cld/freq/."""

    CONTINUOUS = "continuous"
    ANNUAL = "annual"
    IRREGULAR = "irregular"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is the header in CSV and the key in JSON, and never changes once it was published."""

    name: str
    title_ja: str
    title_en: str
    datatype: Datatype = Datatype.STRING
    description_ja: str = ""


@dataclass(frozen=True)
class DataSet:
    """A set that anybody may read, under an address that stays.

    `sources` are the aggregates whose events change the rows: the last of those events is the update time, and every
    one of them gives the set another ETag. `form_since` is the day since which columns, constants and the way in which
    rows are made stand as they are: move it with them. The rows must depend on nothing else, such as today's date.
    """

    id: str
    title_ja: str
    title_en: str
    description_ja: str
    description_en: str
    keywords_ja: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Rows
    frequency: Frequency
    form_since: date
    sources: tuple[type[Aggregate], ...] = ()
    form: Form | None = None

    def __post_init__(self) -> None:
        """Raises TypeError for columns of the same name, or other ones than those of the form that the set follows."""
        if len(set(self.names)) < len(self.names):
            raise TypeError(f"the data set {self.id} has two columns of the same name")
        if self.form and self.columns != self.form.columns:
            raise TypeError(f"the data set {self.id} does not have the columns of {self.form.title_ja}, in its order")

    @property
    def names(self) -> Sequence[str]:
        """The names of the columns, in their order."""
        return [column.name for column in self.columns]


def from_query(query: Select[Any], told: Callable[[Row], Row] = dict) -> Rows:
    """The rows of a query of any size, each as `told` says it."""

    async def rows(snapshot: Snapshot) -> AsyncIterator[Row]:
        async for row in snapshot.stream(query):
            yield told(row)

    return rows
