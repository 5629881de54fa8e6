"""What stands in the calendar. Each kind of thing that takes place is one select of the same columns.

`sources` is where they are joined.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from kyodo_academy.calendar.model import EntryKind
from kyodo_academy.enrolments.values import EnrolmentStatus
from kyodo_academy.enrolments.views import enrolment, status_at
from kyodo_academy.precedent_meetings.values import MeetingStatus
from kyodo_academy.precedent_meetings.views import meeting, meetings_for
from kyodo_academy.seminars.views import programme, seminars_for
from kyodo_academy.sessions.values import SessionStatus
from kyodo_academy.sessions.views import training_session
from kyodo_academy.visibility import Audience
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.values.municipalities import TOKYO

BOOKED = (EnrolmentStatus.CONFIRMED, EnrolmentStatus.OFFERED, EnrolmentStatus.WAITLISTED, EnrolmentStatus.ATTENDED)
SURE = (EnrolmentStatus.CONFIRMED, EnrolmentStatus.ATTENDED)
TAKES_PLACE = (SessionStatus.OPEN, SessionStatus.HELD)


def sources(audience: Audience, now: datetime, learner_id: str | None) -> list[sa.Select[Any]]:
    """What there is for an audience; of the sessions those alone that a learner has applied for, where one is named."""
    sessions = _sessions() if learner_id is None else _sessions_of(learner_id, now)
    return [sessions, _seminars(audience), _meetings(audience)]


def entries_between(
    audience: Audience, first: date, last: date, now: datetime, learner_id: str | None = None
) -> sa.Select[Any]:
    """The calendar between two days in Tokyo, both included. Order it by `by_time`."""
    each = sa.union_all(*sources(audience, now, learner_id)).subquery("calendar")
    begins, ends = (datetime.combine(day, time.min, TOKYO_TIME) for day in (first, last + timedelta(days=1)))
    return sa.select(each).where(each.c.starts_at >= begins, each.c.starts_at < ends)


def by_time(entries: sa.Select[Any]) -> list[sa.ColumnElement[Any]]:
    """The order of the calendar."""
    columns = entries.selected_columns
    return [columns.starts_at, columns.kind, columns.id]


def _sessions() -> sa.Select[Any]:
    c = training_session.c
    takes_place = c.status.in_([status.value for status in TAKES_PLACE])
    return _entry(EntryKind.SESSION, c.session_id, c, sa.null(), sa.false()).where(takes_place)


def _sessions_of(learner_id: str, now: datetime) -> sa.Select[Any]:
    c = training_session.c
    unsure = status_at(now).not_in([status.value for status in SURE])
    booked = status_at(now).in_([status.value for status in BOOKED])
    return (
        _entry(EntryKind.SESSION, c.session_id, c, sa.null(), unsure)
        .join(enrolment, enrolment.c.session_id == c.session_id)
        .where(enrolment.c.learner_id == learner_id, booked, c.status.in_([status.value for status in TAKES_PLACE]))
    )


def _seminars(audience: Audience) -> sa.Select[Any]:
    c = programme.c
    told = seminars_for(audience).where(sa.not_(c.cancelled))
    columns = _entry(EntryKind.SEMINAR, c.seminar_id, c, c.online_url, sa.false()).selected_columns
    return told.with_only_columns(*columns)


def _meetings(audience: Audience) -> sa.Select[Any]:
    c = meeting.c
    link = c.content["link"].astext if audience.official else sa.null()
    return (
        meetings_for(audience)
        .where(c.status != MeetingStatus.CANCELLED.value)
        .with_only_columns(
            sa.literal(EntryKind.MEETING.value).label("kind"),
            c.meeting_id.label("id"),
            sa.literal(TOKYO).label("host"),
            c.content["title_ja"].astext.label("title_ja"),
            c.starts_at,
            sa.cast(c.content["ends_at"].astext, sa.DateTime(timezone=True)).label("ends_at"),
            sa.cast(sa.null(), sa.Text).label("place_ja"),
            link.label("online_url"),
            sa.false().label("tentative"),
        )
    )


def _entry(
    kind: EntryKind,
    id_: sa.ColumnElement[str],
    of: Any,
    online_url: sa.ColumnElement[Any],
    tentative: sa.ColumnElement[bool],
) -> sa.Select[Any]:
    """The columns of an entry, of something that has a host, a title, a place and times."""
    return sa.select(
        sa.literal(kind.value).label("kind"),
        id_.label("id"),
        of.host,
        of.title_ja,
        of.starts_at,
        of.ends_at,
        of.place_ja,
        sa.cast(online_url, sa.Text).label("online_url"),
        tentative.label("tentative"),
    )
