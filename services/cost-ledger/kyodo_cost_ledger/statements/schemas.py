"""Statements in the words of the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from kyodo_cost_ledger.charges.api import ProjectSums
from kyodo_cost_ledger.charges.model import BOOKS_JA, Book
from kyodo_cost_ledger.parties import PartyRow
from kyodo_cost_ledger.statements.file import FigureOut
from kyodo_cost_ledger.statements.model import STATES_JA, State
from kyodo_cost_ledger.statements.notices import is_late
from kyodo_events.contracts.cost_ledger.statements import Period, StatementId, StatementKind
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_platform.resources import Resource


class StatementSummary(PartyRow, Resource):
    """A statement (負担金通知書): what a municipality owes for a period, or is to expect of a year."""

    statement_id: StatementId
    kind: StatementKind
    kind_ja: str = ""
    fiscal_year: FiscalYear
    period: Period | None = Field(description="The accounting period it is sealed with; null for a mere notice.")
    number: str = Field(description="発行番号")
    state: State
    state_ja: str = ""
    issued_on: date
    late: bool = Field(default=False, description="A notice that was issued after the day by which it is due.")
    due_on: date | None = Field(description="納付期限; null where nothing is to be paid.")
    base: int = Field(description="Whole yen of 基本的な経費.")
    usage: int = Field(description="Whole yen of 個別サービスの経費.")
    carried: int = Field(description="Part of the total that corrects earlier months.")
    forecast: int = Field(description="Part of the total that is forecast, not booked.")
    total: int
    paid: int = Field(description="What was paid so far; refunds are negative.")
    due: int = Field(description="What is still to be paid; negative where it is to be refunded.")
    disputed: int = Field(description="Yen of lines in dispute: they are not overdue.")
    due_now: int = Field(description="`due` without what is in dispute.")
    overdue: bool = Field(description="Whether something is due now and the last day of payment has passed.")
    lines: int
    statement_hash: str = Field(description="SHA-256 over heading and lines; see `…/file` and `kyodo verify`.")
    issued_at: datetime
    acknowledged_at: datetime | None
    settled_at: datetime | None

    def model_post_init(self, context: object) -> None:
        super().model_post_init(context)
        self.kind_ja, self.state_ja = self.kind.label_ja, STATES_JA[self.state]
        self.late = is_late(self.kind, self.fiscal_year, self.issued_on)


class Statement(StatementSummary):
    """A statement with the subtotal of each project; its lines are a page of their own."""

    projects: list[ProjectSums]


class StatementLineOut(PartyRow):
    """One line of a statement."""

    line: Annotated[int, Field(title="行")]
    project_id: str
    project_ja: Annotated[str | None, Field(title="協働事業")]
    book: Book
    book_ja: Annotated[str, Field(title="区分")] = ""
    item: str
    item_ja: Annotated[str, Field(title="費目")]
    month: Annotated[Month, Field(title="対象月")]
    last_month: Annotated[Month, Field(title="対象月（終）")]
    carried: Annotated[bool, Field(title="過月分", description="Whether it corrects a month before the period.")]
    reason_ja: Annotated[str | None, Field(title="理由", description="Why a correction came.")]
    quantity: Annotated[int | None, Field(title="数量")]
    unit_ja: Annotated[str | None, Field(title="単位")]
    unit_price: Annotated[int | None, Field(title="単価（円）")]
    basis: Annotated[FigureOut | None, Field(title="算定基礎", description="The figure a base line rests on.")]
    forecast: Annotated[bool, Field(title="見込")]
    amount: Annotated[int, Field(title="金額（円）", description="Whole yen.")]

    def model_post_init(self, context: object) -> None:
        super().model_post_init(context)
        self.book_ja = BOOKS_JA[self.book]
