"""All statements of learning: those that were accepted, and those that follow from what else is known.

A statement that follows from an event has an id that follows from the event's. Where an attendance is corrected, the
statement of before is void, as is that of a certificate that was withdrawn: it is found by its id alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa

from kyodo_academy.certificates.model import CertificateWithdrawn, CourseCompleted
from kyodo_academy.e_learning.model import ELearningCompleted, UnitCompleted, UnitProgressed, UnitStarted
from kyodo_academy.enrolments.model import AbsenceRecorded, AttendanceRecorded, EnrolmentApplied
from kyodo_academy.quizzes.model import QuizAnswered
from kyodo_academy.statements.model import StatementAccepted
from kyodo_academy.statements.values import (
    ActivityKind,
    Verb,
    course_path,
    e_learning_path,
    quiz_path,
    session_path,
    unit_path,
)
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, RowWrite, View, upsert

statement = sa.Table(
    "xapi_statement",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("statement_id", sa.Text, primary_key=True),
    sa.Column("learner_id", sa.Text, nullable=False),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, comment="of the activity"),
    sa.Column("activity", sa.Text, nullable=False, comment="path under the installation's address"),
    sa.Column("score", sa.Integer, comment="percent"),
    sa.Column("progress", sa.Integer, comment="percent"),
    sa.Column("seconds", sa.BigInteger),
    sa.Column("success", sa.Boolean),
    sa.Column("completion", sa.Boolean),
    sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("source", sa.Text, comment="enrolment or certificate, by which it may become void"),
    sa.Column("void", sa.Boolean, nullable=False),
    sa.Index("xapi_statement_of_learner", "learner_id", "stored_at"),
    sa.Index("xapi_statement_in_order", "stored_at", "statement_id"),
    sa.Index("xapi_statement_by_id", "statement_id"),
    sa.Index("xapi_statement_by_source", "source"),
    info={"private_to": "municipality", "person": "learner_id"},
)
attender = sa.Table(
    "xapi_attender",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("enrolment_id", sa.Text, primary_key=True),
    sa.Column("learner_id", sa.Text, nullable=False),
    sa.Column("session_id", sa.Text, nullable=False),
    info={"private_to": "municipality", "person": "learner_id"},
)

statements = View("xapi statements", statement, attender)

OfUnit = UnitStarted | UnitProgressed | UnitCompleted
_VERBS = {UnitStarted: Verb.INITIALIZED, UnitProgressed: Verb.PROGRESSED, UnitCompleted: Verb.COMPLETED}


@statements.on(StatementAccepted)
def _(rows: Batch[StatementAccepted]) -> RowWrite:
    return _written(
        _row(
            r,
            id=r.stream,
            verb=r.event.verb,
            kind=ActivityKind.UNIT,
            activity=unit_path(r.event.course_id, r.event.unit),
            happened_at=r.event.stated_at or r.at,
            **{name: getattr(r.event, name) for name in ("score", "progress", "seconds", "success", "completion")},
        )
        for r in rows
    )


@statements.on(UnitStarted, UnitProgressed, UnitCompleted)
def _(rows: Batch[OfUnit]) -> RowWrite:
    """What a statement told is not told again."""
    return _written(
        _row(
            r,
            verb=_VERBS[type(r.event)],
            kind=ActivityKind.UNIT,
            activity=unit_path(r.event.course_id, r.event.unit),
            progress=r.event.percent if isinstance(r.event, UnitProgressed) else None,
            seconds=r.event.seconds if isinstance(r.event, UnitProgressed) else None,
            completion=True if isinstance(r.event, UnitCompleted) else None,
        )
        for r in rows
        if r.event.statement_id is None
    )


@statements.on(ELearningCompleted)
def _(rows: Batch[ELearningCompleted]) -> RowWrite:
    return _written(
        _row(
            r,
            verb=Verb.COMPLETED,
            kind=ActivityKind.E_LEARNING,
            activity=e_learning_path(r.event.course_id),
            completion=True,
        )
        for r in rows
    )


@statements.on(QuizAnswered)
def _(rows: Batch[QuizAnswered]) -> RowWrite:
    return _written(
        _row(
            r,
            verb=Verb.PASSED if r.event.passed else Verb.FAILED,
            kind=ActivityKind.QUIZ,
            activity=quiz_path(r.event.quiz_id),
            score=r.event.percent,
            success=r.event.passed,
            completion=True,
        )
        for r in rows
    )


@statements.on(CourseCompleted)
def _(rows: Batch[CourseCompleted]) -> RowWrite:
    return _written(
        _row(
            r,
            verb=Verb.COMPLETED,
            kind=ActivityKind.COURSE,
            activity=course_path(r.event.completed.course_id),
            completion=True,
            source=r.stream,
        )
        for r in rows
    )


@statements.on(CertificateWithdrawn)
def _(rows: Batch[CertificateWithdrawn]) -> AnyWrite:
    return _voided(r.stream for r in rows)


@statements.on(EnrolmentApplied)
def _(rows: Batch[EnrolmentApplied]) -> RowWrite:
    return upsert(
        attender,
        [
            {
                "municipality": r.event.municipality,
                "enrolment_id": r.stream,
                "learner_id": r.event.learner_id,
                "session_id": r.event.session_id,
            }
            for r in rows
        ],
    )


@statements.on(AttendanceRecorded)
def _(rows: Batch[AttendanceRecorded]) -> list[AnyWrite]:
    """Whose attendance it is was said when the enrolment began, in the same stream."""
    last = {r.stream: r.id for r in rows}
    attended = [
        _row(
            r,
            learner_id="",
            verb=Verb.ATTENDED,
            kind=ActivityKind.SESSION,
            activity="",
            progress=r.event.percent,
            completion=True,
            source=r.stream,
            void=last[r.stream] != r.id,
        )
        for r in rows
    ]
    same = sa.and_(attender.c.municipality == statement.c.municipality, attender.c.enrolment_id == statement.c.source)
    whose = (
        statement.update()
        .where(statement.c.learner_id == "", same)
        .values(learner_id=attender.c.learner_id, activity=sa.literal(session_path("")) + attender.c.session_id)
    )
    return [_voided(r.stream for r in rows), _written(attended), whose]


@statements.on(AbsenceRecorded)
def _(rows: Batch[AbsenceRecorded]) -> AnyWrite:
    return _voided(r.stream for r in rows)


def statement_id_of(event_id: object) -> str:
    """The id of the statement that follows from an event."""
    return str(uuid5(NAMESPACE_URL, f"kyodo/xapi/{event_id}"))


def _row(r: Any, **told: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("score", "progress", "seconds", "success", "completion", "source"))
    found = {
        **nothing,
        "municipality": r.event.municipality,
        "learner_id": getattr(r.event, "learner_id", ""),
        "happened_at": r.at,
        "stored_at": r.at,
        "void": False,
        **told,
    }
    return found | {
        "statement_id": found.pop("id", None) or statement_id_of(r.id),
        "verb": told["verb"].value,
        "kind": told["kind"].value,
    }


def _written(rows: Iterable[dict[str, Any]]) -> RowWrite:
    return upsert(statement, rows)


def _voided(sources: Iterable[str]) -> AnyWrite:
    return statement.update().where(statement.c.source.in_(sorted(set(sources)))).values(void=True)


def statements_with(
    *,
    learner_id: str | None = None,
    verb: str | None = None,
    activity: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> sa.Select[Any]:
    """Statements by what they tell; `since` and `until` are of when they were stored."""
    conditions = [
        statement.c.void.is_(False),
        statement.c.learner_id == learner_id if learner_id is not None else None,
        statement.c.verb == verb if verb is not None else None,
        statement.c.activity == activity if activity is not None else None,
        statement.c.stored_at > since if since else None,
        statement.c.stored_at <= until if until else None,
    ]
    return sa.select(statement).where(*(condition for condition in conditions if condition is not None))


def one_statement(statement_id: str, *, void: bool) -> sa.Select[Any]:
    """One statement, or one that is void."""
    return sa.select(statement).where(statement.c.statement_id == statement_id, statement.c.void.is_(void))
