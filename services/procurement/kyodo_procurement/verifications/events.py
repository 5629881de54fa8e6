"""What happens to a cost verification. Who made an estimate is named by organisation and subject, in data only."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event
from kyodo_events.values.money import Amount, Price, Share
from kyodo_events.values.municipalities import Party
from kyodo_events.values.quantities import Quantity
from kyodo_events.values.texts import Line, Text
from kyodo_events.values.value import Value


class Estimate(Value):
    """What a theme would cost all who take part together, in whole yen, and what that rests on."""

    one_off: Amount = Field(title="初期費用（円）", description="Yen, once.")
    fixed_per_year: Amount = Field(title="年間の固定費（円）", description="Yen a year, whatever is used.")
    variable_per_unit: Price = Field(title="変動費の単価（円）", description="Yen for one unit.")
    unit_ja: Line = Field(title="単位", examples=["件"])
    based_on_quantity: Quantity = Field(title="想定数量（年）", description="Units a year.")
    assumptions: Text = Field(default="", title="前提")
    sources: Annotated[tuple[Line, ...], Field(min_length=1, max_length=50, title="出典")]

    @property
    def per_year(self) -> int:
        """Yen a year at the quantity that it is based on."""
        return self.fixed_per_year + self.variable_per_unit * self.based_on_quantity


class VerificationRequested(
    Event, type="kyodo.procurement.verification-requested", words="{requested_by}が費用検証を依頼した"
):
    """The secretariat or a member of the working group asked what a theme would cost."""

    theme_id: str
    requested_by: Party
    tolerance: Share


class CostEstimated(
    Event,
    type="kyodo.procurement.cost-estimated",
    words="{organisation}が、{based_on_needs}団体のニーズに基づき費用を見積もった",
):
    """An estimate stands, in place of any before; `based_on_needs` municipalities needed the theme then."""

    estimate: Estimate
    based_on_needs: int
    organisation: Party
    estimated_by: str


class CounterEstimateMade(
    Event, type="kyodo.procurement.counter-estimate-made", words="{organisation}が対案{counter}を示した"
):
    """Somebody else set an estimate beside the one that stands."""

    counter: int
    estimate: Estimate
    organisation: Party
    estimated_by: str


class CounterEstimateAdopted(
    Event,
    type="kyodo.procurement.counter-estimate-adopted",
    words="対案{counter}を採用し、{based_on_needs}団体のニーズに基づく見積りとした",
):
    """The estimator made a counter-estimate the estimate that stands; the estimator stays who it was."""

    counter: int
    estimate: Estimate
    based_on_needs: int


class CostVerified(
    Event, type="kyodo.procurement.cost-verified", words="{organisation}が費用を確認した（{expires_on}まで有効）"
):
    """Somebody other than the estimator found the estimate sound; it counts until the end of `expires_on`."""

    verified_on: date
    expires_on: date
    organisation: Party
    verified_by: str


class CostRejected(
    Event, type="kyodo.procurement.cost-rejected", words="{organisation}が見積りを差し戻した。理由：{reason}"
):
    """Somebody other than the estimator found the estimate wanting."""

    reason: str
    organisation: Party
    rejected_by: str
