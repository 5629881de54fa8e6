"""Assignments as they come in and go out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_supporter_matching.assignments.events import Minutes
from kyodo_supporter_matching.assignments.model import Assignment
from kyodo_supporter_matching.assignments.values import AssignmentStatus, Canceller, DeclineReason, Origin

Line = Annotated[int, Field(strict=True, ge=0, le=4, description="A line of the session's needs, from 0.")]


class OfferIn(Body):
    """Whom to ask, for which seat."""

    supporter_id: Id
    line: Line = 0


class DeclinationIn(Body):
    """Why."""

    reason: DeclineReason


class AttendanceIn(Body):
    """How long the supporter helped."""

    minutes: Minutes


class CallOut(Answer):
    """How many were asked."""

    session_id: str
    asked: int = Field(title="打診数")


class AssignmentOut(Resource):
    """A supporter in a seat, under a pseudonym."""

    assignment_id: str
    supporter_id: str
    pseudonym: str = Field(title="仮名", default="")
    session_id: str
    municipality: MunicipalityCode = Field(title="団体コード")
    line: int = Field(title="募集内訳")
    origin: Origin = Field(title="経路コード")
    origin_ja: str = Field(title="経路", default="")
    starts_at: datetime = Field(title="開始")
    ends_at: datetime = Field(title="終了")
    expires_at: datetime = Field(title="回答期限")
    status: AssignmentStatus = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")
    reason: DeclineReason | None = Field(title="辞退理由", default=None)
    cancelled_by: Canceller | None = Field(title="取消者", default=None)
    hours_before: int | None = Field(title="取消時の開始までの時間", default=None)
    minutes: int | None = Field(title="活動時間（分）", default=None)

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.pseudonym = f"supporter-{self.supporter_id}"
        self.origin_ja, self.status_ja = self.origin.label_ja, self.status.label_ja

    @classmethod
    def at(cls, now: datetime, one: Assignment) -> Self:
        """The answer after a decision."""
        return cls.of({**vars(one), "assignment_id": one.id, "status": one.status_at(now)})
