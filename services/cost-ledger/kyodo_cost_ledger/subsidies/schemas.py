"""What is asked and answered about subsidies over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from kyodo_cost_ledger.parties import PartyRow
from kyodo_cost_ledger.subsidies.events import Status
from kyodo_events.contracts.cost_ledger.budgets import LineNumber
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.money import Amount
from kyodo_events.values.texts import Day, Line
from kyodo_platform.resources import Body, Resource

ProgrammeId = Annotated[str, Field(pattern="^20[0-9]{2}-[1-9][0-9]{0,2}$", examples=["2023-9"])]
"""A programme: the fiscal year and the number of its budget line."""


class ProgrammeIn(Body):
    """Which budget line's subsidy is opened for applications, until the end of which day in Tokyo."""

    fiscal_year: FiscalYear
    line: LineNumber
    applications_until: Day


class ApplicationIn(Body):
    """What a municipality means to do, and what of its cost is eligible."""

    planned_cost: Annotated[Amount, Field(ge=1, description="Planned eligible cost (補助対象経費), yen.")]
    purpose: Line


class DecliningIn(Body):
    """Why an application is declined; the municipality reads it."""

    reason: Line


class SettlementIn(Body):
    """What the subsidised work cost in fact."""

    actual_cost: Annotated[Amount, Field(description="Actual eligible cost by the report (実績報告), yen.")]


class ProgrammeOut(Resource):
    """A subsidy programme, with what was awarded in it."""

    id: str = Field(title="補助事業")
    fiscal_year: FiscalYear = Field(title="年度")
    line: int = Field(title="予算番号")
    name_ja: str = Field(title="事業")
    ratio: str = Field(title="補助率")
    yearly_cap: int = Field(title="補助上限額（年）", description="Whole yen.")
    new_awards: int = Field(title="新規採択数", description="Awards that may stand, at most.")
    applications_until: date = Field(title="申請期限")
    awards: int = Field(title="交付決定数", description="Awards that stand.")
    awarded: int = Field(title="交付決定額", description="Whole yen of them, settled ones as settled.")


class ApplicationOut(PartyRow, Resource):
    """A municipality's application; yen. It and the secretariat read it."""

    programme_id: str = Field(title="補助事業")
    status: Status = Field(title="状態コード")
    status_ja: str = Field(title="状態")
    planned_cost: int = Field(title="補助対象経費（計画）")
    purpose: str = Field(title="事業内容")
    reason: str | None = Field(title="不交付の理由")
    actual_cost: int | None = Field(title="補助対象経費（実績）")
    awarded: int | None = Field(title="交付決定額")
    settled_amount: int | None = Field(title="確定額")
    surplus: int | None = Field(title="不用額", description="Awarded and not paid: back in the budget line.")


class AwardOut(PartyRow):
    """An award, as governments see it; yen."""

    programme_id: str = Field(title="補助事業")
    status: Status = Field(title="状態コード")
    status_ja: str = Field(title="状態")
    amount: int = Field(title="交付決定額")
    decided_on: date = Field(title="交付決定日")
    settled_amount: int | None = Field(title="確定額")
    surplus: int | None = Field(title="不用額")
