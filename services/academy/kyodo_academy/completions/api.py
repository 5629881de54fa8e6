"""Completions over HTTP: how far a learner is, a certificate on request, and the learner's record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import sqlalchemy as sa

from kyodo_academy.certificates.model import Certificate, standing
from kyodo_academy.certificates.schemas import CertificateOut
from kyodo_academy.certificates.views import certificate, certificates_of
from kyodo_academy.completion_rules.model import NoCompletionRule
from kyodo_academy.completions.deciding import share_of
from kyodo_academy.completions.issuing import CompletionWithdrawn, NotCompleted, Progress, issue, progress_of
from kyodo_academy.completions.schemas import CompletionOut, GainedOut, IssuedOut, RecordOut, TrainedOut
from kyodo_academy.enrolments.model import Step
from kyodo_academy.enrolments.views import enrolment
from kyodo_academy.learners.api import LearnerOut
from kyodo_academy.learners.model import LearnerIsGone
from kyodo_academy.learners.views import learners_with
from kyodo_academy.sessions.views import training_session
from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role, secretariat
from kyodo_platform.resources import Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1/learners/{learner_id}", tags=["completions"])

the_learner = person_of("learner_id", Role.LEARNER)
readers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT, Role.AUDITOR)

NEWEST: Final = 500
"""As many certificates and attendances a record shows, the newest ones."""


@router.get("/completions/{course_id}", allow=the_learner | readers, raises=[NoCompletionRule])
async def read_completion(learner_id: Id, course_id: Id, commands: Commands, reader: Reader) -> CompletionOut:
    """How far a learner is with a course, and in words what is still missing."""
    await _seen(reader, learner_id)
    return _told(learner_id, course_id, await progress_of(commands, reader.tx, learner_id, course_id), commands.today)


@router.post(
    "/completions/{course_id}",
    allow=the_learner | secretariat,
    raises=[LearnerIsGone, NoCompletionRule, NotCompleted, CompletionWithdrawn],
    acts_for_all=True,
)
async def complete(learner_id: Id, course_id: Id, commands: Commands, reader: Reader) -> CompletionOut:
    """Have the certificate issued without waiting for it; where one stands already, it is that one."""
    await _seen(reader, learner_id)
    by_secretariat = Role.SECRETARIAT in commands.identity.roles
    await issue(commands, reader.tx, learner_id, course_id, by_secretariat=by_secretariat)
    return _told(learner_id, course_id, await progress_of(commands, reader.tx, learner_id, course_id), commands.today)


@router.get("/record", allow=the_learner | readers)
async def read_record(learner_id: Id, commands: Commands, reader: Reader) -> RecordOut:
    """What a learner has to show: completions, the skills gained by them, and what was attended."""
    learner = await _seen(reader, learner_id)
    newest = certificates_of(learner_id).order_by(certificate.c.issued_at.desc()).limit(NEWEST)
    issued = [CertificateOut.model_validate(dict(row)) for row in await reader.tx.rows(reader.own(newest))]
    attended = [TrainedOut.model_validate(dict(row)) for row in await reader.tx.rows(reader.own(_attended(learner_id)))]
    return RecordOut(
        learner_id=learner_id,
        pseudonym=learner.pseudonym,
        completions=[_issued(one, commands.today) for one in issued],
        skills=_skills(issued, commands.today),
        attendances=attended,
    )


async def _seen(reader: ReadSession, learner_id: str) -> LearnerOut:
    """The learner. Raises NotFound for one whom the caller may not see."""
    return await reader.one(LearnerOut, learners_with(learner_id), what="learner", id=learner_id)


def _told(learner_id: str, course_id: str, progress: Progress, today: date) -> CompletionOut:
    rule, last = progress.rule.known, progress.last
    shown = _last(last, today) if last else None
    return CompletionOut(
        learner_id=learner_id,
        course_id=course_id,
        completed=shown is not None and shown.standing == "valid",
        certificate=shown,
        rule_edition=progress.rule.edition,
        criteria_ja=rule.words_ja,
        held=progress.facts.held,
        to_come=progress.facts.to_come,
        attendance_percent=share_of(rule, progress.facts),
        lacking=progress.lacks,
    )


def _last(last: Certificate, today: date) -> IssuedOut:
    issued = last.issued
    return IssuedOut(
        certificate_id=last.id,
        course_id=issued.completed.course_id,
        title_ja=issued.completed.title_ja,
        number=issued.number,
        issued_on=tokyo_date(issued.issued_at),
        valid_until=issued.valid_until,
        standing=last.standing_on(today),
    )


def _issued(one: CertificateOut, today: date) -> IssuedOut:
    now = standing(withdrawn=one.withdrawn, valid_until=one.valid_until, today=today)
    return IssuedOut(standing=now, **one.model_dump(include=set(IssuedOut.model_fields)))


def _skills(issued: Sequence[CertificateOut], today: date) -> list[GainedOut]:
    """Each skill once, by the newest certificate that says so; none by a withdrawn one."""
    gained: dict[tuple[str, str, str], GainedOut] = {}
    for one in issued:
        current = _issued(one, today).standing == "valid"
        for skill in () if one.withdrawn else one.skills:
            told = GainedOut(course_id=one.course_id, gained_on=one.issued_on, current=current, **skill.model_dump())
            gained.setdefault((skill.scheme, skill.version, skill.code), told)
    return sorted(gained.values(), key=lambda skill: (skill.scheme, skill.version, skill.code))


def _attended(learner_id: str) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(
            enrolment.c.session_id,
            training_session.c.course_id,
            training_session.c.title_ja,
            training_session.c.starts_at,
            enrolment.c.percent,
        )
        .join(training_session, training_session.c.session_id == enrolment.c.session_id)
        .where(enrolment.c.learner_id == learner_id, enrolment.c.step == Step.ATTENDED.value)
        .order_by(training_session.c.starts_at.desc(), enrolment.c.session_id)
        .limit(NEWEST)
    )
