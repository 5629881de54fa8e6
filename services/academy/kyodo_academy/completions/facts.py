"""What is on record of learners and courses, counted in PostgreSQL: for one pair, and for all that have begun.

Facts from before the certificate that stands do not count towards the next one; those that led to a withdrawn one do.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from kyodo_academy.certificates.views import certificate
from kyodo_academy.completion_rules.model import Rule
from kyodo_academy.completion_rules.views import completion_rule
from kyodo_academy.completions.deciding import Facts
from kyodo_academy.enrolments.model import Step
from kyodo_academy.enrolments.views import enrolment
from kyodo_academy.learners.views import learner
from kyodo_academy.quizzes.views import quiz_result
from kyodo_academy.reports.model import ReportStanding
from kyodo_academy.reports.views import course_report
from kyodo_academy.sessions.values import SessionStatus
from kyodo_academy.sessions.views import training_session

BEFORE_ALL: Final = datetime(2000, 1, 1, tzinfo=UTC)


def one_pair(learner_id: str, course_id: str) -> sa.Subquery:
    """A learner and a course."""
    return sa.select(sa.literal(learner_id).label("learner_id"), sa.literal(course_id).label("course_id")).subquery(
        "pair"
    )


def begun_pairs() -> sa.Subquery:
    """All learners with a fact towards a completion, each with its course: whom a chore looks at."""
    attended = sa.and_(enrolment.c.step == Step.ATTENDED.value, training_session.c.status == SessionStatus.HELD.value)
    of_session = training_session.c.session_id == enrolment.c.session_id
    came = sa.select(enrolment.c.learner_id, training_session.c.course_id).join(training_session, of_session)
    passed = sa.select(quiz_result.c.learner_id, quiz_result.c.course_id).where(quiz_result.c.passed)
    accepted = course_report.c.standing == ReportStanding.ACCEPTED.value
    wrote = sa.select(course_report.c.learner_id, course_report.c.course_id).where(accepted)
    return sa.union(came.where(attended), passed, wrote).subquery("pair")


def facts_of(pair: sa.Subquery) -> sa.Select[Any]:
    """The facts of each pair, beside the rule of its course; no row where the course has no rule."""
    since = _since(pair)
    its = sa.and_(training_session.c.course_id == pair.c.course_id, training_session.c.starts_at > since)
    held = training_session.c.status == SessionStatus.HELD.value
    to_come = training_session.c.status.in_([SessionStatus.PLANNED.value, SessionStatus.OPEN.value])
    percents = (
        sa.select(sa.func.coalesce(sa.func.jsonb_agg(enrolment.c.percent), sa.text("'[]'::jsonb")))
        .select_from(enrolment.join(training_session, training_session.c.session_id == enrolment.c.session_id))
        .where(its, held, enrolment.c.learner_id == pair.c.learner_id, enrolment.c.step == Step.ATTENDED.value)
        .correlate(pair)
        .scalar_subquery()
    )
    passed = sa.exists().where(
        quiz_result.c.learner_id == pair.c.learner_id,
        quiz_result.c.quiz_id == completion_rule.c.quiz_id,
        quiz_result.c.passed,
        quiz_result.c.answered_at > since,
    )
    report = (
        sa.select(course_report.c.standing)
        .where(course_report.c.learner_id == pair.c.learner_id, course_report.c.course_id == pair.c.course_id)
        .where(sa.func.coalesce(course_report.c.judged_at, course_report.c.handed_in_at) > since)
        .correlate(pair)
        .scalar_subquery()
    )
    return (
        sa.select(
            pair.c.learner_id,
            pair.c.course_id,
            completion_rule,
            _number_of(its, held, pair).label("held"),
            _number_of(its, to_come, pair).label("to_come"),
            percents.label("percents"),
            passed.label("quiz_passed"),
            report.label("report_standing"),
        )
        .select_from(pair)
        .join(completion_rule, completion_rule.c.course_id == pair.c.course_id)
    )


def waiting_ones() -> sa.Select[Any]:
    """The facts of all who have begun and whose last certificate, if any, may be followed by another one."""
    pair = begun_pairs()
    here = sa.exists().where(learner.c.learner_id == pair.c.learner_id, sa.not_(learner.c.gone))
    lasting = sa.or_(certificate.c.valid_until.is_(None), certificate.c.withdrawn)
    newest = certificate.c.round == _newest(pair)
    settled = sa.exists().where(_of(pair), newest, lasting)
    return facts_of(pair).where(here, sa.not_(settled))


def as_facts(row: Any) -> Facts:
    """A row of `facts_of` as the rule takes it."""
    report = ReportStanding(row["report_standing"]) if row["report_standing"] else None
    return Facts(row["held"], row["to_come"], row["percents"], row["quiz_passed"], report)


def as_rule(row: Any) -> Rule:
    """The rule in a row of `facts_of`."""
    return Rule(**{name: row[name] for name in Rule.model_fields})


def completed_with(report_id: str) -> sa.Select[Any]:
    """Whether a certificate was issued since the report was judged."""
    its = sa.and_(
        certificate.c.learner_id == course_report.c.learner_id, certificate.c.course_id == course_report.c.course_id
    )
    issued = sa.exists().where(its, certificate.c.issued_at >= course_report.c.judged_at)
    return sa.select(issued).where(course_report.c.report_id == report_id)


def _number_of(its: sa.ColumnElement[bool], status: sa.ColumnElement[bool], pair: sa.Subquery) -> Any:
    return sa.select(sa.func.count()).select_from(training_session).where(its, status).correlate(pair).scalar_subquery()


def _since(pair: sa.Subquery) -> Any:
    stands = sa.select(sa.func.max(certificate.c.issued_at)).where(_of(pair), sa.not_(certificate.c.withdrawn))
    return sa.func.coalesce(stands.correlate(pair).scalar_subquery(), sa.literal(BEFORE_ALL))


def _newest(pair: sa.Subquery) -> Any:
    rounds = certificate.alias("rounds")
    its = sa.and_(rounds.c.learner_id == pair.c.learner_id, rounds.c.course_id == pair.c.course_id)
    return sa.select(sa.func.max(rounds.c.round)).where(its).correlate(pair).scalar_subquery()


def _of(pair: sa.Subquery) -> sa.ColumnElement[bool]:
    return sa.and_(certificate.c.learner_id == pair.c.learner_id, certificate.c.course_id == pair.c.course_id)
