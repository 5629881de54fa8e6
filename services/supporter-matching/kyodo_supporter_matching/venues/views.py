"""The venues, which everybody may know, and how they are looked for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Recorded
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.tables import metadata
from kyodo_supporter_matching.venues.model import VenueChanged, VenueClosed, VenueOpened, VenueReopened
from kyodo_supporter_matching.venues.values import Accessibility, Equipment, VenueDetails

venue = sa.Table(
    "venue",
    metadata,
    sa.Column("venue_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, nullable=False),  # public: see tests/test_migrations.py
    sa.Column("name_ja", sa.Text, nullable=False),
    sa.Column("address_ja", sa.Text, nullable=False),
    sa.Column("latitude", sa.Double, nullable=False),
    sa.Column("longitude", sa.Double, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("accessibility", JSONB, nullable=False),  # a list of codes
    sa.Column("equipment", JSONB, nullable=False),  # a list of codes
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Column("closing_reason_ja", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("venue_municipality", "municipality", "venue_id"),
)

venues = View("venues", venue)


@venues.on(VenueOpened)
def _(rows: Batch[VenueOpened]) -> RowWrite:
    return upsert(
        venue,
        [
            {
                **_row(r),
                "municipality": r.event.municipality,
                **_told(r.event.details),
                "closed": False,
                "closing_reason_ja": None,
            }
            for r in rows
        ],
    )


@venues.on(VenueChanged)
def _(rows: Batch[VenueChanged]) -> RowChange:
    return change(venue, [{**_row(r), **_told(r.event.details)} for r in rows])


@venues.on(VenueClosed)
def _(rows: Batch[VenueClosed]) -> RowChange:
    return change(venue, [{**_row(r), "closed": True, "closing_reason_ja": r.event.reason_ja} for r in rows])


@venues.on(VenueReopened)
def _(rows: Batch[VenueReopened]) -> RowChange:
    return change(venue, [{**_row(r), "closed": False, "closing_reason_ja": None} for r in rows])


def _row(record: Recorded[Any]) -> dict[str, Any]:
    """The key and the version, which every event sets."""
    return {"venue_id": record.stream, "version": record.version}


def _told(details: VenueDetails) -> dict[str, Any]:
    """The columns that people see."""
    whole = details.model_dump(mode="json", exclude={"latitude_e6", "longitude_e6"})
    return {**whole, "latitude": details.latitude, "longitude": details.longitude}


def venues_with(
    accessibility: Accessibility | None = None, equipment: Equipment | None = None, **filters: Any
) -> sa.Select[Any]:
    """The venues that are all of this and have the one and the other."""
    query = sa.select(venue).where(*(venue.c[name] == value for name, value in filters.items() if value is not None))
    if accessibility is not None:
        query = query.where(venue.c.accessibility.contains([accessibility.value]))
    if equipment is not None:
        query = query.where(venue.c.equipment.contains([equipment.value]))
    return query
