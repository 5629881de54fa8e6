"""What is asked and answered about savings. Amounts are signed whole yen; a negative one is a loss."""

from __future__ import annotations

from pydantic import Field

from kyodo_events.contracts.procurement.calls import LotNumber
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.savings.values import Baselines, SavingLine, SavingStatus

BASELINES = "One for each item of which the municipality has a firm quantity in the lot, and for no other."


class SavingIn(Body):
    """A saving to be stated for the first time."""

    call_id: Id
    lot: LotNumber
    municipality: MunicipalityCode
    baselines: Baselines = Field(description=BASELINES)


class BaselinesIn(Body):
    """Other baselines of a saving that is not confirmed."""

    baselines: Baselines = Field(description=BASELINES)
    reason: Line | None = Field(default=None, description="Needed in place of a claim.")


class AdjustmentIn(Body):
    """The municipality's own baselines, and why."""

    baselines: Baselines = Field(description=BASELINES)
    reason: Line


class WithdrawalIn(Body):
    """Why a forecast or claim is taken back."""

    reason: Line


class SavingOut(Resource):
    """A municipality's saving in a lot."""

    id: str
    call_id: str
    lot: int = Field(title="ロット")
    municipality: str = Field(title="団体コード")
    status: SavingStatus = Field(title="状態")
    amount: int = Field(title="節減額（円）", description="The figure that stands; it counts under `status` alone.")
    forecast: int | None = Field(title="見込額（円）", description="The last forecast.")
    claimed: int | None = Field(title="算定額（円）", description="Tokyo's last claim.")
    confirmed: int | None = Field(title="確認額（円）")
    adjusted: bool = Field(title="団体による修正", description="Confirmed at the municipality's own figure.")
    lines: list[SavingLine] = Field(
        title="内訳",
        description="Each baseline amount is quantity × unit price × index, rounded down to whole yen.",
    )
    reason: str | None = Field(title="理由")


class SavingsRow(Answer):
    """The savings of a call, each under the one status that it has now; withdrawn ones under none.

    For a municipality a sum is null where fewer than three municipalities are behind it: one of two could work the
    other's out.
    """

    call_id: str = Field(title="共同調達")
    confirmed: int | None = Field(title="確認済み（円）")
    confirmed_municipalities: int = Field(title="確認済み団体数")
    claimed: int | None = Field(title="算定済み・未確認（円）")
    claimed_municipalities: int = Field(title="算定済み・未確認団体数")
    forecast: int | None = Field(title="見込み（円）")
    forecast_municipalities: int = Field(title="見込み団体数")
