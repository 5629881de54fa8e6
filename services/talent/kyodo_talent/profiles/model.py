"""An expert's profile: personal data as sealed texts, its erasure, and each look at it.

Nothing here is ever readable: texts come in sealed (see kyodo_platform.personal) and leave as they came. The stream
of a profile is the expert's id; each look is a stream of its own, because looking must never wait for a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

from pydantic import AwareDatetime

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Party
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code, Id
from kyodo_talent.consents.model import DocumentNumber, Purpose

OPEN_FOR: Final = timedelta(minutes=30)
"""How long a look lasts: long enough to read a career, short enough that the log says who looked when."""


class ProfileSealed(Event, type="kyodo.talent.profile-sealed", words="プロフィールを登録・更新した"):
    """The profile was written anew; all its fields are named, those that were left out are empty."""

    sealed: dict[Code, Sealed]


class ProfileErased(Event, type="kyodo.talent.profile-erased", words="本人の求めにより個人情報を削除した"):
    """The person's key was erased in the same transaction: what was sealed is unreadable, wherever it rests.

    `reference` is the written request, where the secretariat erased.
    """

    reference: DocumentNumber | None


class ProfileViewed(Event, type="kyodo.talent.profile-viewed", words="プロフィールを閲覧した（{purpose}）"):
    """Somebody opened the profile for a purpose. `municipality` is `tokyo` where the secretariat did."""

    expert_id: Id
    municipality: Party
    purpose: Purpose
    open_until: AwareDatetime


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


@dataclass(frozen=True)
class ProfileView(Aggregate, category="profile-view"):
    """One look at a profile, which the expert is shown."""

    def begin(self, expert_id: str, viewer: str, purpose: Purpose, now: datetime) -> Events:
        """Open the profile for a while."""
        yield ProfileViewed(expert_id=expert_id, municipality=viewer, purpose=purpose, open_until=now + OPEN_FOR)
