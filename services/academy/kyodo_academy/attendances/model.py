"""Checking in by a code that is shown in the room: it changes every minute, so that it is of use to who is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

import pyotp

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused
from kyodo_events.event import Event
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code

STEP_SECONDS: Final = 60
EARLY: Final = timedelta(minutes=30)
"""How long before the beginning people may check in."""


class CheckInPrepared(Event, type="kyodo.academy.check-in-prepared", words="出席確認コードを用意した"):
    """Codes for a session can be shown; what they are made from is sealed."""

    sealed: dict[Code, Sealed]


class WrongCode(Refused):
    status, type = 409, "check-in-code-wrong"
    title = "This is not the code that is shown in the room (コードが違う)"
    detail = "Codes change every minute; the one before still does for a minute."
    remedy = "Type the code that is shown now."


class NotNow(Refused):
    status, type = 409, "check-in-not-now"
    title = "The session is not on (受付時間外)"
    detail = "People check in from {since} until {until}."
    remedy = "Check in during the session; afterwards its host corrects the list."


@dataclass(frozen=True)
class CheckIn(Aggregate, category="check-in"):
    """The codes of the session of the same id."""

    sealed: Mapping[str, str] = field(default_factory=dict)

    def prepare(self, sealed: Mapping[str, str]) -> Events:
        """Have codes; once."""
        if not self.sealed:
            yield CheckInPrepared(sealed=dict(sealed))

    def require_prepared(self) -> Self:
        """The same. Raises NotFound where no code was ever shown."""
        if not self.sealed:
            raise NotFound(what="check-in", id=self.id)
        return self

    @evolve
    def prepared(self, event: CheckInPrepared) -> Self:
        return replace(self, sealed=event.sealed)


def new_secret() -> str:
    """What the codes of a session are made from."""
    return pyotp.random_base32()


def code_at(secret: str, moment: datetime) -> str:
    """The six digits that are shown at a moment (TOTP, RFC 6238)."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).at(moment)


def fits(secret: str, code: str, moment: datetime) -> bool:
    """Whether a code is the one of now, or of the minute before."""
    codes = pyotp.TOTP(secret, interval=STEP_SECONDS)
    return any(codes.verify(code, for_time=moment - timedelta(seconds=late)) for late in (0, STEP_SECONDS))
