"""Certificates are issued once a learner has completed a course: on request, and by themselves.

A chore looks at all who have begun. Where a completion does not expire it is issued once; where it does, completing the
course again leads to a further certificate with its own number. After a withdrawal nothing is issued but by the
secretariat.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kyodo_academy.certificates.model import Certificate, Completed, Standing, certificate_id
from kyodo_academy.certificates.views import NEXT_STATUS, certificate, certificates_of
from kyodo_academy.completion_rules.model import CompletionRule
from kyodo_academy.completions.deciding import Facts, Lack, lacking, share_of
from kyodo_academy.completions.facts import as_facts, as_rule, facts_of, one_pair, waiting_ones
from kyodo_academy.courses.model import Course
from kyodo_academy.learners.model import Learner
from kyodo_events.database import Transaction
from kyodo_events.errors import Refused, require
from kyodo_platform.chores import Chore
from kyodo_platform.commands import CommandBus

MOST: Final = 500


class NotCompleted(Refused):
    status, type = 409, "course-not-completed"
    title = "The course is not completed yet (修了要件を満たしていない)"
    detail = "{missing}"
    remedy = "Do what is missing; the certificate is issued by itself then."


class CompletionWithdrawn(Refused):
    status, type = 409, "completion-withdrawn"
    title = "The completion was withdrawn (修了の取消し)"
    remedy = "Ask the secretariat, which alone issues another certificate."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a learner is: what is counted towards the next certificate, and what it lacks."""

    rule: CompletionRule
    facts: Facts
    last: Certificate | None

    @property
    def lacks(self) -> list[Lack]:
        """What is still missing."""
        return lacking(self.rule.known, self.facts)


async def progress_of(commands: CommandBus, tx: Transaction, learner_id: str, course_id: str) -> Progress:
    """How far a learner is with a course. Raises NotFound for an unknown course, NoCompletionRule."""
    await commands.read(Course, course_id)
    rule = await commands.read_or_new(CompletionRule, course_id)
    row = await tx.row(facts_of(one_pair(learner_id, course_id)))
    newest = certificates_of(learner_id, course_id=course_id).order_by(certificate.c.round.desc()).limit(1)
    before = await tx.row(newest)
    last = await commands.read(Certificate, before["certificate_id"]) if before else None
    return Progress(rule, as_facts(row) if row else Facts(), last)


async def issue(
    commands: CommandBus, tx: Transaction, learner_id: str, course_id: str, *, by_secretariat: bool
) -> Certificate:
    """Issue a certificate, or answer with the one that stands.

    Raises LearnerIsGone, NoCompletionRule, NotCompleted, CompletionWithdrawn.
    """
    learner = (await commands.read(Learner, learner_id)).here()
    progress = await progress_of(commands, tx, learner_id, course_id)
    rule, last = progress.rule.known, progress.last
    if last is not None:
        require(by_secretariat or not last.withdrawn, CompletionWithdrawn())
        stands = last.standing_on(commands.today) is Standing.VALID
        if stands and (progress.lacks or last.issued.valid_until is None):
            return last
    require(not progress.lacks, NotCompleted(missing="、".join(one.words_ja for one in progress.lacks)))
    course = await commands.read(Course, course_id)
    completed = Completed(
        course_id=course_id,
        title_ja=course.title_ja,
        contents_version=course.contents_version,
        skills=course.skills,
        rule_edition=progress.rule.edition,
        criteria_ja=tuple(rule.words_ja),
        attendance_percent=share_of(rule, progress.facts),
    )
    round_, status = last.issued.round + 1 if last else 1, await tx.scalar(NEXT_STATUS)
    return await commands.on_or_new(
        Certificate,
        certificate_id(course_id, learner_id, round_),
        lambda one: one.certify(
            learner.municipality, learner_id, round_, completed, rule.valid_months, status, commands.now
        ),
    )


async def _due(tx: Transaction, now: datetime) -> list[str]:
    """Who has completed a course and has no certificate of it yet, each as 'learner/course'."""
    rows = await tx.rows(waiting_ones())
    reached = (row for row in rows if not lacking(as_rule(row), as_facts(row)))
    return sorted(f"{row['learner_id']}/{row['course_id']}" for row in reached)[:MOST]


async def _issue(commands: CommandBus, tx: Transaction, id_: str) -> None:
    learner_id, course_id = id_.split("/")
    await issue(commands, tx, learner_id, course_id, by_secretariat=False)


issuing = Chore("issuing", _due, _issue)
