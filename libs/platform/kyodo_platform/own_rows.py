"""The first wall (G7) in lists: queries narrowed to the caller's own rows, whatever PostgreSQL would show.

Row-level security alone would do, and would be the only wall: a policy judges the caller and the path, and a
list's path names nobody. A table says whose its rows are with `info={"private_to": "<column>"}`, and with a further
`"person": "<column>"` who else reads them because they are about that person; a test compares that with the
row-level security of the migrated database.
"""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Alias, ColumnElement, Table, or_, select
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import Select
from sqlalchemy.sql.util import ClauseAdapter

from kyodo_events.database import Scope

PRIVATE_TO = "private_to"
PERSON = "person"

S = TypeVar("S", bound=Select)  # type: ignore[type-arg]  # whatever it selects


def own_rows(query: S, scope: Scope) -> S:
    """The query on the rows of this municipality and person only, in place of every private table that it reads.

    Raises TypeError for a private table under an alias, which would slip through.
    """
    found = list(visitors.iterate(query))
    for alias in found:
        if isinstance(alias, Alias) and isinstance(alias.element, Table) and PRIVATE_TO in alias.element.info:
            raise TypeError(f"{alias.element.name} is private and cannot be queried under the alias {alias.name}")
    for table in {element for element in found if isinstance(element, Table) and PRIVATE_TO in element.info}:
        own = select(table).where(_is_own(table, scope)).subquery(table.name)
        query = ClauseAdapter(own).traverse(query)
    return query


def _is_own(table: Table, scope: Scope) -> ColumnElement[bool]:
    own = table.c[table.info[PRIVATE_TO]] == scope.municipality
    return or_(own, table.c[table.info[PERSON]] == scope.person) if PERSON in table.info and scope.person else own
