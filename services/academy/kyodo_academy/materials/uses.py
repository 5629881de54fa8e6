"""How often materials are opened and downloaded, and what follows from it: most used, recommended.

A use is a row of an append-only table of its own, and no event. It changes nothing about the material: on the stream
of a material it would move the ETag under the hands of those who work on it, and make the stream grow with its
readers. An event would also keep for good who read what; a row keeps the day, the material and the organisation, and
nobody's name. It is written after the answer was sent, in a transaction of its own, so that reading stays reading,
waits for nothing, and does not fail where counting does: a count may miss a use, and counts nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import BackgroundTasks, Depends

from kyodo_academy.audiences import Asking
from kyodo_academy.materials.views import catalogue, materials_for
from kyodo_academy.tables import metadata
from kyodo_academy.visibility import Audience
from kyodo_events.database import Database
from kyodo_platform.commands import Commands
from kyodo_platform.context import current
from kyodo_platform.identity.model import EXTERNAL

LATELY: Final = timedelta(days=90)
"""What was used within these days tells what people need now; all of the past would only tell what is old."""

TELLING_TAGS: Final = 5
LISTED: Final = 20


class Use(StrEnum):
    """What somebody did with a material."""

    VIEW = "view"
    DOWNLOAD = "download"


material_use = sa.Table(
    "material_use",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("material_id", sa.Text, nullable=False),
    sa.Column("use", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("organisation", sa.Text, nullable=False, comment="a municipality, tokyo or external"),
    sa.Index("material_use_of_material", "material_id", "use"),
    sa.Index("material_use_lately", "day", "organisation"),
)


class UseCounter:
    """Counts uses by whoever asks, once the answer is sent."""

    def __init__(self, after: BackgroundTasks, database: Database, day: date, organisation: str) -> None:
        self._after, self._database = after, database
        self._day, self._organisation = day, organisation

    def count(self, material_id: str, use: Use) -> None:
        """Count this use."""
        self._after.add_task(self._write, material_id, use)

    async def _write(self, material_id: str, use: Use) -> None:
        row = {
            "material_id": material_id,
            "use": use.value,
            "day": self._day,
            "organisation": self._organisation,
        }
        async with self._database.transaction() as tx:
            await tx.run(sa.insert(material_use).values(row))


async def _uses(after: BackgroundTasks, commands: Commands, audience: Asking) -> UseCounter:
    return UseCounter(after, current.get().runtime.database, commands.today, audience.organisation or EXTERNAL)


Uses = Annotated[UseCounter, Depends(_uses)]


def counted(materials: sa.Select[Any]) -> sa.Select[Any]:
    """The same materials, each with how often it was viewed and downloaded."""
    found = materials.subquery("found")
    return sa.select(found, *(_times(found, use).label(f"{use.value}s") for use in Use))


def most_used(audience: Audience, today: date) -> sa.Select[Any]:
    """The materials with the most views and downloads of late, by everybody."""
    lately = (
        sa.select(material_use.c.material_id, sa.func.count().label("times"))
        .where(material_use.c.day > today - LATELY)
        .group_by(material_use.c.material_id)
        .subquery("lately")
    )
    query = materials_for(audience).join(lately, lately.c.material_id == catalogue.c.material_id)
    return query.order_by(lately.c.times.desc(), catalogue.c.material_id).limit(LISTED)


def newest(audience: Audience) -> sa.Select[Any]:
    """The materials that were published last."""
    return materials_for(audience).order_by(catalogue.c.published_at.desc(), catalogue.c.material_id).limit(LISTED)


def telling_tags(audience: Audience, organisation: str, today: date) -> sa.Select[Any]:
    """The tags of what people of an organisation used the most of late."""
    tag = sa.func.jsonb_array_elements_text(catalogue.c.tags).table_valued("value", name="tag").render_derived()
    used = material_use.c
    return (
        materials_for(audience)
        .with_only_columns(tag.c.value)
        .join(material_use, used.material_id == catalogue.c.material_id)
        .join(tag, sa.true())
        .where(used.organisation == organisation, used.day > today - LATELY)
        .group_by(tag.c.value)
        .order_by(sa.func.count().desc(), tag.c.value)
        .limit(TELLING_TAGS)
    )


def recommended(
    audience: Audience, organisation: str, tags: Sequence[str], skills: Sequence[str], today: date
) -> sa.Select[Any]:
    """Materials that an organisation has not used of late, by how many of these tags and skills they have."""
    used = sa.exists().where(
        material_use.c.material_id == catalogue.c.material_id,
        material_use.c.organisation == organisation,
        material_use.c.day > today - LATELY,
    )
    fitting = _shared(catalogue.c.tags, tags) + _shared(catalogue.c.skills, skills)
    query = materials_for(audience).where(fitting > 0, sa.not_(used))
    return query.order_by(fitting.desc(), catalogue.c.published_at.desc(), catalogue.c.material_id).limit(LISTED)


def _times(found: sa.Subquery, use: Use) -> sa.ScalarSelect[int]:
    times = sa.select(sa.func.count()).where(
        material_use.c.material_id == found.c.material_id, material_use.c.use == use.value
    )
    return times.scalar_subquery()


def _shared(named: sa.ColumnElement[Any], wanted: Sequence[str]) -> sa.ColumnElement[int]:
    """How many of the wanted ones stand in the list of a row."""
    return sum((sa.cast(named.contains([one]), sa.Integer) for one in wanted), start=sa.literal(0))
