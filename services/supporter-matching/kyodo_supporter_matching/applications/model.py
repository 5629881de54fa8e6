"""An application: a supporter asks for a session while its window is open. Its stream is session and supporter.

A round takes applications as wishes; who asks after the window takes an open seat at once (`assignments`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id


class SessionAppliedFor(Event, type="kyodo.supporter-matching.session-applied-for", words="参加を希望した"):
    """A supporter wants to help at a session."""

    municipality: MunicipalityCode
    supporter_id: Id
    session_id: Id


class ApplicationWithdrawn(Event, type="kyodo.supporter-matching.application-withdrawn", words="希望を取り下げた"):
    """The supporter does not want to any more."""

    municipality: MunicipalityCode
    supporter_id: Id
    session_id: Id


class WindowClosed(Refused):
    status, type = 409, "applications-closed"
    title = "Applications for this session are closed (応募締切後)"
    detail = "They ended at {until}."
    remedy = "Take one of its open seats at once, where there is one."


class WindowOpen(Refused):
    status, type = 409, "applications-open"
    title = "Seats of this session are given out together"
    detail = "Applications are collected until {until}; then a round proposes who helps where."
    remedy = "Apply for it."


@dataclass(frozen=True)
class Application(Aggregate, category="application"):
    """One supporter's wish for one session."""

    wanted: bool = False

    def apply(self, municipality: str, supporter_id: str, session_id: str) -> Events:
        """Ask for the session."""
        if not self.wanted:
            yield SessionAppliedFor(municipality=municipality, supporter_id=supporter_id, session_id=session_id)

    def withdraw(self, municipality: str, supporter_id: str, session_id: str) -> Events:
        """Take that back."""
        if self.wanted:
            yield ApplicationWithdrawn(municipality=municipality, supporter_id=supporter_id, session_id=session_id)

    @evolve
    def applied(self, event: SessionAppliedFor) -> Self:
        return replace(self, wanted=True)

    @evolve
    def withdrawn(self, event: ApplicationWithdrawn) -> Self:
        return replace(self, wanted=False)


def stream_of(session_id: str, supporter_id: str) -> str:
    """The stream of a wish."""
    return f"{session_id}.{supporter_id}"
