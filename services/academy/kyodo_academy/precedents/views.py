"""Precedents as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.audiences import seen_by
from kyodo_academy.precedents.model import PrecedentCorrected, PrecedentRecorded
from kyodo_academy.sources import JAPAN
from kyodo_academy.tables import metadata
from kyodo_academy.visibility import Audience
from kyodo_events.event import Batch
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import RowWrite, View, upsert

precedent = sa.Table(
    "precedent",
    metadata,
    sa.Column("precedent_id", sa.Text, primary_key=True),
    sa.Column("category_ja", sa.Text, nullable=False),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("place_ja", sa.Text, nullable=False),
    sa.Column("visibility", sa.Text, nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

precedents = View("precedents", precedent)


@precedents.on(PrecedentRecorded, PrecedentCorrected)
def _(rows: Batch[PrecedentRecorded | PrecedentCorrected]) -> RowWrite:
    return upsert(
        precedent,
        [
            {
                "precedent_id": r.stream,
                "category_ja": r.event.content.category_ja,
                "country": r.event.content.country,
                "place_ja": r.event.content.place_ja,
                "visibility": r.event.content.visibility.value,
                "content": r.event.content.model_dump(mode="json"),
                "version": r.version,
            }
            for r in rows
        ],
    )


def precedents_for(
    audience: Audience,
    *,
    ids: Sequence[str] | None = None,
    category_ja: str | None = None,
    country: str | None = None,
    overseas: bool | None = None,
) -> sa.Select[Any]:
    """The precedents that this audience sees, by what they are."""
    conditions = [
        precedent.c.precedent_id.in_(ids) if ids is not None else None,
        precedent.c.category_ja == category_ja if category_ja else None,
        precedent.c.country == country if country else None,
        (precedent.c.country != JAPAN).is_(overseas) if overseas is not None else None,
    ]
    query = sa.select(precedent).where(seen_by(audience, precedent.c.visibility, sa.literal(TOKYO)))
    return query.where(*(condition for condition in conditions if condition is not None))
