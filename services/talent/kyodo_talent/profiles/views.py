"""Sealed profiles, and the looks at them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import RowWrite, View, insert_missing, upsert
from kyodo_talent.profiles.model import ProfileErased, ProfileSealed, ProfileViewed
from kyodo_talent.tables import metadata

profile = sa.Table(
    "profile",
    metadata,
    sa.Column("expert_id", sa.Text, primary_key=True),
    sa.Column("sealed", JSONB, nullable=False, comment="sealed texts by field; empty once erased"),
    sa.Column("erased_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
)
profile_view = sa.Table(
    "profile_view",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True, comment="tokyo for the secretariat"),
    sa.Column("view_id", sa.Text, primary_key=True),
    sa.Column("expert_id", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("viewer", sa.Text, nullable=False, comment="the issuer's opaque name of whoever looked"),
    sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
    sa.Index("profile_view_expert", "expert_id", "view_id"),
    info={"private_to": "municipality", "person": "expert_id"},
)

profiles = View("profiles", profile)
looks = View("profile_views", profile_view)


@profiles.on(ProfileSealed)
def _(rows: Batch[ProfileSealed]) -> RowWrite:
    return upsert(
        profile,
        [{"expert_id": r.stream, "sealed": r.event.sealed, "erased_at": None, "version": r.version} for r in rows],
    )


@profiles.on(ProfileErased)
def _(rows: Batch[ProfileErased]) -> RowWrite:
    return upsert(
        profile, [{"expert_id": r.stream, "sealed": {}, "erased_at": r.at, "version": r.version} for r in rows]
    )


@looks.on(ProfileViewed)
def _(rows: Batch[ProfileViewed]) -> RowWrite:
    return insert_missing(
        profile_view,
        [
            {
                "municipality": r.event.municipality,
                "view_id": r.stream,
                "expert_id": r.event.expert_id,
                "purpose": r.event.purpose.value,
                "viewer": r.audit.actor,
                "viewed_at": r.at,
                "open_until": r.event.open_until,
            }
            for r in rows
        ],
    )


def profile_of(expert_id: str) -> sa.Select[Any]:
    """One profile, sealed."""
    return sa.select(profile).where(profile.c.expert_id == expert_id)


def looks_at(expert_id: str) -> sa.Select[Any]:
    """The looks at an expert's profile."""
    return sa.select(profile_view).where(profile_view.c.expert_id == expert_id)


def open_look(expert_id: str, viewer: str, now: datetime) -> sa.Select[Any]:
    """The purpose of the newest look of a viewer that still lasts."""
    lasting = profile_view.c.municipality == viewer, profile_view.c.open_until > now
    newest = profile_view.c.viewed_at.desc()
    return looks_at(expert_id).with_only_columns(profile_view.c.purpose).where(*lasting).order_by(newest).limit(1)
