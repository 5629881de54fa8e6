"""An official's entry in the directory, and the looks at the name and contact in it.

The stream of an entry is the official's id; each look is a stream of its own, because looking never waits for a change.
Name and contact are sealed with the official's own key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Final, Self

from pydantic import AwareDatetime, Field

from kyodo_academy.directory.values import Help
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Party
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.skills import SkillRef
from kyodo_events.values.texts import Code, Day, Id

OPEN_FOR: Final = timedelta(minutes=30)
MOST_SKILLS: Final = 30

Skills = Annotated[tuple[SkillRef, ...], Field(min_length=1, max_length=MOST_SKILLS)]
Asked = Annotated[tuple[Help, ...], Field(min_length=1, max_length=len(Help))]


class DirectoryEntryWritten(
    Event, type="kyodo.academy.directory-entry-written", words="{consented_on}に掲載に同意した"
):
    """An official agreed to be found, from this day on, by these skills and for this."""

    learner_id: Id
    organisation: Party
    skills: Skills
    can_be_asked: Asked
    sealed: dict[Code, Sealed]
    consented_on: Day


class DirectoryEntryWithdrawn(Event, type="kyodo.academy.directory-entry-withdrawn", words="掲載への同意を撤回した"):
    """The official is found no more."""

    learner_id: Id


class DirectoryEntryViewed(
    Event, type="kyodo.academy.directory-entry-viewed", words="{municipality}が氏名と連絡先を閲覧した"
):
    """Somebody opened name and contact: a learner, or whoever acts for an organisation.

    `municipality` is where the viewer works, or `tokyo`; `viewer` is the learner's id, or the organisation again.
    """

    municipality: Party
    learner_id: Id
    viewer: Id | Party
    open_until: AwareDatetime


class LookFirst(Refused):
    status, type = 409, "directory-entry-not-opened"
    title = "The look is not on record (閲覧の記録なし)"
    detail = "Name and contact are read within half an hour after a look was recorded, which the official sees."
    remedy = "Record the look first, by a POST to looks of the same entry."


@dataclass(frozen=True)
class DirectoryEntry(Aggregate, category="directory-entry"):
    """One official's entry."""

    listed: bool = False
    sealed: Mapping[str, str] = field(default_factory=dict)

    def write(
        self,
        organisation: str,
        skills: tuple[SkillRef, ...],
        can_be_asked: tuple[Help, ...],
        sealed: Mapping[str, str],
        today: date,
    ) -> Events:
        """Agree to be found, or write the entry anew; the consent is of today then."""
        yield DirectoryEntryWritten(
            learner_id=self.id,
            organisation=organisation,
            skills=skills,
            can_be_asked=can_be_asked,
            sealed=dict(sealed),
            consented_on=today,
        )

    def withdraw(self) -> Events:
        """Be found no more, at once; also looks that are open end with it."""
        if self.listed:
            yield DirectoryEntryWithdrawn(learner_id=self.id)

    def here(self) -> Self:
        """The same. Raises NotFound for who is not to be found."""
        require(self.listed, NotFound(what="directory entry", id=self.id))
        return self

    @evolve
    def was_written(self, event: DirectoryEntryWritten) -> Self:
        return replace(self, listed=True, sealed=event.sealed)

    @evolve
    def was_withdrawn(self, event: DirectoryEntryWithdrawn) -> Self:
        return replace(self, listed=False, sealed={})


@dataclass(frozen=True)
class DirectoryLook(Aggregate, category="directory-look"):
    """One look at name and contact."""

    def begin(self, entry: DirectoryEntry, organisation: str, viewer: str, now: datetime) -> Events:
        """Open them for a while."""
        yield DirectoryEntryViewed(
            municipality=organisation, learner_id=entry.here().id, viewer=viewer, open_until=now + OPEN_FOR
        )
