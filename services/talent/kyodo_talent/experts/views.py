"""The list of experts, which whoever plans work searches: each by pseudonym, with nothing that leads to the person.

What depends on the day is not stored: a qualification runs out and a pause ends without an event. Columns hold what
was last decided, and `shown` tells how that stands on a day.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.contracts.talent import ExpertRegistered
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_talent.experts.events import (
    AvailabilityChanged,
    CapacityChanged,
    ConditionsStated,
    ExpertErased,
    ExpertQualified,
    ExpertRemoved,
    ExpertScreened,
    QualificationRenewed,
    SkillEvidenced,
    SkillsClaimed,
    SkillVerified,
)
from kyodo_talent.experts.model import UNSTATED
from kyodo_talent.experts.parts import Availability, Qualification
from kyodo_talent.tables import metadata

expert = sa.Table(
    "expert",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("pseudonym", sa.Text, nullable=False),
    sa.Column("personas", JSONB, nullable=False, comment="a list of codes, as languages, modes and areas"),
    sa.Column("languages", JSONB, nullable=False),
    sa.Column("modes", JSONB, nullable=False),
    sa.Column("areas", JSONB, nullable=False),
    sa.Column("skills", JSONB, nullable=False, comment="a list of scheme, version, code, levels and expires_on"),
    sa.Column("qualification", sa.Text, nullable=False, comment="as decided; expired follows from valid_until"),
    sa.Column("valid_until", sa.Date),
    sa.Column("availability", sa.Text, nullable=False, comment="as decided; a pause ends with paused_until"),
    sa.Column("paused_until", sa.Date),
    sa.Column("erased", sa.Boolean, nullable=False),
    sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("screened_at", sa.DateTime(timezone=True), comment="the last time"),
    sa.Column("qualified_at", sa.DateTime(timezone=True), comment="the first time after the last screening"),
    sa.Column("removed_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
)

experts = View("experts", expert)


@experts.on(ExpertRegistered)
def _(rows: Batch[ExpertRegistered]) -> RowWrite:
    unstated = UNSTATED.model_dump(mode="json")
    return upsert(
        expert,
        [
            {
                "id": r.stream,
                "pseudonym": r.event.pseudonym,
                **unstated,
                "personas": r.event.personas,
                "skills": [],
                "qualification": Qualification.REGISTERED.value,
                "valid_until": None,
                "availability": Availability.OPEN.value,
                "paused_until": None,
                "erased": False,
                "registered_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


@experts.on(CapacityChanged)
def _(rows: Batch[CapacityChanged]) -> RowChange:
    return change(expert, [{"id": r.stream, "version": r.version} for r in rows])  # the time stands in the schedule


@experts.on(ConditionsStated)
def _(rows: Batch[ConditionsStated]) -> RowChange:
    return change(
        expert, [{"id": r.stream, **r.event.conditions.model_dump(mode="json"), "version": r.version} for r in rows]
    )


@experts.on(SkillsClaimed, SkillEvidenced, SkillVerified)
def _(rows: Batch[SkillsClaimed | SkillEvidenced | SkillVerified]) -> RowChange:
    return change(
        expert,
        [
            {
                "id": r.stream,
                "skills": [skill.model_dump(mode="json") for skill in r.event.skills],
                "version": r.version,
            }
            for r in rows
        ],
    )


@experts.on(ExpertScreened)
def _(rows: Batch[ExpertScreened]) -> RowChange:
    return change(
        expert,
        [
            {
                "id": r.stream,
                "qualification": Qualification.SCREENED.value,
                "valid_until": None,
                "screened_at": r.at,
                "qualified_at": None,
                "removed_at": None,
                "version": r.version,
            }
            for r in rows
        ],
    )


@experts.on(ExpertQualified)
def _(rows: Batch[ExpertQualified]) -> RowChange:
    return change(
        expert,
        [
            {
                "id": r.stream,
                "qualification": Qualification.QUALIFIED.value,
                "valid_until": r.event.valid_until,
                "qualified_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


@experts.on(QualificationRenewed)
def _(rows: Batch[QualificationRenewed]) -> RowChange:
    return change(expert, [{"id": r.stream, "valid_until": r.event.valid_until, "version": r.version} for r in rows])


@experts.on(ExpertRemoved)
def _(rows: Batch[ExpertRemoved]) -> RowChange:
    return change(
        expert,
        [
            {
                "id": r.stream,
                "qualification": Qualification.REMOVED.value,
                "valid_until": None,
                "removed_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


@experts.on(AvailabilityChanged)
def _(rows: Batch[AvailabilityChanged]) -> RowChange:
    return change(
        expert,
        [
            {
                "id": r.stream,
                "availability": r.event.availability.value,
                "paused_until": r.event.paused_until,
                "version": r.version,
            }
            for r in rows
        ],
    )


@experts.on(ExpertErased)
def _(rows: Batch[ExpertErased]) -> RowChange:
    return change(
        expert,
        [
            {
                "id": r.stream,
                "skills": [],
                "qualification": Qualification.REMOVED.value,
                "valid_until": None,
                "availability": Availability.CLOSED.value,
                "paused_until": None,
                "erased": True,
                "version": r.version,
            }
            for r in rows
        ],
    )


def qualification_on(today: date) -> sa.ColumnElement[str]:
    """How far the secretariat vouches today, as `Expert.qualification_on` says it."""
    ran_out = sa.and_(expert.c.qualification == Qualification.QUALIFIED.value, expert.c.valid_until < today)
    return sa.case((ran_out, Qualification.EXPIRED.value), else_=expert.c.qualification)


def availability_on(today: date) -> sa.ColumnElement[str]:
    """Whether the expert takes new work today, as `Expert.availability_on` says it."""
    return sa.case((expert.c.paused_until < today, Availability.OPEN.value), else_=expert.c.availability)


def is_available(today: date) -> sa.ColumnElement[bool]:
    """Whether new work may be proposed to the expert, as `Expert.is_available` says it."""
    return sa.and_(
        qualification_on(today) == Qualification.QUALIFIED.value,
        availability_on(today) == Availability.OPEN.value,
        sa.not_(expert.c.erased),
    )
