"""What happens to a session, and what is refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id, Line
from kyodo_supporter_matching.sessions.values import Plan, Times, Visitors
from kyodo_supporter_matching.venues.values import Place

Taken = Annotated[
    tuple[Annotated[int, Field(strict=True, ge=0)], ...], Field(description="Seats taken of each line, as they stand.")
]


class SessionPlanned(
    Event, type="kyodo.supporter-matching.session-planned", words="{municipality}が「{plan.title_ja}」を計画した"
):
    """A session is to take place. The coordinates are the venue's as it was then: ways are reckoned from them."""

    municipality: MunicipalityCode
    plan: Plan
    times: Times
    place: Place
    series_id: Id | None


class SessionChanged(Event, type="kyodo.supporter-matching.session-changed", words="計画の内容を変更した"):
    """The plan or the times are others than before; all of both, as they stand since."""

    municipality: MunicipalityCode
    plan: Plan
    times: Times
    place: Place


class SessionPublished(
    Event,
    type="kyodo.supporter-matching.session-published",
    words="募集を始めた（{applications_until}まで）",
):
    """Supporters see it and apply until that moment; afterwards seats that are still open are filled at once."""

    municipality: MunicipalityCode
    applications_until: AwareDatetime


class SeatTaken(Event, type="kyodo.supporter-matching.seat-taken", words="サポーター1名が参加を承諾した"):
    """A supporter accepted a seat."""

    municipality: MunicipalityCode
    assignment_id: Id
    line: int
    taken: Taken


class SeatFreed(Event, type="kyodo.supporter-matching.seat-freed", words="サポーター1名の参加が取り消された"):
    """A seat that was taken is open again."""

    municipality: MunicipalityCode
    assignment_id: Id
    line: int
    taken: Taken


class ReplacementCalled(
    Event, type="kyodo.supporter-matching.replacement-called", words="空席のため{asked}名に声をかけた"
):
    """A wave of offers went out for the open seats."""

    municipality: MunicipalityCode
    asked: Annotated[int, Field(strict=True, ge=1)]


class SessionHeld(Event, type="kyodo.supporter-matching.session-held", words="実施した（来場者{visitors}名）"):
    """It took place."""

    municipality: MunicipalityCode
    visitors: Visitors


class SessionReported(Event, type="kyodo.supporter-matching.session-reported", words="活動報告を提出した"):
    """What happened there is told in an activity report."""

    municipality: MunicipalityCode


class SessionCancelled(Event, type="kyodo.supporter-matching.session-cancelled", words="中止した（{reason_ja}）"):
    """It does not take place."""

    municipality: MunicipalityCode
    reason_ja: Line


class SessionInThePast(Refused):
    status, type = 422, "session-in-the-past"
    title = "The session would be in the past (過去の日時)"
    detail = "It would begin at {starts_at}; that moment is over, or over before applications end."
    remedy = "Check date, time and offset."


class SessionNotOpen(Refused):
    status, type = 409, "session-not-open"
    title = "That does not fit how the session stands"
    detail = "The session is '{current}'; this needs {needed}."
    remedy = "Look at the session, and do first what is due."


class SeatsAreFull(Refused):
    status, type = 409, "seats-full"
    title = "The seat is taken (満席)"
    detail = "All {seats} seats of this kind are taken by others."
    remedy = "Choose another session; thank you for wanting to help."


class SeatsTakenAlready(Refused):
    status, type = 409, "seats-taken-already"
    title = "Supporters have accepted seats already"
    detail = "What they agreed to cannot be changed under them."
    remedy = "Cancel the session, or their assignments, and plan anew."
