"""A calendar feed: the secret address under which the calendar of an official, or of a municipality, is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kyodo_events.secret_addresses import AddressOpened, AddressRevoked, SecretAddress


class EntryKind(StrEnum):
    """What takes place."""

    SESSION = "session"
    SEMINAR = "seminar"
    MEETING = "meeting"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"session": "研修", "seminar": "セミナー", "meeting": "先行団体との意見交換"}[self.value]


class FeedOpened(AddressOpened, type="kyodo.academy.feed-opened", words="カレンダー購読用の秘密のアドレスを発行した"):
    """The calendar may be fetched with a token of this digest, and with no other."""


class FeedRevoked(
    AddressRevoked, type="kyodo.academy.feed-revoked", words="カレンダー購読用の秘密のアドレスを取り消した"
):
    """The calendar may not be fetched any more."""


@dataclass(frozen=True)
class Feed(SecretAddress, category="calendar-feed"):
    """The feed of the learner of the same id, or of the municipality of this code."""

    opened, revoked = FeedOpened, FeedRevoked
