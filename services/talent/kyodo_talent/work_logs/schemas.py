"""Work logs as they come in and go out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id, Line
from kyodo_platform.resources import Body, Resource
from kyodo_talent.work_logs.model import needs_approver
from kyodo_talent.work_logs.values import MOST_ENTRIES, Entry, HalfDaysWorked, LogStatus, Side


class WorkLogIn(Body):
    """What was worked for one municipality in one month: all of it."""

    assignment_id: Id
    municipality: MunicipalityCode
    month: Month
    entries: Annotated[list[Entry], Field(max_length=MOST_ENTRIES)]


class ReturnIn(Body):
    """What is to be corrected."""

    reason_ja: Line


class AdjustmentIn(Body):
    """Other half-days for an approved log, and why."""

    half_days: HalfDaysWorked
    reason_ja: Line


class AgreementIn(Body):
    """The half-days that are agreed to, so that nobody agrees to what has just changed."""

    half_days: HalfDaysWorked


class WorkLogOut(Resource):
    """A work log."""

    log_id: str
    assignment_id: str
    project_id: str
    municipality: str = Field(title="団体コード")
    expert_id: str
    pseudonym: str = Field(default="", title="仮名")
    month: Month = Field(title="月")
    planned: int = Field(title="予定半日数")
    half_days: int = Field(title="稼働半日数")
    needs_approver: bool = Field(default=False, description="More than 10 percent above the plan.")
    status: LogStatus
    status_ja: str = Field(default="", title="状態")
    entries: list[Entry]
    return_reason_ja: str | None = Field(title="差戻し理由")
    proposed_by: Side | None
    proposed_half_days: int | None = Field(title="訂正案半日数")
    proposed_reason_ja: str | None = Field(title="訂正理由")
    submitted_at: datetime | None
    approved_at: datetime | None = Field(title="承認日時")

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        self.pseudonym = f"expert-{self.expert_id}"
        self.needs_approver = needs_approver(self.half_days, self.planned)
        self.status_ja = self.status.label_ja
        return self
