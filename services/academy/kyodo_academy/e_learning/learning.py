"""What learners, content players and quizzes do to a learner's way through the e-learning of a course."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from kyodo_academy.e_learning.model import ELearning, Learning, Progress, progress_id
from kyodo_academy.learners.model import Learner
from kyodo_academy.quizzes.views import quiz_result
from kyodo_events.aggregate import Events
from kyodo_events.database import Transaction
from kyodo_platform.commands import CommandBus

Step = Callable[[Progress, Learning], Events]


async def learn(
    commands: CommandBus, learner_id: str, course_id: str, step: Step, statement_id: str | None = None
) -> Progress:
    """Take a learner a step further. Raises NotFound, LearnerIsGone, and what the step refuses."""
    learner = (await commands.read(Learner, learner_id)).here()
    course = await commands.read(ELearning, course_id)
    learning = Learning(learner.municipality, learner_id, course, statement_id)
    return await commands.on_or_new(Progress, progress_id(course_id, learner_id), lambda one: step(one, learning))


async def has_passed(tx: Transaction, learner_id: str, quiz_id: str | None) -> bool:
    """Whether the learner ever passed the quiz; never without one."""
    if quiz_id is None:
        return False
    passed = sa.and_(
        quiz_result.c.learner_id == learner_id, quiz_result.c.quiz_id == quiz_id, quiz_result.c.passed.is_(True)
    )
    return await tx.row(sa.select(quiz_result.c.attempt_id).where(passed).limit(1)) is not None


async def quiz_was_passed(commands: CommandBus, learner_id: str, course_id: str, quiz_id: str) -> None:
    """Complete the units that end with this quiz, where the course has e-learning with such units."""
    course = await commands.read_or_new(ELearning, course_id)
    for key in [unit.key for unit in course.units if unit.quiz_id == quiz_id]:
        await learn(commands, learner_id, course_id, _passed(key))


def _passed(key: str) -> Step:
    return lambda one, of: one.complete(of, key, passed=True)
