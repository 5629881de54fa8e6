"""What happens to an assignment besides what is published, and what is refused. Nothing here names the person."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_supporter_matching.assignments.values import Canceller, DeclineReason, Origin

Minutes = Annotated[int, Field(strict=True, ge=1, le=600, description="Minutes that the supporter helped.")]


class AssignmentOffered(
    Event, type="kyodo.supporter-matching.assignment-offered", words="参加を打診した（回答期限{expires_at}）"
):
    """A supporter was asked for a seat."""

    municipality: MunicipalityCode
    supporter_id: Id
    session_id: Id
    line: int
    origin: Origin
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    expires_at: AwareDatetime


class AssignmentAccepted(Event, type="kyodo.supporter-matching.assignment-accepted", words="参加を承諾した"):
    """The supporter comes."""

    municipality: MunicipalityCode


class AssignmentDeclined(
    Event, type="kyodo.supporter-matching.assignment-declined", words="参加を辞退した（理由コード：{reason}）"
):
    """The supporter does not come."""

    municipality: MunicipalityCode
    reason: DeclineReason


class AttendanceRecorded(
    Event, type="kyodo.supporter-matching.attendance-recorded", words="活動時間を{minutes}分と記録した"
):
    """The supporter helped for so long; again, where it was recorded wrongly before."""

    municipality: MunicipalityCode
    minutes: Minutes


class NoShowRecorded(Event, type="kyodo.supporter-matching.no-show-recorded", words="無断欠席と記録した"):
    """The supporter did not come, and had not said so."""

    municipality: MunicipalityCode


class AssignmentCancelled(
    Event,
    type="kyodo.supporter-matching.assignment-cancelled",
    words="参加を取り消した（{by}、開始{hours_before}時間前）",
):
    """An accepted assignment does not take place: by whom, and how many whole hours before the session began."""

    municipality: MunicipalityCode
    by: Canceller
    hours_before: Annotated[int, Field(strict=True, ge=0)]


class NotOffered(Refused):
    status, type = 409, "assignment-status-wrong"
    title = "That does not fit how the assignment stands"
    detail = "The assignment is '{current}'; this needs {needed}."
    remedy = "Look at the assignment, and do first what is due."


class SupporterNotAvailable(Refused):
    status, type = 409, "supporter-not-available"
    title = "The supporter cannot be asked for this session"
    detail = "{why}"
    remedy = "Ask another supporter, or put right first what stands in the way."


class UnknownLine(Refused):
    status, type = 422, "session-line-unknown"
    title = "The session has no such line of seats"
    detail = "There is no line {line}; lines are numbered from 0 to {last}."
    remedy = "Take a line of the session's needs."


class AskedAlready(Refused):
    status, type = 409, "supporter-asked-already"
    title = "The supporter was asked for this session already"
    detail = "There is an offer that is open or was accepted."
    remedy = "Wait for the answer, or ask somebody else."
