"""Who can be found by what, and who looked at name and contact.

An official who left or was erased is found no more whatever the entry says. That is known from another stream, and
therefore stands in a table of its own: it is asked when somebody searches.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.directory.model import DirectoryEntryViewed, DirectoryEntryWithdrawn, DirectoryEntryWritten
from kyodo_academy.directory.values import Help
from kyodo_academy.learners.model import LearnerLeft
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, insert_missing, upsert

directory_entry = sa.Table(
    "directory_entry",
    metadata,
    sa.Column("learner_id", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("skills", JSONB, nullable=False),
    sa.Column("can_be_asked", JSONB, nullable=False),
    sa.Column(
        "sealed", JSONB, nullable=False, comment="with the official's key: name and contact; empty once withdrawn"
    ),
    sa.Column("listed", sa.Boolean, nullable=False),
    sa.Column("consented_on", sa.Date, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("directory_entry_by_skill", "skills", postgresql_using="gin", postgresql_ops={"skills": "jsonb_path_ops"}),
)
directory_gone = sa.Table(
    "directory_gone",
    metadata,
    sa.Column("learner_id", sa.Text, primary_key=True),
)
directory_look = sa.Table(
    "directory_look",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True, comment="where the viewer works; or tokyo"),
    sa.Column("look_id", sa.Text, primary_key=True),
    sa.Column("learner_id", sa.Text, nullable=False, comment="at whom"),
    sa.Column("viewer", sa.Text, nullable=False, comment="a learner, or the organisation"),
    sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
    sa.Index("directory_look_at", "learner_id", "look_id"),
    info={"private_to": "municipality", "person": "learner_id"},
)

entries = View("directory_entries", directory_entry)
leavers = View("directory_gone", directory_gone)
looks = View("directory_looks", directory_look)


@entries.on(DirectoryEntryWritten)
def _(rows: Batch[DirectoryEntryWritten]) -> RowWrite:
    return upsert(
        directory_entry,
        [{**r.event.model_dump(mode="json"), "listed": True, "version": r.version} for r in rows],
    )


@entries.on(DirectoryEntryWithdrawn)
def _(rows: Batch[DirectoryEntryWithdrawn]) -> RowChange:
    gone = {"listed": False, "sealed": {}}
    return change(directory_entry, [{"learner_id": r.stream, **gone, "version": r.version} for r in rows])


@leavers.on(LearnerLeft)
def _(rows: Batch[LearnerLeft]) -> RowWrite:
    return insert_missing(directory_gone, [{"learner_id": r.stream} for r in rows])


@looks.on(DirectoryEntryViewed)
def _(rows: Batch[DirectoryEntryViewed]) -> RowWrite:
    return insert_missing(
        directory_look, [{"look_id": r.stream, **r.event.model_dump(), "viewed_at": r.at} for r in rows]
    )


def found_by(
    *,
    learner_id: str | None = None,
    skill: str | None = None,
    organisation: str | None = None,
    can_be_asked: Help | None = None,
) -> sa.Select[Any]:
    """Who is to be found, by skill of whatever version, organisation and purpose."""
    gone = sa.select(sa.literal(1)).where(directory_gone.c.learner_id == directory_entry.c.learner_id).exists()
    conditions = [
        directory_entry.c.learner_id == learner_id if learner_id else None,
        directory_entry.c.skills.contains([{"code": skill}]) if skill else None,
        directory_entry.c.organisation == organisation if organisation else None,
        directory_entry.c.can_be_asked.contains([can_be_asked.value]) if can_be_asked else None,
    ]
    shown = (condition for condition in conditions if condition is not None)
    return sa.select(directory_entry).where(directory_entry.c.listed, sa.not_(gone), *shown)


def looks_at(learner_id: str) -> sa.Select[Any]:
    """The looks at somebody's name and contact."""
    return sa.select(directory_look).where(directory_look.c.learner_id == learner_id)


def open_look(learner_id: str, viewer: str, now: datetime) -> sa.Select[Any]:
    """Until when a look of this viewer lasts that is open still."""
    lasting = directory_look.c.viewer == viewer, directory_look.c.open_until > now
    newest = directory_look.c.open_until.desc()
    return looks_at(learner_id).with_only_columns(directory_look.c.open_until).where(*lasting).order_by(newest).limit(1)
