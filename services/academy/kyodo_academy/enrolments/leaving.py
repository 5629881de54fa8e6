"""A learner who works there no more, or was erased, takes no seat from anybody."""

from __future__ import annotations

from kyodo_academy.course_interests.model import CourseInterest, interest_id
from kyodo_academy.course_interests.views import interests_of
from kyodo_academy.courses.model import Status
from kyodo_academy.courses.views import course
from kyodo_academy.enrolments.model import Enrolment
from kyodo_academy.enrolments.placing import unseat
from kyodo_academy.enrolments.views import to_come_of
from kyodo_events.database import Transaction
from kyodo_platform.commands import CommandBus
from kyodo_platform.own_scope import as_the_service


async def give_back_all(commands: CommandBus, tx: Transaction, learner_id: str) -> None:
    """Cancel what a learner has of sessions to come, so that whoever waits moves up, and the interest in courses.

    It is little: nobody has more than `MOST_TO_COME` enrolments, and courses without a date are few.
    """
    async with as_the_service(tx):
        for row in await tx.rows(to_come_of(learner_id, commands.now)):
            await unseat(commands, tx, await commands.on(Enrolment, row["enrolment_id"], Enrolment.cancel))
        proposed = interests_of(learner_id).where(course.c.status == Status.PROPOSED.value)
        for row in await tx.rows(proposed):
            id_ = interest_id(row["course_id"], learner_id)
            await commands.on(CourseInterest, id_, CourseInterest.withdraw)
