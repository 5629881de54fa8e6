"""Feeds as rows, and the calendar that they show: what is arranged with an expert, and when the expert is absent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, View, change, upsert
from kyodo_talent.assignments.state import AssignmentStatus
from kyodo_talent.assignments.tables import assignment, line
from kyodo_talent.experts.views import expert
from kyodo_talent.feeds.entries import EntryKind
from kyodo_talent.feeds.model import FeedOpened, FeedRevoked
from kyodo_talent.schedules.tables import schedule
from kyodo_talent.tables import metadata

feed = sa.Table(
    "feed",
    metadata,
    sa.Column("expert_id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, comment="of the token that is good; null where none is"),
    sa.Column("opened_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("feed_by_digest", "digest", unique=True),
)

feeds = View("feeds", feed)

NOT_IN_THE_CALENDAR = (AssignmentStatus.DECLINED.value,)


@feeds.on(FeedOpened)
def _(rows: Batch[FeedOpened]) -> AnyWrite:
    return upsert(
        feed,
        [{"expert_id": r.stream, "digest": r.event.digest, "opened_at": r.at, "version": r.version} for r in rows],
    )


@feeds.on(FeedRevoked)
def _(rows: Batch[FeedRevoked]) -> AnyWrite:
    return change(
        feed, [{"expert_id": r.stream, "digest": None, "opened_at": None, "version": r.version} for r in rows]
    )


def feed_of(expert_id: str) -> sa.Select[Any]:
    """An expert's feed, open or revoked."""
    return sa.select(feed, feed.c.digest.is_not(None).label("is_open")).where(feed.c.expert_id == expert_id)


def owner_of(digest: str) -> sa.Select[Any]:
    """Whose calendar a token opens: nobody's where it was revoked, or the expert's data were erased."""
    query = sa.select(feed.c.expert_id).join(expert, expert.c.id == feed.c.expert_id)
    return query.where(feed.c.digest == digest, sa.not_(expert.c.erased))


def entries_between(expert_id: str, first: date, last: date, now: datetime) -> sa.Select[Any]:
    """What stands in an expert's calendar between two days; a hold that has lapsed does not."""
    either = sa.union_all(_lines(expert_id, now), _absences(expert_id)).subquery("entry")
    return sa.select(either).where(either.c.from_day <= last, either.c.until_day >= first)


def _lines(expert_id: str, now: datetime) -> sa.Select[Any]:
    """The half-days of a municipality in a month, on the days of the month that the assignment covers."""
    first = sa.func.to_date(line.c.month, "YYYY-MM")
    last = sa.cast(first + sa.text("interval '1 month - 1 day'"), sa.Date)
    has_lapsed = sa.and_(assignment.c.status == AssignmentStatus.HELD.value, assignment.c.expires_at <= now)
    return (
        sa.select(
            sa.literal(EntryKind.ASSIGNMENT.value).label("kind"),
            sa.func.concat_ws("-", line.c.assignment_id, line.c.municipality, line.c.month).label("entry_id"),
            sa.func.greatest(first, assignment.c.from_day).label("from_day"),
            sa.func.least(last, assignment.c.until_day).label("until_day"),
            line.c.municipality,
            line.c.half_days,
            assignment.c.status,
            line.c.assignment_id,
        )
        .join(assignment, assignment.c.assignment_id == line.c.assignment_id)
        .where(
            line.c.expert_id == expert_id,
            line.c.half_days > 0,
            assignment.c.status.not_in(NOT_IN_THE_CALENDAR),
            sa.not_(sa.func.coalesce(has_lapsed, sa.false())),
        )
    )


def _absences(expert_id: str) -> sa.Select[Any]:
    absence = sa.func.jsonb_array_elements(schedule.c.absences).table_valued(sa.column("value", JSONB), name="absence")
    value = absence.c.value
    return (
        sa.select(
            sa.literal(EntryKind.ABSENCE.value),
            sa.func.concat_ws("-", schedule.c.expert_id, "absence", value["number"].astext),
            value["from_day"].astext.cast(sa.Date),
            value["until_day"].astext.cast(sa.Date),
            sa.cast(sa.null(), sa.Text),
            sa.cast(sa.null(), sa.Integer),
            sa.cast(sa.null(), sa.Text),
            sa.cast(sa.null(), sa.Text),
        )
        .select_from(schedule.join(absence, sa.true()))
        .where(schedule.c.expert_id == expert_id)
    )
