"""The list of supporters; a municipality sees those who are at home there, a supporter the own row."""

from __future__ import annotations

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
from kyodo_supporter_matching.supporters.parts import Grade, Status
from kyodo_supporter_matching.tables import metadata

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
        supporter, [{"id": r.stream, "insured_until": r.event.insured_until, "version": r.version} for r in rows]
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


def all_supporters(status: Status | None) -> sa.Select[Any]:
    """The supporters whom the caller may see, or those of one status."""
    query = sa.select(supporter)
    return query.where(supporter.c.status == status.value) if status else query


def one_supporter(supporter_id: str) -> sa.Select[Any]:
    """One supporter."""
    return sa.select(supporter).where(supporter.c.id == supporter_id)
