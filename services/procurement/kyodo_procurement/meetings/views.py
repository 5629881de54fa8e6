"""What people see of the forum's meetings; all of it is public."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.meetings.events import (
    AgendaSet,
    Assembly,
    ConfirmationEntered,
    ConfirmationRecorded,
    ConfirmationSuperseded,
    MaterialAdded,
    MaterialWithdrawn,
    MeetingConvened,
    MinutesCorrected,
    MinutesRecorded,
)
from kyodo_procurement.tables import metadata

meeting = sa.Table(
    "meeting",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("held_on", sa.Date, nullable=False),
    sa.Column("place", sa.Text),
    sa.Column("agenda", JSONB, nullable=False),
    sa.Column("minutes_sha256", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
)

material = sa.Table(
    "meeting_material",
    metadata,
    sa.Column("meeting_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("withdrawn_because", sa.Text),
)

minutes = sa.Table(  # every text the minutes ever had, by the version of the meeting that it came with
    "meeting_minutes",
    metadata,
    sa.Column("meeting_id", sa.Text, primary_key=True),
    sa.Column("meeting_version", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
)

confirmation = sa.Table(  # a column for each assembly, with the day on which it recorded the confirmation
    "meeting_confirmation",
    metadata,
    sa.Column("meeting_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("text_ja", sa.Text, nullable=False),
    sa.Column("special_wards", sa.Date),
    sa.Column("cities", sa.Date),
    sa.Column("towns_and_villages", sa.Date),
    sa.Column("superseded_by", sa.Text),
    sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
)

meetings = View("meetings", meeting, material, minutes, confirmation)


@meetings.on(MeetingConvened)
def _(rows: Batch[MeetingConvened]) -> RowWrite:
    return upsert(
        meeting,
        [
            {
                "id": r.stream,
                "title_ja": r.event.title_ja,
                "held_on": r.event.held_on,
                "place": r.event.place,
                "agenda": [],
                "version": r.version,
            }
            for r in rows
        ],
    )


@meetings.on(AgendaSet)
def _(rows: Batch[AgendaSet]) -> RowChange:
    return change(meeting, [{"id": r.stream, "agenda": r.event.items, "version": r.version} for r in rows])


@meetings.on(MaterialAdded)
def _(rows: Batch[MaterialAdded]) -> list[RowWrite | RowChange]:
    added = [
        {
            "meeting_id": r.stream,
            "number": r.event.material,
            "title_ja": r.event.title_ja,
            "sha256": r.event.sha256,
            "link": r.event.link,
        }
        for r in rows
    ]
    return [upsert(material, added), _moved(rows)]


@meetings.on(MaterialWithdrawn)
def _(rows: Batch[MaterialWithdrawn]) -> list[RowChange]:
    withdrawn = [
        {"meeting_id": r.stream, "number": r.event.material, "withdrawn_because": r.event.reason} for r in rows
    ]
    return [change(material, withdrawn), _moved(rows)]


@meetings.on(MinutesRecorded, MinutesCorrected)
def _(rows: Batch[MinutesRecorded | MinutesCorrected]) -> list[RowWrite | RowChange]:
    texts = [
        {
            "meeting_id": r.stream,
            "meeting_version": r.version,
            "text": r.event.text,
            "sha256": r.event.sha256,
            "reason": r.event.reason if isinstance(r.event, MinutesCorrected) else None,
            "recorded_at": r.at,
        }
        for r in rows
    ]
    latest = [{"id": r.stream, "minutes_sha256": r.event.sha256, "version": r.version} for r in rows]
    return [upsert(minutes, texts), change(meeting, latest)]


@meetings.on(ConfirmationEntered)
def _(rows: Batch[ConfirmationEntered]) -> list[RowWrite | RowChange]:
    entered = [
        {"meeting_id": r.stream, "number": r.event.confirmation, "text_ja": r.event.text_ja, "entered_at": r.at}
        for r in rows
    ]
    return [upsert(confirmation, entered), _moved(rows)]


@meetings.on(ConfirmationRecorded)
def _(rows: Batch[ConfirmationRecorded]) -> list[RowChange]:
    """Each assembly has its column, so each is a statement of its own."""
    by_assembly = [
        change(
            confirmation,
            [
                {"meeting_id": r.stream, "number": r.event.confirmation, assembly.value: r.event.recorded_on}
                for r in rows
                if r.event.assembly is assembly
            ],
        )
        for assembly in Assembly
    ]
    return [*by_assembly, _moved(rows)]


@meetings.on(ConfirmationSuperseded)
def _(rows: Batch[ConfirmationSuperseded]) -> list[RowChange]:
    superseded = [
        {"meeting_id": r.stream, "number": r.event.confirmation, "superseded_by": r.event.by_ja} for r in rows
    ]
    return [change(confirmation, superseded), _moved(rows)]


def _moved(rows: Batch[Any]) -> RowChange:
    return change(meeting, [{"id": r.stream, "version": r.version} for r in rows])


def meetings_by(held_from: date | None, held_until: date | None) -> sa.Select[Any]:
    """The meetings of a period, or all, with their materials and confirmations in the order of their numbers."""
    query = sa.select(meeting, _list_of(material).label("materials"), _list_of(confirmation).label("confirmations"))
    if held_from:
        query = query.where(meeting.c.held_on >= held_from)
    if held_until:
        query = query.where(meeting.c.held_on <= held_until)
    return query


def meeting_of(meeting_id: str) -> sa.Select[Any]:
    """One meeting."""
    return meetings_by(None, None).where(meeting.c.id == meeting_id)


def confirmations_by(citable: bool | None, assembly: Assembly | None) -> sa.Select[Any]:
    """The confirmations of all meetings: those that may be cited or may not, those an assembly recorded, or all."""
    query = sa.select(confirmation, meeting.c.title_ja, meeting.c.held_on).join_from(
        confirmation, meeting, meeting.c.id == confirmation.c.meeting_id
    )
    if citable is not None:
        query = query.where(
            confirmation.c.superseded_by.is_(None) if citable else confirmation.c.superseded_by.is_not(None)
        )
    if assembly:
        query = query.where(confirmation.c[assembly.value].is_not(None))
    return query


def minutes_of(meeting_id: str) -> sa.Select[Any]:
    """Every text the minutes of a meeting ever had."""
    return sa.select(minutes).where(minutes.c.meeting_id == meeting_id)


def _list_of(table: sa.Table) -> sa.ScalarSelect[Any]:
    row: sa.ColumnElement[Any] = sa.func.to_jsonb(sa.literal_column(table.name))
    none: sa.ColumnElement[Any] = sa.literal_column("'[]'::jsonb")
    return (
        sa.select(sa.func.coalesce(sa.func.jsonb_agg(aggregate_order_by(row, table.c.number)), none))
        .where(table.c.meeting_id == meeting.c.id)
        .correlate(meeting)
        .scalar_subquery()
    )
