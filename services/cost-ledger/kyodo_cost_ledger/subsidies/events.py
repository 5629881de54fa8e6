"""What happens in a subsidy programme; what leaves the service stands in the contracts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from kyodo_cost_ledger.budgets.events import SubsidyRule
from kyodo_events.contracts.cost_ledger.budgets import LineNumber
from kyodo_events.event import Event
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.money import Yen
from kyodo_events.values.municipalities import MunicipalityCode


class Status(StrEnum):
    """How an application stands."""

    APPLIED = "applied"
    AWARDED = "awarded"
    DECLINED = "declined"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class SubsidyProgrammeOpened(
    Event,
    type="kyodo.cost-ledger.subsidy-programme-opened",
    words="「{name_ja}」の{fiscal_year}年度の補助金の募集を開始した（申請期限{applications_until}）",
):
    """A budget line's subsidy is open for applications, by the rule that the line had then."""

    fiscal_year: FiscalYear
    line: LineNumber
    name_ja: str
    rule: SubsidyRule
    applications_until: date


class SubsidyApplied(
    Event, type="kyodo.cost-ledger.subsidy-applied", words="{municipality}が補助金の交付又は変更を申請した"
):
    """A municipality applied, revised its application or, awarded already, asked for a change of its award."""

    municipality: MunicipalityCode
    status: Status
    planned_cost: Yen
    purpose: str


class SubsidyDeclined(
    Event, type="kyodo.cost-ledger.subsidy-declined", words="{municipality}の補助金の申請を不交付とした"
):
    """Tokyo declined an application, for a reason that the municipality reads."""

    municipality: MunicipalityCode
    reason: str


class SubsidyApplicationWithdrawn(
    Event,
    type="kyodo.cost-ledger.subsidy-application-withdrawn",
    words="{municipality}が補助金の申請を取り下げた",
):
    """The municipality withdrew before anything was awarded."""

    municipality: MunicipalityCode


class SubsidyCostEstablished(
    Event,
    type="kyodo.cost-ledger.subsidy-cost-established",
    words="{municipality}の補助対象経費の実績を確認した",
):
    """What the subsidised work cost in fact (実績報告)."""

    municipality: MunicipalityCode
    actual_cost: Yen
