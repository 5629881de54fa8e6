"""The list of supporters; a municipality sees those who are at home there."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.contracts.supporter_matching import SupporterRegistered
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.supporters.model import (
    Status,
    SupporterRested,
    SupporterResumed,
)
from kyodo_supporter_matching.tables import metadata

supporter = sa.Table(
    "supporter",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("home_municipality", sa.Text),  # row-level security
    sa.Column("pseudonym", sa.Text),
    sa.Column("languages", JSONB),  # a list of codes
    sa.Column("sessions_per_month", sa.Integer),
    sa.Column("status", sa.Text),
    sa.Column("version", sa.Integer),
    info={"private_to": "home_municipality"},
)

supporters = View("supporters", supporter)

_AFTER = {SupporterRested: Status.RESTING, SupporterResumed: Status.ACTIVE}


@supporters.on(SupporterRegistered)
def _(rows: Batch[SupporterRegistered]) -> RowWrite:
    return upsert(
        supporter,
        [
            {
                "id": r.stream,
                "home_municipality": r.event.home_municipality,
                "pseudonym": r.event.pseudonym,
                "languages": r.event.languages,
                "sessions_per_month": r.event.sessions_per_month,
                "status": Status.ACTIVE,
                "version": r.version,
            }
            for r in rows
        ],
    )


@supporters.on(SupporterRested, SupporterResumed)
def _(rows: Batch[SupporterRested | SupporterResumed]) -> RowChange:
    return change(supporter, [{"id": r.stream, "status": _AFTER[type(r.event)], "version": r.version} for r in rows])


def all_supporters(status: Status | None) -> sa.Select[Any]:
    """The supporters whom the caller may see, or those of one status."""
    query = sa.select(supporter)
    return query.where(supporter.c.status == status) if status else query


def one_supporter(supporter_id: str) -> sa.Select[Any]:
    """One supporter."""
    return sa.select(supporter).where(supporter.c.id == supporter_id)
