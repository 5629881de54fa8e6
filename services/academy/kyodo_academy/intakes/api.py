"""The intake of a list over HTTP: all of it, or nothing where one row does not do."""

from __future__ import annotations

from kyodo_academy.intakes.known import known_learners
from kyodo_academy.intakes.schemas import IntakeIn, IntakeOut, TakenOverOut
from kyodo_academy.learners.api import employers
from kyodo_academy.learners.model import Learner
from kyodo_academy.profiles.model import Profile
from kyodo_events.event import new_id
from kyodo_events.lists import RowsRefused, decide_each
from kyodo_platform.commands import Commands
from kyodo_platform.identity.callers import party_of
from kyodo_platform.personal import Persons
from kyodo_platform.resources import Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/learner-intakes", tags=["learners"])


class IntakeRefused(RowsRefused):
    type = "learner-intake-refused"
    title = "Some rows of the list cannot be registered (登録できない行がある)"


@router.post("", allow=employers, raises=[IntakeRefused])
async def take_over_learners(body: IntakeIn, commands: Commands, reader: Reader, persons: Persons) -> IntakeOut:
    """Register officials of the own municipality, or of Tokyo, with their profiles: up to 500, all or none.

    Nobody is registered twice: an employee number or a mail address stands once in the list, and is not that of
    somebody who is registered with you.
    """
    works_for = party_of(commands.identity)
    known = await known_learners(commands, reader, persons, works_for)
    new = decide_each(IntakeRefused, ((f"#/learners/{n}", row) for n, row in enumerate(body.learners)), known.admit)
    people = {new_id(): row for row in new}
    sealed = await persons.seal_each({id_: row.texts for id_, row in people.items()})
    learners = [Learner(id=id_) for id_ in people]
    await commands.save_each(Learner, [(one, [*one.register(works_for)]) for one in learners])
    profiles = [Profile(id=id_) for id_ in people]
    await commands.save_each(Profile, [(one, [*one.write(sealed[one.id])]) for one in profiles])
    return IntakeOut(learners=[TakenOverOut(learner_id=one.id, pseudonym=one.pseudonym) for one in learners])
