"""What talent publishes."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from kyodo_events.contracts.metered import Measure, MeasureOrNone, Metered
from kyodo_events.event import Event, Topic
from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Line

EXPERTS = Topic("kyodo.talent.experts.v1")
WORK_LOGS = Topic("kyodo.talent.work-logs.v1")


class ExpertRegistered(Event, type="kyodo.talent.expert-registered", topic=EXPERTS, words="専門人材を登録した"):
    """An expert was registered, under a pseudonym: no personal data leaves the service."""

    pseudonym: str
    personas: tuple[str, ...]
    half_days_per_month: Annotated[int, Field(ge=1, le=62, description="Capacity in half-days per month.")]


class WorkLogApproved(
    Metered,
    type="kyodo.talent.work-log-approved",
    topic=WORK_LOGS,
    key="municipality",
    words="{municipality}が{month}の業務報告を承認した",
):
    """A municipality approved an expert's work of a month, in half-days. The stream is the work log."""

    meter: ClassVar[str] = "half_days"

    pseudonym: str
    month: Month
    half_days: Measure


class WorkLogAdjusted(
    Metered,
    type="kyodo.talent.work-log-adjusted",
    topic=WORK_LOGS,
    key="municipality",
    words="{municipality}の{month}の業務報告を訂正した",
):
    """Both sides agreed on other half-days for an approved work log, whose stream this is; 0 takes it back."""

    meter: ClassVar[str] = "half_days"

    month: Month
    half_days_before: MeasureOrNone
    half_days: MeasureOrNone
    reason: Line
