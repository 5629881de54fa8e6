"""A learner's profile: personal data as sealed texts, and its erasure. Its stream is the learner's id.

Nothing here is ever readable: texts come in sealed (see kyodo_platform.personal) and leave as they came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.event import Event
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code, Line


class ProfileSealed(Event, type="kyodo.academy.profile-sealed", words="個人情報を登録・更新した"):
    """The profile was written anew; all its fields are named, those that were left out are empty."""

    sealed: dict[Code, Sealed]


class ProfileErased(Event, type="kyodo.academy.profile-erased", words="本人の求めにより個人情報を削除した"):
    """The person's key was erased in the same transaction. `reference` is the written request, where others erased."""

    reference: Line | None


@dataclass(frozen=True)
class Profile(Aggregate, category="profile"):
    """What is known of a person, sealed."""

    sealed: Mapping[str, str] = field(default_factory=dict)
    erased: bool = False

    def write(self, sealed: Mapping[str, str]) -> Events:
        """Replace the profile."""
        yield ProfileSealed(sealed=dict(sealed))

    def erase(self, reference: str | None) -> Events:
        """Note that the key is gone."""
        if not self.erased:
            yield ProfileErased(reference=reference)

    @evolve
    def was_written(self, event: ProfileSealed) -> Self:
        return replace(self, sealed=event.sealed)

    @evolve
    def was_erased(self, event: ProfileErased) -> Self:
        return replace(self, sealed={}, erased=True)
