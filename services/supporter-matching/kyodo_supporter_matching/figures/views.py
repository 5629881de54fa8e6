"""What the figures need and no other slice keeps: how supporters stood at any moment, and since when sessions wait.

How a supporter stood in a month that has passed is told by the steps up to then, so that whoever leaves or is erased
stays counted in the months before (promise G8).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from kyodo_events.contracts.supporter_matching import SupporterRegistered
from kyodo_events.event import Batch, Event
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import RowWrite, View, insert_missing, upsert
from kyodo_supporter_matching.sessions.events import SessionPublished
from kyodo_supporter_matching.supporters.events import (
    SupporterActivated,
    SupporterReinstated,
    SupporterRested,
    SupporterResumed,
    SupporterSuspended,
    SupporterWithdrew,
)
from kyodo_supporter_matching.supporters.parts import Status
from kyodo_supporter_matching.tables import metadata

supporter_step = sa.Table(
    "supporter_step",
    metadata,
    sa.Column("kept_by", sa.Text, primary_key=True),  # Tokyo, always: the events do not say where the supporter lives
    sa.Column("supporter_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),  # the version of the supporter, so in their order
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    info={"private_to": "kept_by", "person": "supporter_id"},
)

session_publication = sa.Table(
    "session_publication",
    metadata,
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("published_at", sa.DateTime(timezone=True), nullable=False, comment="for the first time"),
)

steps = View("supporter_steps", supporter_step)
publications = View("session_publications", session_publication)

_AFTER: Final[Mapping[type[Event], Status]] = {
    SupporterRegistered: Status.REGISTERED,
    SupporterActivated: Status.ACTIVE,
    SupporterRested: Status.RESTING,
    SupporterResumed: Status.ACTIVE,
    SupporterSuspended: Status.SUSPENDED,
    SupporterReinstated: Status.RESTING,
    SupporterWithdrew: Status.WITHDRAWN,
}


@steps.on(*_AFTER)
def _(rows: Batch[Any]) -> RowWrite:
    return upsert(
        supporter_step,
        [
            {
                "kept_by": TOKYO,
                "supporter_id": r.stream,
                "number": r.version,
                "status": _AFTER[type(r.event)].value,
                "at": r.at,
            }
            for r in rows
        ],
    )


@publications.on(SessionPublished)
def _(rows: Batch[SessionPublished]) -> RowWrite:
    return insert_missing(session_publication, [{"session_id": r.stream, "published_at": r.at} for r in rows])


def spells() -> sa.CTE:
    """From when until when each supporter stood how; `until` is null of what lasts."""
    until = sa.func.lead(supporter_step.c.at).over(
        partition_by=supporter_step.c.supporter_id, order_by=supporter_step.c.number
    )
    columns = supporter_step.c.supporter_id, supporter_step.c.status, supporter_step.c.at, until.label("until")
    return sa.select(*columns).cte("spells")


def standing(found: Any, moment: datetime | sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
    """Whether a spell lasts at a moment; it begins with its first and ends before its last."""
    return sa.and_(found.c.at <= moment, sa.or_(found.c.until.is_(None), found.c.until > moment))
