"""Quizzes over HTTP: written by those in charge of a course, attempted and answered by learners."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from kyodo_academy.courses.model import Course
from kyodo_academy.e_learning.learning import quiz_was_passed
from kyodo_academy.learners.model import Learner, LearnerIsGone
from kyodo_academy.lecturers.api import in_charge, onlookers, require_in_charge
from kyodo_academy.quizzes.model import (
    AnsweredTwice,
    NoAttemptLeft,
    NotAsked,
    NotOffered,
    Quiz,
    QuizAnsweredAlready,
    QuizAttempt,
    attempt_id,
)
from kyodo_academy.quizzes.schemas import (
    AnswersIn,
    AttemptOut,
    QuizContentsIn,
    QuizContentsOut,
    QuizIn,
    QuizOut,
    QuizResultOut,
)
from kyodo_academy.quizzes.values import MOST_ATTEMPTS
from kyodo_academy.quizzes.views import attempts_at, quiz, quiz_result, results_of
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, public, role
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1/quizzes", tags=["quizzes"])
attempting = Router(prefix="/v1/learners/{learner_id}/quizzes/{quiz_id}/attempts", tags=["quizzes"])
results = Router(prefix="/v1/learners/{learner_id}/quiz-results", tags=["quizzes"])

the_learner = person_of("learner_id", Role.LEARNER)
readers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT, Role.AUDITOR)

Number = Annotated[int, Path(ge=1, le=MOST_ATTEMPTS)]


@router.post("", allow=in_charge)
async def write_quiz(body: QuizIn, commands: Commands) -> QuizOut:
    """Write a quiz for a course that you are in charge of."""
    await commands.read(Course, body.course_id)
    await require_in_charge(commands, body.course_id)
    return _shown(await commands.create(Quiz, lambda one: one.write(body.course_id, body.contents)))


@router.put("/{quiz_id}/contents", allow=in_charge)
async def revise_quiz(quiz_id: Id, body: QuizContentsIn, commands: Commands) -> QuizOut:
    """Have another edition of a quiz, for attempts that begin from now on."""
    await require_in_charge(commands, (await commands.read(Quiz, quiz_id)).course_id)
    return _shown(await commands.on(Quiz, quiz_id, lambda one: one.revise(body.contents)))


@router.get("", allow=public)
async def list_quizzes(reader: Reader, page: PageQuery, course_id: Id | None = None) -> Page[QuizOut]:
    """The quizzes of all courses, or of one; without their questions."""
    query = quiz.select().where(quiz.c.course_id == course_id) if course_id else quiz.select()
    return await reader.page(QuizOut, query, page, by=[quiz.c.quiz_id])


@router.get("/{quiz_id}", allow=public)
async def read_quiz(quiz_id: Id, reader: Reader) -> QuizOut:
    """One quiz, without its questions."""
    return await reader.one(QuizOut, quiz.select().where(quiz.c.quiz_id == quiz_id), what="quiz", id=quiz_id)


@router.get("/{quiz_id}/contents", allow=onlookers)
async def read_contents(quiz_id: Id, commands: Commands) -> QuizContentsOut:
    """All of a quiz with what is right, for those in charge of its course."""
    found = await commands.read(Quiz, quiz_id)
    await require_in_charge(commands, found.course_id)
    return QuizContentsOut.of_model(found)


@router.get("/{quiz_id}/history", allow=onlookers)
async def quiz_history(quiz_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a quiz, in words."""
    return await reader.history(Quiz, quiz_id, page)


@attempting.post("", allow=the_learner, raises=[LearnerIsGone, NoAttemptLeft], acts_for_all=True)
async def begin_attempt(learner_id: Id, quiz_id: Id, commands: Commands, reader: Reader) -> AttemptOut:
    """Be asked questions; while an attempt is not answered yet, it is that one again."""
    learner = (await commands.read(Learner, learner_id)).here()
    found = await commands.read(Quiz, quiz_id)
    row = await reader.tx.row(attempts_at(learner_id, quiz_id))
    number = max(row["begun"], row["answered"] + 1) if row else 1
    begun = await commands.on_or_new(
        QuizAttempt,
        attempt_id(quiz_id, learner_id, number),
        lambda one: one.begin(learner.municipality, learner_id, number, found),
    )
    return await _seen(reader, begun)


@attempting.get("/{attempt}", allow=the_learner)
async def read_attempt(learner_id: Id, quiz_id: Id, attempt: Number, commands: Commands, reader: Reader) -> AttemptOut:
    """An attempt of yours: its questions, and once it was answered what was right."""
    return await _seen(reader, await commands.read(QuizAttempt, attempt_id(quiz_id, learner_id, attempt)))


@attempting.put(
    "/{attempt}/answers",
    allow=the_learner,
    raises=[LearnerIsGone, QuizAnsweredAlready, NotAsked, NotOffered, AnsweredTwice],
    acts_for_all=True,
)
async def answer(
    learner_id: Id, quiz_id: Id, attempt: Number, body: AnswersIn, commands: Commands, reader: Reader
) -> AttemptOut:
    """Answer an attempt, once."""
    (await commands.read(Learner, learner_id)).here()
    id_ = attempt_id(quiz_id, learner_id, attempt)
    answered = await commands.on(QuizAttempt, id_, lambda one: one.answer(body.answers))
    if answered.answered and answered.answered.passed:
        await quiz_was_passed(commands, learner_id, answered.asked.course_id, quiz_id)
    return await _seen(reader, answered)


@results.get("", allow=the_learner | readers)
async def list_results(
    learner_id: Id, reader: Reader, page: PageQuery, quiz_id: Id | None = None
) -> Page[QuizResultOut]:
    """What a learner's attempts came to; where the learner works, and for the learner."""
    by = [quiz_result.c.quiz_id, quiz_result.c.attempt]
    return await reader.page(QuizResultOut, results_of(learner_id, quiz_id), page, by=by)


async def _seen(reader: ReadSession, one: QuizAttempt) -> AttemptOut:
    """The attempt, whose row the caller may see: what the policy says once more. Raises NotFound."""
    query = results_of(one.asked.learner_id).where(quiz_result.c.attempt_id == one.id)
    await reader.one(QuizResultOut, query, what="quiz attempt", id=one.id)
    return AttemptOut.of_model(one)


def _shown(one: Quiz) -> QuizOut:
    contents = one.contents
    return QuizOut.of(
        {**contents.model_dump(), **vars(one), "quiz_id": one.id, "bank": len(contents.questions)},
    )
