"""Plans of hands-on support as they come in and go out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from pydantic import Field, model_validator

from kyodo_events.values.texts import Day, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_talent.experts.parts import MODES_JA, Mode
from kyodo_talent.support_plans.values import ActionState, Findings, Goals
from kyodo_talent.work_logs.values import Side


class GoalsIn(Body):
    """The goals that your side stands for, all of them."""

    goals: Goals


class VisitIn(Body):
    """How the visit was made, and what was found."""

    mode: Mode
    findings: Findings


class ActionIn(Body):
    """What is to be done, by which side, until the end of which day."""

    owner: Side
    action_ja: Line = Field(description="What is to be done; write no names.")
    due: Day


class DropIn(Body):
    """Why an action is not to be done."""

    reason_ja: Line = Field(description="Write no names.")


class SupportPlanOut(Resource):
    """A plan; `goals` are those that both sides named."""

    plan_id: str
    assignment_id: str
    municipality: str = Field(title="団体コード")
    expert_id: str
    pseudonym: str = Field(default="", title="仮名")
    goals: list[str] = Field(title="合意した目標")
    proposed_by: Side | None = Field(title="提案者")
    proposed_goals: list[str] | None = Field(title="提案中の目標")
    begun_at: datetime = Field(title="作成日時")

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        self.pseudonym = f"expert-{self.expert_id}"
        return self


class VisitRow(Answer):
    """One visit."""

    day: date = Field(title="訪問日")
    mode: Mode
    mode_ja: str = Field(default="", title="方法")
    findings: list[str] = Field(title="気づき")

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        self.mode_ja = MODES_JA[self.mode]
        return self


class ActionOut(Resource):
    """An action; its version is its plan's."""

    plan_id: str
    assignment_id: str
    municipality: str = Field(title="団体コード")
    number: int = Field(title="番号")
    action_ja: str = Field(title="取組")
    owner: Side
    owner_ja: str = Field(default="", title="担当")
    due: date = Field(title="期限")
    state: ActionState
    state_ja: str = Field(default="", title="状態")
    proposed_by: Side
    reason_ja: str | None = Field(title="取りやめの理由")
    ended_at: datetime | None = Field(title="終了日時")

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        self.owner_ja, self.state_ja = self.owner.label_ja, self.state.label_ja
        return self
