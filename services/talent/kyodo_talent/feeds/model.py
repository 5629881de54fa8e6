"""A calendar feed: the secret address under which an expert's calendar program fetches the expert's own calendar."""

from __future__ import annotations

from dataclasses import dataclass

from kyodo_events.secret_addresses import AddressOpened, AddressRevoked, SecretAddress


class FeedOpened(AddressOpened, type="kyodo.talent.feed-opened", words="カレンダー購読用の秘密のアドレスを発行した"):
    """The calendar may be fetched with a token of this digest, and with no other."""


class FeedRevoked(
    AddressRevoked, type="kyodo.talent.feed-revoked", words="カレンダー購読用の秘密のアドレスを取り消した"
):
    """The calendar may not be fetched any more."""


@dataclass(frozen=True)
class Feed(SecretAddress, category="feed"):
    """The feed of the expert of the same id."""

    opened, revoked = FeedOpened, FeedRevoked
