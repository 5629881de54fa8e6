"""What comes in and goes out about joint calls."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from kyodo_events.contracts.procurement.calls import Criterion, Lot, Tier, TierMode
from kyodo_events.values.texts import Day, Id, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.plan import CallPlan, Commitments, QuestionText
from kyodo_procurement.calls.queries import Deadline
from kyodo_procurement.calls.state import CallPhase, CallStatus

QuestionNumber = Annotated[int, Field(ge=1, le=10_000)]


class CallIn(CallPlan):
    """A call to be drafted for a project."""

    project_id: Id

    @property
    def plan(self) -> CallPlan:
        """All but the project."""
        return CallPlan(**{name: getattr(self, name) for name in CallPlan.model_fields})


class AmendmentIn(Body):
    """Later deadlines, with the reason that everybody reads."""

    quotations_until: Day
    questions_until: Day | None = Field(default=None, description="Null leaves the day as it is.")
    reason: Line


class CancellationIn(Body):
    """Why nothing comes of the call; the reason is public."""

    reason: Line


class QuestionIn(Body):
    """A supplier's question. It is published with its answer, without who asked."""

    text: QuestionText


class AnswerIn(Body):
    """The answer, and where the question itself tells who asked, the question in other words."""

    answer: QuestionText
    text: QuestionText | None = Field(default=None, description="The question as published; null: as it was asked.")


class CommitmentIn(Body):
    """All that a municipality buys in the call; an item that is left out is not bought."""

    commitments: Commitments


class AmendmentOut(Answer):
    """Deadlines that were made later."""

    number: int
    questions_until: date
    quotations_until: date
    reason: str


class CallRow(Resource):
    """A call in short."""

    id: str
    project_id: str
    title_ja: str = Field(title="件名")
    status: CallStatus = Field(title="状態")
    phase: CallPhase = Field(title="段階", description="What may be done today, Tokyo time.")
    mode: TierMode = Field(title="単価方式")
    commitments_until: date = Field(title="数量登録期限")
    top_up_until: date = Field(title="追加登録期限")
    questions_until: date = Field(title="質問期限")
    quotations_until: date = Field(title="見積期限")
    standstill_days: int = Field(title="待機日数")
    buyers: int = Field(title="登録団体数", description="Municipalities with a commitment.")
    cancelled_because: str | None = Field(title="中止理由")


class CallOut(CallRow):
    """A call as everybody may see it."""

    lots: list[Lot]
    criteria: list[Criterion]
    amendments: list[AmendmentOut]

    @classmethod
    def on(cls, call: Call, today: date) -> Self:
        """The call as it stands on a day."""
        return cls.of({**vars(call), "phase": call.phase(today), "buyers": len(call.buyers)})


class QuestionOut(Resource):
    """A question as its asker and the secretariat get it back; the version is that of the call."""

    number: int
    text: str
    answer: str | None

    @classmethod
    def number_of(cls, call: Call, number: int) -> Self:
        """One question of a call."""
        return cls.of({**vars(call.questions[number]), "number": number, "version": call.version})


class QuestionRow(Answer):
    """A question and its answer, anonymous."""

    number: int = Field(title="番号")
    text: str = Field(title="質問")
    answer: str | None = Field(title="回答")
    answered_at: datetime | None = Field(title="回答日時")


class CommitmentRow(Answer):
    """What a municipality committed to of one item."""

    municipality: str = Field(title="団体コード")
    item: str = Field(title="品目コード")
    lot: int = Field(title="ロット")
    name_ja: str = Field(title="品目")
    unit_ja: str = Field(title="単位")
    firm: int = Field(title="確定数量")
    optional: int = Field(title="任意数量")
    committed_at: datetime = Field(title="登録日時")


class CalendarRow(Answer):
    """What ends on a day, at midnight in Tokyo."""

    day: date = Field(title="日付")
    deadline: Deadline = Field(title="期限")
    call_id: str
    title_ja: str = Field(title="件名")
    project_id: str


class ItemRow(Answer):
    """An item with its joint quantities, as positions are computed from it."""

    item: str
    lot: int
    name_ja: str
    unit_ja: str
    mode: TierMode
    tiers: list[Tier]
    firm: int
    optional: int


class OwnItemRow(ItemRow):
    """An item with one municipality's own quantities too."""

    own_firm: int
    own_optional: int
