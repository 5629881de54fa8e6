"""A learner: an official of Tokyo or of a municipality, under a pseudonym made here. Who it is, is in the profile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Party


class LearnerRegistered(Event, type="kyodo.academy.learner-registered", words="受講者として登録した"):
    """An official may be trained from now on."""

    municipality: Party
    pseudonym: str


class LearnerLeft(Event, type="kyodo.academy.learner-left", words="受講者の登録を終了した"):
    """The official does not work there any more."""

    municipality: Party


class LearnerErased(Event, type="kyodo.academy.learner-erased", words="本人の求めにより個人情報を削除した"):
    """Name and address are unreadable; what was attended stays counted."""

    municipality: Party


class LearnerIsGone(Refused):
    status, type = 410, "learner-gone"
    title = "The learner is not here any more"
    detail = "The registration has ended, or the personal data was erased."
    remedy = "Register the official anew."


@dataclass(frozen=True)
class Learner(Aggregate, category="learner"):
    """One official; `municipality` is the code of where the official works, or `tokyo`."""

    municipality: str = ""
    left: bool = False
    erased: bool = False

    @property
    def pseudonym(self) -> str:
        """What the learner is called everywhere."""
        return f"learner-{self.id}"

    def register(self, municipality: str) -> Events:
        """Begin."""
        yield LearnerRegistered(municipality=municipality, pseudonym=self.pseudonym)

    def leave(self, municipality: str) -> Events:
        """End the registration. Raises NotFound for another municipality's."""
        self.of(municipality)
        if not self.left:
            yield LearnerLeft(municipality=municipality)

    def erase(self) -> Events:
        """Note that the person's key is gone; who is erased has left."""
        if not self.erased:
            yield from self.leave(self.municipality)
            yield LearnerErased(municipality=self.municipality)

    def of(self, municipality: str) -> Self:
        """The same. Raises NotFound for somebody who works elsewhere."""
        require(self.municipality == municipality, NotFound(what="learner", id=self.id))
        return self

    def here(self) -> Self:
        """The same. Raises LearnerIsGone."""
        require(not self.left, LearnerIsGone())
        return self

    @evolve
    def registered(self, event: LearnerRegistered) -> Self:
        return replace(self, municipality=event.municipality)

    @evolve
    def has_left(self, event: LearnerLeft) -> Self:
        return replace(self, left=True)

    @evolve
    def was_erased(self, event: LearnerErased) -> Self:
        return replace(self, erased=True)
