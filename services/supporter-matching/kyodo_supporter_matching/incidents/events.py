"""What happens to an incident, and what is refused.

Whatever is told in words may name somebody, a visitor as well as a supporter. It is therefore sealed, with a key of
the incident's own, and so is the assignment of the supporter whom the incident is about: once that key is erased,
nothing leads from the incident to a person any more.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code, Day, Id, Line
from kyodo_supporter_matching.incidents.values import IncidentKind, Party, Severity

MOST_STEPS = 50
StepNumber = Annotated[int, Field(strict=True, ge=1, le=MOST_STEPS)]
Texts = dict[Code, Sealed]


class _Incident(Event):
    """Something about an incident at a municipality's session. `due_on` is when something is next to be done."""

    municipality: MunicipalityCode
    due_on: Day


class IncidentReported(
    _Incident, type="kyodo.supporter-matching.incident-reported", words="{by}が報告した（{kind}、{severity}）"
):
    """Something happened. `reporter_id` is the host or supporter who reported it, and nobody's for an officer."""

    session_id: Id
    kind: IncidentKind
    severity: Severity
    happened_at: AwareDatetime
    by: Party
    reporter_id: Id | None
    sealed: Texts


class IncidentStepPlanned(
    _Incident, type="kyodo.supporter-matching.incident-step-planned", words="対応{step}を{by}が{until}までに行う"
):
    """Something is to be done about it."""

    step: StepNumber
    by: Party
    until: Day
    sealed: Texts


class IncidentStepDone(_Incident, type="kyodo.supporter-matching.incident-step-done", words="対応{step}を終えた"):
    """It was done."""

    step: StepNumber
    done_on: Day


class IncidentClosed(_Incident, type="kyodo.supporter-matching.incident-closed", words="完了した"):
    """Nothing is left to be done. `due_on` stays what it was."""

    sealed: Texts


class IncidentReopened(_Incident, type="kyodo.supporter-matching.incident-reopened", words="対応を再開した"):
    """It turned out that something is left to be done."""

    sealed: Texts


class IncidentErased(_Incident, type="kyodo.supporter-matching.incident-erased", words="記述と関係者の情報を削除した"):
    """The incident's key was erased in the same transaction: what was told in words is unreadable, wherever it rests.

    `reference` is the written request, where there is one.
    """

    reference: Line | None


class MomentImpossible(Refused):
    status, type = 422, "incident-moment-impossible"
    title = "It cannot have happened then (発生日時が不正)"
    detail = "It is said to have happened at {happened_at}; the session is on {held_on}, and now it is {now}."
    remedy = "Name a moment on the day of the session or later, and not in the future."


class NotThere(Refused):
    status, type = 409, "supporter-was-not-there"
    title = "Only who was to be there reports an incident (従事なし)"
    detail = "The assignment is '{current}'."
    remedy = "Tell the municipality of the session, which reports it."


class StepDueInPast(Refused):
    status, type = 422, "incident-step-due-in-past"
    title = "The step would be overdue at once (期限が過去)"
    detail = "It is due on {until}, and today is {today}."
    remedy = "Name today or a later day; what was done already is planned for today and recorded as done."


class WrongIncidentStatus(Refused):
    status, type = 409, "incident-status-wrong"
    title = "That does not fit how the incident stands (状態が不適合)"
    detail = "The incident is '{current}'; this needs {needed}."
    remedy = "Look at the incident, and do first what is due: plan steps, do them, close; or reopen it."


class StepsAreOpen(Refused):
    status, type = 409, "incident-steps-open"
    title = "Steps are still open (未了の対応がある)"
    detail = "Not done yet: {steps}."
    remedy = "Record each of them as done first."


class TooManySteps(Refused):
    status, type = 409, "incident-too-many-steps"
    title = "There are too many steps (対応数の上限)"
    detail = "An incident has at most {most} steps."
    remedy = "Close this one, and report what is left as an incident of its own."


class IncidentIsErased(Refused):
    status, type = 410, "incident-erased"
    title = "The incident's particulars were erased"
    detail = "What was told in words is unreadable for good, so that nothing can be added or taken up again."
    remedy = "Nothing is to be done. What happens anew is an incident of its own."
