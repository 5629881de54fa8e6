"""What governments see of working groups."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.tables import metadata
from kyodo_procurement.working_groups.model import (
    ApproachProposed,
    ApproachRecommended,
    GroupMemberJoined,
    GroupMemberLeft,
    GroupMet,
    IssueRaised,
    IssueResolved,
    WorkingGroupOpened,
)

group = sa.Table(
    "working_group",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("theme_ja", sa.Text, nullable=False),
    sa.Column("recommended", JSONB),
    sa.Column("version", sa.Integer, nullable=False),
)

member = sa.Table(  # a row for each municipality that takes part now
    "working_group_member",
    metadata,
    sa.Column("group_id", sa.Text, primary_key=True),
    sa.Column("member", sa.Text, primary_key=True),
    sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
)

meeting = sa.Table(
    "working_group_meeting",
    metadata,
    sa.Column("group_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("held_on", sa.Date, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("recorded_by", sa.Text, nullable=False),
)

issue = sa.Table(
    "working_group_issue",
    metadata,
    sa.Column("group_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("raised_by", sa.Text, nullable=False),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("resolution", sa.Text),
    sa.Column("resolved_at", sa.DateTime(timezone=True)),
)

approach = sa.Table(
    "working_group_approach",
    metadata,
    sa.Column("group_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("recommended_at", sa.DateTime(timezone=True)),
)

groups = View("working_groups", group, member, meeting, issue, approach)


@groups.on(WorkingGroupOpened)
def _(rows: Batch[WorkingGroupOpened]) -> RowWrite:
    return upsert(group, [{"id": r.stream, "theme_ja": r.event.theme_ja, "version": r.version} for r in rows])


@groups.on(GroupMemberJoined)
def _(rows: Batch[GroupMemberJoined]) -> list[RowWrite | RowChange]:
    joined = [{"group_id": r.stream, "member": r.event.municipality, "joined_at": r.at} for r in rows]
    return [upsert(member, joined), _moved(rows)]


@groups.on(GroupMemberLeft)
def _(rows: Batch[GroupMemberLeft]) -> list[sa.Delete | RowChange]:
    left = [(r.stream, r.event.municipality) for r in rows]
    return [member.delete().where(sa.tuple_(member.c.group_id, member.c.member).in_(left)), _moved(rows)]


@groups.on(GroupMet)
def _(rows: Batch[GroupMet]) -> list[RowWrite | RowChange]:
    met = [{"group_id": r.stream, "number": r.event.meeting, **r.event.model_dump(exclude={"meeting"})} for r in rows]
    return [upsert(meeting, met), _moved(rows)]


@groups.on(IssueRaised)
def _(rows: Batch[IssueRaised]) -> list[RowWrite | RowChange]:
    raised = [
        {
            "group_id": r.stream,
            "number": r.event.issue,
            "raised_by": r.event.municipality,
            "title_ja": r.event.matter.title_ja,
            "text": r.event.matter.text,
            "raised_at": r.at,
        }
        for r in rows
    ]
    return [upsert(issue, raised), _moved(rows)]


@groups.on(IssueResolved)
def _(rows: Batch[IssueResolved]) -> list[RowChange]:
    resolved = [
        {"group_id": r.stream, "number": r.event.issue, "resolution": r.event.resolution, "resolved_at": r.at}
        for r in rows
    ]
    return [change(issue, resolved), _moved(rows)]


@groups.on(ApproachProposed)
def _(rows: Batch[ApproachProposed]) -> list[RowWrite | RowChange]:
    proposed = [
        {
            "group_id": r.stream,
            "number": r.event.approach,
            "proposed_by": r.event.municipality,
            "title_ja": r.event.matter.title_ja,
            "text": r.event.matter.text,
            "proposed_at": r.at,
        }
        for r in rows
    ]
    return [upsert(approach, proposed), _moved(rows)]


@groups.on(ApproachRecommended)
def _(rows: Batch[ApproachRecommended]) -> list[RowChange]:
    adopted = [{"group_id": r.stream, "number": r.event.recommendation.approach, "recommended_at": r.at} for r in rows]
    latest = [
        {"id": r.stream, "recommended": r.event.recommendation.model_dump(mode="json"), "version": r.version}
        for r in rows
    ]
    return [change(approach, adopted), change(group, latest)]


def _moved(rows: Batch[Any]) -> RowChange:
    return change(group, [{"id": r.stream, "version": r.version} for r in rows])


def groups_by(municipality: str | None, recommended: bool | None) -> sa.Select[Any]:
    """The groups that a municipality takes part in, those that recommend an approach or do not yet, or all."""
    members = sa.func.jsonb_agg(aggregate_order_by(member.c.member, member.c.member))
    open_issues = sa.func.jsonb_agg(aggregate_order_by(issue.c.number, issue.c.number))
    query = sa.select(
        group,
        _list_of(members, member.c.group_id == group.c.id).label("members"),
        _list_of(open_issues, issue.c.group_id == group.c.id, issue.c.resolution.is_(None)).label("open_issues"),
    )
    if municipality:
        query = query.where(group.c.id.in_(sa.select(member.c.group_id).where(member.c.member == municipality)))
    if recommended is not None:
        query = query.where(group.c.recommended.is_not(None) if recommended else group.c.recommended.is_(None))
    return query


def group_of(group_id: str) -> sa.Select[Any]:
    """One group."""
    return groups_by(None, None).where(group.c.id == group_id)


def meetings_of(group_id: str) -> sa.Select[Any]:
    """A group's meetings."""
    return sa.select(meeting).where(meeting.c.group_id == group_id)


def issues_of(group_id: str, is_open: bool | None) -> sa.Select[Any]:
    """A group's issues: those that are open, those that are resolved, or all."""
    query = sa.select(issue).where(issue.c.group_id == group_id)
    if is_open is not None:
        query = query.where(issue.c.resolution.is_(None) if is_open else issue.c.resolution.is_not(None))
    return query


def approaches_of(group_id: str) -> sa.Select[Any]:
    """The approaches proposed in a group."""
    return sa.select(approach).where(approach.c.group_id == group_id)


def _list_of(what: sa.ColumnElement[Any], *which: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    none: sa.ColumnElement[Any] = sa.literal_column("'[]'::jsonb")
    return sa.select(sa.func.coalesce(what, none)).where(*which).correlate(group).scalar_subquery()
