"""Subsidies: what was awarded to a municipality, and what it came to in the end."""

from __future__ import annotations

from pydantic import Field

from kyodo_events.contracts.cost_ledger.budgets import LineNumber
from kyodo_events.event import Event, Topic
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.money import Yen
from kyodo_events.values.municipalities import MunicipalityCode

SUBSIDIES = Topic("kyodo.cost-ledger.subsidies.v1")


class AboutAnAward(Event):
    """Which programme, as the budget line it is paid from, and whose award."""

    fiscal_year: FiscalYear
    line: LineNumber
    municipality: MunicipalityCode


class SubsidyAwarded(
    AboutAnAward,
    type="kyodo.cost-ledger.subsidy-awarded",
    topic=SUBSIDIES,
    key="municipality",
    words="{municipality}に補助金の交付を決定した",
):
    """交付決定: the municipality may count on up to this amount."""

    amount: Yen


class SubsidyAwardChanged(
    AboutAnAward,
    type="kyodo.cost-ledger.subsidy-award-changed",
    topic=SUBSIDIES,
    key="municipality",
    words="{municipality}への交付決定額を変更した",
):
    """変更交付決定: the amount awarded is another one from now on."""

    amount: Yen
    before: Yen


class SubsidyAwardWithdrawn(
    AboutAnAward,
    type="kyodo.cost-ledger.subsidy-award-withdrawn",
    topic=SUBSIDIES,
    key="municipality",
    words="{municipality}が補助金の申請を取り下げ、交付決定がなかったものとなった",
):
    """The municipality withdrew after the award, which is as if it had never been made."""

    amount: Yen


class SubsidySettled(
    AboutAnAward,
    type="kyodo.cost-ledger.subsidy-settled",
    topic=SUBSIDIES,
    key="municipality",
    words="{municipality}の補助金の額を確定した",
):
    """額の確定: what is paid in the end, by the actual cost; the rest of the award goes back to its budget line."""

    amount: Yen = Field(description="What is paid.")
    surplus: Yen = Field(description="What was awarded and is not paid.")
