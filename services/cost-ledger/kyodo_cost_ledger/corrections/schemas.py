"""What a correction is asked with, and how it is answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from kyodo_cost_ledger.charges.model import Book, Reason
from kyodo_cost_ledger.corrections.model import Proposed
from kyodo_cost_ledger.parties import PartyRow
from kyodo_events.contracts.cost_ledger.corrections import CorrectedBy, LineId
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode, Party
from kyodo_events.values.texts import Code, Id, Line
from kyodo_platform.resources import Body, Resource


class AdjustmentIn(Body):
    """By how much a line is corrected, who bears the other side, and why."""

    amount: CorrectedBy
    counterpart: Party | None = Field(
        default=None,
        description="Who bears the other side: a participant of the month, or tokyo. Needed in the base book, where"
        " the shares come to the cost; not taken in the usage book, where the project's cost changes.",
    )
    reason_ja: Line


class CorrectionIn(AdjustmentIn):
    """Which line to correct, by how much."""

    municipality: MunicipalityCode
    project_id: Id
    book: Book
    item: Code = Field(description="A driver in the base book, a meter in the usage book.")
    month: Month = Field(description="The month of the service.")

    def proposed(self) -> Proposed:
        """The correction as the model takes it."""
        line = LineId(project_id=self.project_id, book=self.book, item=self.item, month=self.month)
        return Proposed(self.municipality, line, self.amount, self.counterpart, self.reason_ja)


class ReversalIn(Body):
    """Why the correction is taken back."""

    reason_ja: Line


class BookedLine(PartyRow):
    """A line of the journal that the correction led to."""

    item: str
    period: str = Field(description="The accounting period in which it is booked.")
    amount: int = Field(description="Whole yen.")
    reason: Reason
    posting_id: UUID
    corrects: UUID | None = Field(description="The posting whose line of this cell it corrects.")
    posted_at: datetime


class CorrectionRow(PartyRow, Resource):
    """One side of a correction: what it adds to a line."""

    correction_id: str
    project_id: str
    book: Book
    item: str
    month: Month
    amount: int = Field(description="Whole yen added to this line; the counterpart's side has the opposite sign.")
    counterpart: str | None = Field(description="Who bears the other side.")
    mirrored: bool = Field(description="Whether this is the counterpart's side.")
    reason_ja: str
    dispute_id: str | None = Field(description="The dispute that it resolved.")
    made_at: datetime
    reversed_at: datetime | None
    reversal_reason_ja: str | None


class CorrectionOut(CorrectionRow):
    """A correction with the lines it led to, its reversal's among them."""

    booked: list[BookedLine]
