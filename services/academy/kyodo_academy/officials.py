"""Who acts in the exchange: an official with a record of the own, or somebody who acts for an organisation."""

from __future__ import annotations

from dataclasses import dataclass

from kyodo_academy.learners.model import Learner
from kyodo_events.errors import Forbidden, require
from kyodo_platform.commands import CommandBus
from kyodo_platform.identity.callers import party_of
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role
from kyodo_platform.resources import ReadSession

officials = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER, Role.LEARNER)
"""Everybody who works for a government; suppliers, lecturers and the public do not."""

actors = role(Role.SECRETARIAT, Role.OFFICER, Role.APPROVER, Role.LEARNER)
"""The same without those who only look on."""

learners = role(Role.LEARNER)


@dataclass(frozen=True, slots=True)
class Official:
    """For whom somebody acts; `learner_id` where it is somebody with a record of the own."""

    organisation: str
    learner_id: str | None = None

    @property
    def key(self) -> str:
        """What tells one from another: a person, or everybody who acts for an organisation."""
        return self.learner_id or self.organisation


async def organisation_of(commands: CommandBus, learner_id: str) -> str:
    """Where a learner works. Raises NotFound, and LearnerIsGone for who works there no more."""
    return (await commands.read(Learner, learner_id)).here().municipality


async def author(commands: CommandBus) -> Official:
    """The learner who asks. Raises Forbidden for a token without a record, NotFound, LearnerIsGone."""
    person = commands.identity.person
    if person is None:
        raise Forbidden(needed="the role learner and a record that the token names")
    return Official(await organisation_of(commands, person), person)


async def official(commands: CommandBus, reader: ReadSession) -> Official:
    """Whoever asks. A learner's token does not say where the learner works: from then on the record does.

    Raises Forbidden for an officer of nowhere, NotFound, LearnerIsGone.
    """
    if Role.LEARNER not in commands.identity.roles:
        return Official(party_of(commands.identity))
    found = await author(commands)
    narrowed = commands.identity.municipality
    require(narrowed in (None, found.organisation), Forbidden(needed="a token of where you work"))
    await reader.see_as_member(found.organisation)
    return found
