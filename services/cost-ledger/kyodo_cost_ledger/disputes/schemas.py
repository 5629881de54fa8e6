"""What a dispute is raised, answered and resolved with, and how it is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.corrections.model import Proposed
from kyodo_cost_ledger.corrections.schemas import AdjustmentIn
from kyodo_cost_ledger.disputes.model import Dispute, DisputeStatus
from kyodo_cost_ledger.disputes.refusals import CorrectionMissing
from kyodo_cost_ledger.parties import PartyRow
from kyodo_events.contracts.cost_ledger.corrections import LineId
from kyodo_events.contracts.cost_ledger.disputes import Decision, Evidence
from kyodo_events.contracts.cost_ledger.periods import Period
from kyodo_events.errors import require
from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Code, Id, Line
from kyodo_platform.resources import Body, Resource

Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
MOST_DOCUMENTS = 20

STATUS_JA = {
    DisputeStatus.RAISED: "申立て中",
    DisputeStatus.ANSWERED: "回答済み",
    DisputeStatus.KEPT: "原案維持",
    DisputeStatus.CORRECTED: "訂正済み",
    DisputeStatus.WITHDRAWN: "取下げ",
}


class DisputeIn(Body):
    """Which line of which statement is objected to, and why."""

    period: Period = Field(description="The period of the statement.")
    project_id: Id
    book: Book
    item: Code
    month: Month = Field(description="The month of the service.")
    grounds_ja: Words
    evidence: tuple[Evidence, ...] = Field(
        default=(),
        max_length=MOST_DOCUMENTS,
        description="Documents by name and hash; the files stay with the municipality.",
    )

    @property
    def line(self) -> LineId:
        """The line in dispute."""
        return LineId(project_id=self.project_id, book=self.book, item=self.item, month=self.month)


class AnswerIn(Body):
    """What the secretariat answers."""

    answer_ja: Words


class WithdrawalIn(Body):
    """Why the municipality no longer objects."""

    reason_ja: Line


class ResolutionIn(Body):
    """What the secretariat decides."""

    decision: Decision
    reason_ja: Line
    correction: AdjustmentIn | None = Field(default=None, description="With 'corrected', and only then.")

    def proposed(self, dispute: Dispute) -> Proposed | None:
        """The correction by which the dispute is resolved, if any. Raises CorrectionMissing."""
        corrects = self.decision is Decision.CORRECTED
        require(corrects == (self.correction is not None), CorrectionMissing())
        if self.correction is None or dispute.line is None:
            return None
        wanted = self.correction
        return Proposed(
            dispute.municipality, dispute.line, wanted.amount, wanted.counterpart, wanted.reason_ja, dispute.id
        )


class DisputeOut(PartyRow, Resource):
    """A dispute, as its municipality and Tokyo see it."""

    dispute_id: str
    project_id: str
    book: Book
    item: str
    month: Month
    period: str = Field(description="The period of the statement on which the line stands.")
    amount: int = Field(description="Whole yen of the line on that statement.")
    status: DisputeStatus
    status_ja: str = ""
    grounds_ja: str
    evidence: list[Evidence]
    raised_at: datetime
    answer_ja: str | None
    answered_at: datetime | None
    ended_at: datetime | None
    ending_reason_ja: str | None
    correction_id: str | None = Field(description="The correction by which it was resolved.")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.status_ja = STATUS_JA[self.status]


class FrozenLine(PartyRow):
    """A line to which nothing is posted while its dispute is open."""

    dispute_id: str
    project_id: str
    book: Book
    item: str
    month: Month
    period: str
    posted: int = Field(description="Whole yen that stand in the books for it.")
    raised_at: datetime
