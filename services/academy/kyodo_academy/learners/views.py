"""The list of learners: a municipality's own, all for Tokyo, the own row for the learner."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_academy.learners.model import LearnerErased, LearnerLeft, LearnerRegistered
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert

learner = sa.Table(
    "learner",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("learner_id", sa.Text, primary_key=True),
    sa.Column("pseudonym", sa.Text, nullable=False),
    sa.Column("gone", sa.Boolean, nullable=False),
    sa.Column("erased", sa.Boolean, nullable=False),
    sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("learner_by_id", "learner_id"),
    info={"private_to": "municipality", "person": "learner_id"},
)

learners = View("learners", learner)


@learners.on(LearnerRegistered)
def _(rows: Batch[LearnerRegistered]) -> RowWrite:
    return upsert(
        learner,
        [
            {
                **_key(r),
                "pseudonym": r.event.pseudonym,
                "gone": False,
                "erased": False,
                "registered_at": r.at,
            }
            for r in rows
        ],
    )


@learners.on(LearnerLeft)
def _(rows: Batch[LearnerLeft]) -> RowChange:
    return change(learner, [{**_key(r), "gone": True} for r in rows])


@learners.on(LearnerErased)
def _(rows: Batch[LearnerErased]) -> RowChange:
    return change(learner, [{**_key(r), "erased": True} for r in rows])


def _key(r: Any) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "learner_id": r.stream, "version": r.version}


def learners_with(learner_id: str | None = None) -> sa.Select[Any]:
    """All learners, or one."""
    query = sa.select(learner)
    return query.where(learner.c.learner_id == learner_id) if learner_id else query
