"""The list of supporters; a municipality sees those who are at home there, a supporter the own row."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.contracts.supporter_matching import SupporterRegistered
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.supporters.events import (
    ConditionsStated,
    DeclarationsMade,
    GuardianConsented,
    SupporterActivated,
    SupporterApplied,
    SupporterErased,
    SupporterGraded,
    SupporterReinstated,
    SupporterRested,
    SupporterResumed,
    SupporterSuspended,
    SupporterWithdrew,
)
from kyodo_supporter_matching.supporters.model import AT_WORK
from kyodo_supporter_matching.supporters.parts import Grade, Status
from kyodo_supporter_matching.tables import metadata
from kyodo_supporter_matching.trainees.views import trainee

supporter = sa.Table(
    "supporter",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("home_municipality", sa.Text, nullable=False),
    sa.Column("pseudonym", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, comment="null of those registered before applications were kept"),
    sa.Column("minor", sa.Boolean, nullable=False, server_default="false"),
    sa.Column("languages", JSONB, nullable=False, comment="a list of codes"),
    sa.Column("sessions_per_month", sa.Integer, nullable=False),
    sa.Column("conditions", JSONB, comment="all that may be asked for, as stated"),
    sa.Column("insured_until", sa.Date),
    sa.Column("declared_on", sa.Date, comment="the background declaration"),
    sa.Column("grade", sa.Text, nullable=False, server_default="newcomer"),
    sa.Column("status", sa.Text, nullable=False, comment="as decided; expired follows from the certificate"),
    sa.Column("erased", sa.Boolean, nullable=False, server_default="false"),
    sa.Column("version", sa.Integer, nullable=False),
    info={"private_to": "home_municipality", "person": "id"},
)

supporters = View("supporters", supporter)

AnyStep = (
    SupporterActivated
    | SupporterRested
    | SupporterResumed
    | SupporterSuspended
    | SupporterReinstated
    | SupporterWithdrew
)
_AFTER = {
    SupporterActivated: Status.ACTIVE,
    SupporterRested: Status.RESTING,
    SupporterResumed: Status.ACTIVE,
    SupporterSuspended: Status.SUSPENDED,
    SupporterReinstated: Status.RESTING,
    SupporterWithdrew: Status.WITHDRAWN,
}


@supporters.on(SupporterApplied)
def _(rows: Batch[SupporterApplied]) -> RowWrite:
    return upsert(
        supporter,
        [
            {
                "id": r.stream,
                "home_municipality": r.event.home_municipality,
                "pseudonym": r.event.pseudonym,
                "kind": r.event.kind.value,
                "minor": r.event.minor,
                "languages": [],
                "sessions_per_month": 0,
                "grade": Grade.NEWCOMER.value,
                "status": Status.CANDIDATE.value,
                "erased": False,
                "version": r.version,
            }
            for r in rows
        ],
    )


@supporters.on(ConditionsStated)
def _(rows: Batch[ConditionsStated]) -> RowChange:
    return change(
        supporter,
        [
            {
                "id": r.stream,
                "languages": [language.value for language in r.event.conditions.languages],
                "sessions_per_month": r.event.conditions.sessions_per_month,
                "conditions": r.event.conditions.model_dump(mode="json"),
                "version": r.version,
            }
            for r in rows
        ],
    )


@supporters.on(SupporterRegistered)
def _(rows: Batch[SupporterRegistered]) -> RowWrite:
    return upsert(
        supporter,
        [
            {
                "id": r.stream,
                "home_municipality": r.event.home_municipality,
                "pseudonym": r.event.pseudonym,
                "languages": list(r.event.languages),
                "sessions_per_month": r.event.sessions_per_month,
                "status": Status.REGISTERED.value,
                "version": r.version,
            }
            for r in rows
        ],
    )


@supporters.on(
    SupporterActivated,
    SupporterRested,
    SupporterResumed,
    SupporterSuspended,
    SupporterReinstated,
    SupporterWithdrew,
)
def _(rows: Batch[AnyStep]) -> RowChange:
    return change(
        supporter, [{"id": r.stream, "status": _AFTER[type(r.event)].value, "version": r.version} for r in rows]
    )


@supporters.on(DeclarationsMade)
def _(rows: Batch[DeclarationsMade]) -> RowChange:
    return change(
        supporter,
        [
            {
                "id": r.stream,
                "insured_until": r.event.insured_until,
                "declared_on": r.event.declared_on,
                "version": r.version,
            }
            for r in rows
        ],
    )


@supporters.on(SupporterGraded)
def _(rows: Batch[SupporterGraded]) -> RowChange:
    return change(supporter, [{"id": r.stream, "grade": r.event.grade.value, "version": r.version} for r in rows])


@supporters.on(GuardianConsented)
def _(rows: Batch[GuardianConsented]) -> RowChange:
    return change(supporter, [{"id": r.stream, "version": r.version} for r in rows])


@supporters.on(SupporterErased)
def _(rows: Batch[SupporterErased]) -> RowChange:
    return change(supporter, [{"id": r.stream, "erased": True, "version": r.version} for r in rows])


def all_supporters(status: Status | None, today: date) -> sa.Select[Any]:
    """The supporters whom the caller may see, or those who stand so today."""
    query = _as_of(today)
    return query.where(status_on(today) == status.value) if status else query


def one_supporter(supporter_id: str, today: date) -> sa.Select[Any]:
    """One supporter."""
    return _as_of(today).where(supporter.c.id == supporter_id)


def status_on(day: date) -> sa.ColumnElement[str]:
    """How a supporter stands on a day: as decided, or `expired` without a certificate that is valid then.

    Only of a supporter joined with the trainee of the same id.
    """
    valid = sa.func.coalesce(trainee.c.certified_until >= day, sa.false())
    at_work = supporter.c.status.in_([one.value for one in AT_WORK])
    return sa.case((sa.and_(at_work, sa.not_(valid)), Status.EXPIRED.value), else_=supporter.c.status)


def _as_of(day: date) -> sa.Select[Any]:
    columns = [column for column in supporter.c if column is not supporter.c.status]
    both = supporter.outerjoin(trainee, trainee.c.supporter_id == supporter.c.id)
    return sa.select(*columns, status_on(day).label("status")).select_from(both)
