"""Applications that stand: a municipality sees those for its sessions, a supporter the own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_events.event import Batch
from kyodo_events.views import RowWrite, View, add_up, upsert
from kyodo_supporter_matching.applications.model import ApplicationWithdrawn, SessionAppliedFor
from kyodo_supporter_matching.tables import metadata

application = sa.Table(
    "application",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("supporter_id", sa.Text, primary_key=True),
    sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("wanted", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("application_of_supporter", "supporter_id"),
    sa.Index("application_of_session", "session_id"),
    info={"private_to": "municipality", "person": "supporter_id"},
)

session_interest = sa.Table(
    "session_interest",
    metadata,
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("applications", sa.Integer, nullable=False, comment="how many stand; public, for it names nobody"),
)

applications = View("applications", application)
interest = View("session_interest", session_interest)


@applications.on(SessionAppliedFor, ApplicationWithdrawn)
def _(rows: Batch[SessionAppliedFor | ApplicationWithdrawn]) -> RowWrite:
    return upsert(
        application,
        [
            {
                "municipality": r.event.municipality,
                "session_id": r.event.session_id,
                "supporter_id": r.event.supporter_id,
                "applied_at": r.at,
                "wanted": isinstance(r.event, SessionAppliedFor),
                "version": r.version,
            }
            for r in rows
        ],
    )


@interest.on(SessionAppliedFor, ApplicationWithdrawn)
def _(rows: Batch[SessionAppliedFor | ApplicationWithdrawn]) -> RowWrite:
    return add_up(
        session_interest,
        [
            {
                "session_id": r.event.session_id,
                "applications": 1 if isinstance(r.event, SessionAppliedFor) else -1,
            }
            for r in rows
        ],
    )


def standing(*, supporter_id: str | None = None, session_id: str | None = None) -> sa.Select[Any]:
    """The applications that were not withdrawn."""
    query = sa.select(application).where(application.c.wanted)
    query = query.where(application.c.supporter_id == supporter_id) if supporter_id else query
    return query.where(application.c.session_id == session_id) if session_id else query
