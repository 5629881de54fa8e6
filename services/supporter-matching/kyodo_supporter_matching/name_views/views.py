"""The looks at names: a municipality's own and those of its hosts, and all looks at oneself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kyodo_events.event import Batch
from kyodo_events.views import RowWrite, View, insert_missing
from kyodo_supporter_matching.name_views.model import NameViewed
from kyodo_supporter_matching.tables import metadata

name_view = sa.Table(
    "name_view",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("view_id", sa.Text, primary_key=True),
    sa.Column("supporter_id", sa.Text, nullable=False),
    sa.Column("assignment_id", sa.Text, nullable=False),
    sa.Column("host_id", sa.Text, comment="null where the municipality looked"),
    sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
    sa.Index("name_view_of_supporter", "supporter_id", "view_id"),
    sa.Index("name_view_of_assignment", "assignment_id"),
    info={"private_to": "municipality", "person": "supporter_id"},
)

name_views = View("name_views", name_view)


@name_views.on(NameViewed)
def _(rows: Batch[NameViewed]) -> RowWrite:
    return insert_missing(name_view, [{"view_id": r.stream, **r.event.model_dump(), "viewed_at": r.at} for r in rows])


def looks_at(supporter_id: str) -> sa.Select[Any]:
    """The looks at a supporter's name."""
    return sa.select(name_view).where(name_view.c.supporter_id == supporter_id)


def open_look(assignment_id: str, host_id: str | None, now: datetime) -> sa.Select[Any]:
    """Until when a look of the municipality, or of this host, lasts that is open still."""
    lasting = (
        name_view.c.assignment_id == assignment_id,
        name_view.c.host_id.is_not_distinct_from(host_id),
        name_view.c.open_until > now,
    )
    return sa.select(name_view.c.open_until).where(*lasting).order_by(name_view.c.open_until.desc()).limit(1)
