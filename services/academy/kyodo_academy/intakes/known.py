"""By what it is told that somebody on a list is registered already: employee number and mail address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import sqlalchemy as sa

from kyodo_academy.learners.views import learner
from kyodo_academy.profiles.api import ProfileIn
from kyodo_academy.profiles.mail import folded_mail
from kyodo_academy.profiles.model import Profile
from kyodo_events.errors import Refused
from kyodo_events.lists import Once
from kyodo_platform.commands import CommandBus
from kyodo_platform.personal import PersonalData
from kyodo_platform.resources import ReadSession

ONE_PERSON: Final[Mapping[str, Callable[[str], str]]] = {"employee_number": str, "email": folded_mail}
"""The fields that two people never share, each with how it is compared."""


class RegisteredAlready(Refused):
    status, type = 422, "learner-registered-already"
    title = "This official is registered already (登録済み)"
    detail = "The {field} is that of learner {learner_id}, who is registered with you."
    remedy = "Take the row out; change the profile of that learner where it is to say something else."


class Known:
    """Who is registered, and who stood on the list before. What tells them apart is held in memory only."""

    def __init__(self, registered: Mapping[tuple[str, str], str]) -> None:
        self._registered, self._once = registered, Once()

    def admit(self, place: str, row: ProfileIn) -> ProfileIn:
        """The same row. Raises RegisteredAlready, StandsTwice."""
        for field, folded in marks(row.texts):
            learner_id = self._registered.get((field, folded))
            if learner_id is not None:
                raise RegisteredAlready(field=field, learner_id=learner_id)
            self._once.require(f"{field} {folded}", place)
        return row


def marks(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What tells a person from another, by field."""
    for field, fold in ONE_PERSON.items():
        if field in texts:
            yield field, fold(texts[field])


async def known_learners(commands: CommandBus, reader: ReadSession, persons: PersonalData, works_for: str) -> Known:
    """The learners of an employer. Until the transaction ends no other list of the same employer is taken over."""
    await reader.tx.run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"learner-intake/{works_for}")
    here = sa.select(learner.c.learner_id).where(learner.c.municipality == works_for, learner.c.gone.is_(False))
    ids = [row["learner_id"] for row in await reader.tx.rows(reader.own(here))]
    profiles = await commands.read_each(Profile, ids)
    sealed = [(id_, {f: text for f, text in profiles[id_].sealed.items() if f in ONE_PERSON}) for id_ in ids]
    opened = zip(ids, await persons.open_each(sealed), strict=True)
    return Known({mark: id_ for id_, texts in opened for mark in marks(texts or {})})
