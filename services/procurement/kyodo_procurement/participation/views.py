"""What people see of participation: who is asked, who takes part when, and, for itself, why a municipality leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from kyodo_events.contracts.procurement.projects import ParticipantJoined, ParticipantLeft
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import Month
from kyodo_events.views import AnyWrite, RowWrite, View, change, insert_missing, upsert
from kyodo_procurement.participation.events import (
    AgreementStatus,
    NoticeGiven,
    ParticipationIntended,
    ParticipationInvited,
    ParticipationKind,
    ParticipationSigned,
)
from kyodo_procurement.tables import metadata

participation = sa.Table(  # a row a period: a municipality that left and came back has two
    "participation",
    metadata,
    sa.Column("project_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("from_month", sa.Text, primary_key=True),
    sa.Column("last_month", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("from_day", sa.Date, comment="where it is not the first of the month"),
    sa.Column("last_day", sa.Date, comment="where it is not the last of the month"),
)

candidacy = sa.Table(  # who is invited or means to take part, and has not signed since
    "candidacy",
    metadata,
    sa.Column("project_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("step", sa.Text, nullable=False),
)

notice = sa.Table(  # private: the reason is between the municipality and the secretariat
    "participation_notice",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("project_id", sa.Text, primary_key=True),
    sa.Column("last_month", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("participation_notice_by_project", "project_id", "municipality"),
    info={"private_to": "municipality"},
)

participations = View("participations", participation, candidacy)
notices = View("notices", notice)


@participations.on(ParticipationInvited)
def _(rows: Batch[ParticipationInvited]) -> RowWrite:
    return _candidates(rows, AgreementStatus.INVITED)


@participations.on(ParticipationIntended)
def _(rows: Batch[ParticipationIntended]) -> RowWrite:
    return _candidates(rows, AgreementStatus.INTENDED)


def _candidates(rows: Batch[ParticipationInvited] | Batch[ParticipationIntended], step: AgreementStatus) -> RowWrite:
    return upsert(
        candidacy, [{"project_id": r.stream, "municipality": r.event.municipality, "step": step} for r in rows]
    )


@participations.on(ParticipationSigned)
def _(rows: Batch[ParticipationSigned]) -> RowWrite:
    return upsert(participation, [{"project_id": r.stream, **r.event.model_dump(mode="json")} for r in rows])


@participations.on(ParticipantJoined)
def _(rows: Batch[ParticipantJoined]) -> list[AnyWrite]:
    """The signature before it made the row; one that joined before agreements were kept is a full participant."""
    period = ("municipality", "from_month", "from_day")
    days = [{"project_id": r.stream, **{name: getattr(r.event, name) for name in period}} for r in rows]
    joined = [{"project_id": r.stream, **dict(r.event), "kind": ParticipationKind.FULL} for r in rows]
    candidates = sa.tuple_(candidacy.c.project_id, candidacy.c.municipality)
    signed = [(r.stream, r.event.municipality) for r in rows]
    signed_for: list[AnyWrite] = [insert_missing(participation, joined), change(participation, days)]
    return [*signed_for, candidacy.delete().where(candidates.in_(signed))]


@participations.on(ParticipantLeft)
def _(rows: Batch[ParticipantLeft]) -> list[sa.Update]:
    """The municipality's one open period ends; the event need not say when it began."""
    return [
        sa.update(participation)
        .where(participation.c.project_id == r.stream, participation.c.municipality == r.event.municipality)
        .where(participation.c.last_month.is_(None))
        .values(last_month=r.event.last_month, last_day=r.event.last_day)
        for r in rows
    ]


@notices.on(NoticeGiven)
def _(rows: Batch[NoticeGiven]) -> RowWrite:
    return upsert(notice, [{"project_id": r.stream, **dict(r.event), "given_at": r.at} for r in rows])


def participants_of(project_id: str) -> sa.Select[Any]:
    """Who takes part in a project, or did."""
    return sa.select(participation).where(participation.c.project_id == project_id)


def notices_of(project_id: str) -> sa.Select[Any]:
    """The notices given to a project; row-level security leaves a municipality its own."""
    return sa.select(notice).where(notice.c.project_id == project_id)


PLACE = sa.column("place", sa.Text)
MUNICIPALITY, STATUS, KIND = (sa.column(name, sa.Text) for name in ("municipality", "status", "kind"))
"""Columns of `agreements_of`, which is a query for a month and not a table."""

AFTER_ALL_MONTHS = "next"  # sorts behind every month: what is not signed yet comes after what was


def agreements_of(
    project_id: str,
    month: Month,
    *,
    municipality: str | None = None,
    status: AgreementStatus | None = None,
    kind: ParticipationKind | None = None,
) -> sa.Select[Any]:
    """The agreements of a project as they stand in a month, a row for each that was or may be signed."""
    found = _agreements([project_id], month).subquery("agreement")
    query = sa.select(found)
    if municipality:
        query = query.where(found.c.municipality == municipality)
    if status:
        query = query.where(found.c.status == status)
    if kind:
        query = query.where(found.c.kind == kind)
    return query


def standing_in(project_ids: Sequence[str], month: Month) -> sa.Select[Any]:
    """For each of the projects and each municipality, the agreement that counts in a month.

    That is the first one that has not ended; where all have, any of them says so.
    """
    found = _agreements(project_ids, month).subquery("agreement")
    pair = (found.c.project_id, found.c.municipality)
    ended = found.c.status == AgreementStatus.ENDED.value
    return sa.select(*pair, found.c.status).ext(distinct_on(*pair)).order_by(*pair, ended, found.c.place)


def _agreements(project_ids: Sequence[str], month: Month) -> sa.CompoundSelect[Any]:
    """Periods that were signed for, and what is to become one; the months alone tell how a period stands."""
    period, wanted = participation.c, candidacy.c
    status = sa.case(
        (period.last_month < month, AgreementStatus.ENDED.value),
        (period.last_month.is_not(None), AgreementStatus.NOTICE_GIVEN.value),
        (period.from_month > month, AgreementStatus.SIGNED.value),
        else_=AgreementStatus.ACTIVE.value,
    )
    none = sa.cast(sa.null(), sa.Text)
    return sa.union_all(
        sa.select(
            period.project_id,
            period.municipality,
            period.from_month.label("place"),
            status.label("status"),
            period.kind,
            period.from_month,
            period.last_month,
        ).where(period.project_id.in_(project_ids)),
        sa.select(
            wanted.project_id,
            wanted.municipality,
            sa.literal(AFTER_ALL_MONTHS, sa.Text).label("place"),
            wanted.step.label("status"),
            none.label("kind"),
            none.label("from_month"),
            none.label("last_month"),
        ).where(wanted.project_id.in_(project_ids)),
    )
