"""What happens to a work log besides what is published: approval and adjustment (kyodo_events.contracts.talent)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id, Line
from kyodo_talent.work_logs.values import Entry, Half, HalfDaysWorked, Side


class WorkLogWritten(Event, type="kyodo.talent.work-log-written", words="{month}の業務報告を作成・修正した"):
    """The expert wrote down what was worked; the entries are all there are from then on."""

    assignment_id: Id
    project_id: Id
    expert_id: Id
    municipality: MunicipalityCode
    month: Month
    planned: Annotated[int, Field(description="Half-days planned for this municipality and month.")]
    entries: tuple[Entry, ...]


class WorkLogSubmitted(Event, type="kyodo.talent.work-log-submitted", words="業務報告を提出した"):
    """The expert asks the municipality to approve."""

    municipality: MunicipalityCode


class WorkLogReturned(Event, type="kyodo.talent.work-log-returned", words="業務報告を差し戻した"):
    """The municipality asks for a correction."""

    municipality: MunicipalityCode
    reason_ja: Line


class WorkLogLocked(Event, type="kyodo.talent.work-log-locked", words="業務報告を確定した"):
    """From now on the log changes by adjustment only."""

    municipality: MunicipalityCode


class WorkLogAdjustmentProposed(
    Event, type="kyodo.talent.work-log-adjustment-proposed", words="業務報告の訂正を提案した"
):
    """One side proposes other half-days; nothing changes until the other side agrees."""

    municipality: MunicipalityCode
    by: Side
    half_days: HalfDaysWorked
    reason_ja: Line


class WorkLogAdjustmentDropped(
    Event, type="kyodo.talent.work-log-adjustment-dropped", words="業務報告の訂正の提案を取り下げた"
):
    """One side stands by the half-days as they are: the proposal is off the table."""

    municipality: MunicipalityCode


class HalfDaysBooked(Event, type="kyodo.talent.half-days-booked", words="稼働した半日を記録した"):
    """These halves of the expert's month belong to this log, and no others."""

    log_id: Id
    halves: tuple[tuple[Day, Half], ...]
