"""Nomination by list over HTTP: an employer's officials are put into a session together, or none of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field

from kyodo_academy.enrolments.api import SEATING, EnrolmentOut, employers
from kyodo_academy.enrolments.model import Enrolment, enrolment_id
from kyodo_academy.enrolments.placing import seat_each
from kyodo_academy.enrolments.views import enrolment, enrolments_with
from kyodo_academy.learners.model import LearnerIsGone
from kyodo_academy.learners.views import learner, learners_with
from kyodo_academy.sessions.model import TrainingSession
from kyodo_events.errors import NotFound, require
from kyodo_events.event import Event
from kyodo_events.lists import Once, RowsRefused, decide_each
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.callers import party_of
from kyodo_platform.resources import Answer, Body, Reader
from kyodo_platform.routing import Router

MOST: Final = 200

router = Router(prefix="/v1/sessions/{session_id}/nominations", tags=["enrolments"])


class NominationsRefused(RowsRefused):
    type = "nominations-refused"
    title = "Some of the officials cannot be put into the session (申し込めない方がいる)"


class NominationsIn(Body):
    """Officials who work for you, in the order in which they are to have seats."""

    learner_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST)]


class NominationsOut(Answer):
    """Their enrolments, in the order of the list: who has a seat, and who waits for one."""

    enrolments: list[EnrolmentOut]


@router.post("", allow=employers, raises=[*SEATING, NominationsRefused])
async def nominate_list(session_id: Id, body: NominationsIn, commands: Commands, reader: Reader) -> NominationsOut:
    """Put up to 200 officials who work for you into a session: applied for and agreed to at once, all or none.

    Seats are given in the order of the list, and who finds none waits in that order. An official who applied before
    keeps the time of the application.
    """
    works_for, now = party_of(commands.identity), commands.now
    (await commands.read(TrainingSession, session_id)).require_applications(now)
    own = learners_with().where(learner.c.municipality == works_for, learner.c.learner_id.in_(body.learner_ids))
    gone = {row["learner_id"]: row["gone"] for row in await reader.tx.rows(reader.own(own))}
    ids = [enrolment_id(session_id, learner_id) for learner_id in body.learner_ids]
    before, once = await commands.read_each(Enrolment, ids), Once()

    def put_in(place: str, row: tuple[int, str]) -> tuple[Enrolment, list[Event]]:
        number, learner_id = row
        once.require(learner_id, place)
        require(learner_id in gone, NotFound(what="learner", id=learner_id))
        require(not gone[learner_id], LearnerIsGone())
        one = before[ids[number]]
        applied_at = now + timedelta(microseconds=number)  # the queue goes by time, and the list has an order
        return one, [*one.put_in(works_for, learner_id, session_id, applied_at)]

    rows = ((f"#/learner_ids/{number}", (number, id_)) for number, id_ in enumerate(body.learner_ids))
    decided = decide_each(NominationsRefused, rows, put_in)
    await commands.save_each(Enrolment, decided)
    await seat_each(commands, reader.tx, session_id, [one.fold(events) for one, events in decided])
    told = enrolments_with(now, session_id=session_id).where(enrolment.c.enrolment_id.in_(ids))
    found = {one.enrolment_id: one for one in await reader.all(EnrolmentOut, told, at_most=MOST)}
    return NominationsOut(enrolments=[found[id_] for id_ in ids])
