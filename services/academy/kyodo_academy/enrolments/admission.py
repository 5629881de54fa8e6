"""What must hold before somebody's application is taken, besides that the session takes any."""

from __future__ import annotations

from typing import Final

from kyodo_academy.courses.contents import PrerequisiteMissing
from kyodo_academy.courses.model import Course
from kyodo_academy.enrolments.views import courses_taken_by, to_come_of
from kyodo_academy.sessions.model import TrainingSession
from kyodo_events.database import Transaction
from kyodo_events.errors import Refused, require
from kyodo_platform.commands import CommandBus

MOST_TO_COME: Final = 50


class TooManyEnrolments(Refused):
    status, type = 409, "too-many-enrolments"
    title = "That is enough at once (同時に申し込める件数の上限)"
    detail = "A learner has at most {most} enrolments of sessions to come."
    remedy = "Cancel one first."


async def require_admissible(commands: CommandBus, tx: Transaction, session: TrainingSession, learner_id: str) -> None:
    """Raises PrerequisiteMissing, by the contents that the session was planned with, and TooManyEnrolments.

    A course counts as taken once a session of it was attended.
    """
    to_come = {row["session_id"] for row in await tx.rows(to_come_of(learner_id, commands.now))}
    require(len(to_come - {session.id}) < MOST_TO_COME, TooManyEnrolments(most=MOST_TO_COME))
    if session.contents_version:
        contents = (await commands.read(Course, session.course_id)).contents(session.contents_version)
        taken = {row["course_id"] for row in await tx.rows(courses_taken_by(learner_id))} if contents.required else ()
        missing = contents.missing(taken)
        require(not missing, PrerequisiteMissing(courses=", ".join(missing)))
