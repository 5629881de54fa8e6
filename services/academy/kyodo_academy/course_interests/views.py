"""Interest in courses: a municipality's own, all for Tokyo, the own for the learner; how many there are, for everybody.

Who was interested stays on record when the course gets its date: from that follows who is told (see reminders).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_academy.course_interests.model import CourseInterestStated, CourseInterestWithdrawn
from kyodo_academy.courses.model import Status
from kyodo_academy.courses.views import course
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch, Recorded
from kyodo_events.views import AnyWrite, RowWrite, View, add_up, change, upsert

course_interest = sa.Table(
    "course_interest",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("course_id", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, primary_key=True, comment="a learner, or once more the municipality"),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("course_interest_in", "course_id"),
    sa.Index("course_interest_of", "holder"),
    info={"private_to": "municipality", "person": "holder"},
)
course_interest_total = sa.Table(
    "course_interest_total",
    metadata,
    sa.Column("course_id", sa.Text, primary_key=True),
    sa.Column("learners", sa.Integer, nullable=False),
    sa.Column("people", sa.Integer, nullable=False),
)

interests = View("course_interests", course_interest, course_interest_total)


@interests.on(CourseInterestStated)
def _(rows: Batch[CourseInterestStated]) -> list[AnyWrite]:
    stated = [{**_key(r), "people": r.event.people, "stated_at": r.at} for r in rows]
    return [upsert(course_interest, stated), _counted((r, r.event.added) for r in rows)]


@interests.on(CourseInterestWithdrawn)
def _(rows: Batch[CourseInterestWithdrawn]) -> list[AnyWrite]:
    withdrawn = [{**_key(r), "people": 0} for r in rows]
    return [change(course_interest, withdrawn), _counted((r, -r.event.people) for r in rows)]


def _counted(added: Any) -> RowWrite:
    return add_up(
        course_interest_total,
        [
            {
                "course_id": r.event.course_id,
                "learners": 0 if _of_municipality(r) else number,
                "people": number if _of_municipality(r) else 0,
            }
            for r, number in added
        ],
    )


def _of_municipality(r: Recorded[Any]) -> bool:
    return bool(r.event.holder == r.event.municipality)


def _key(r: Recorded[Any]) -> dict[str, Any]:
    event = r.event
    return {
        "municipality": event.municipality,
        "course_id": event.course_id,
        "holder": event.holder,
        "version": r.version,
    }


def interests_of(holder: str) -> sa.Select[Any]:
    """What somebody is interested in, with the course as it stands."""
    return (
        sa.select(course_interest, course.c.title_ja, course.c.status, course.c.starts_on)
        .join(course, course.c.id == course_interest.c.course_id)
        .where(course_interest.c.holder == holder, course_interest.c.people > 0)
    )


def interest_by_municipality(course_id: str) -> sa.Select[Any]:
    """How many are interested in a course, where they work."""
    c = course_interest.c
    by_itself = c.holder == c.municipality
    return (
        sa.select(
            c.municipality,
            sa.func.count().filter(sa.not_(by_itself)).label("learners"),
            sa.func.coalesce(sa.func.sum(c.people).filter(by_itself), 0).label("people"),
        )
        .where(c.course_id == course_id, c.people > 0)
        .group_by(c.municipality)
    )


def proposed_courses() -> sa.Select[Any]:
    """Courses without a date, with how many are interested."""
    total = course_interest_total.c
    return (
        sa.select(
            course,
            sa.func.coalesce(total.learners, 0).label("learners"),
            sa.func.coalesce(total.people, 0).label("people"),
        )
        .outerjoin(course_interest_total, total.course_id == course.c.id)
        .where(course.c.status == Status.PROPOSED.value)
    )
