"""What is asked and answered about frameworks. Labels are those of the sheets that people open."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.procurement.calls import LotNumber
from kyodo_events.contracts.procurement.orders import JointQuantity, Period
from kyodo_events.values.money import Share
from kyodo_events.values.texts import Code, Id
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.frameworks.conclusion import FrameworkTerms


class FrameworkIn(Body):
    """A framework to be concluded on an awarded lot."""

    call_id: Id
    lot: LotNumber
    period: Period
    tax_rate: Share = Field(examples=["1/10"])
    indexation_cap: Share = Field(
        description="How much of a price indexation may move within a year.", examples=["1/50"]
    )
    maxima: Annotated[dict[Code, JointQuantity], Field(max_length=50)] = Field(
        default_factory=dict,
        description="Headroom: the most that may be drawn of an item; what was contracted, where none is named.",
    )

    @property
    def terms(self) -> FrameworkTerms:
        """What is stated besides the award."""
        return FrameworkTerms(
            period=self.period, tax_rate=self.tax_rate, indexation_cap=self.indexation_cap, maxima=self.maxima
        )


class FrameworkOut(Resource):
    """A framework contract."""

    id: str
    call_id: str
    lot: int = Field(title="ロット")
    project_id: str
    title_ja: str = Field(title="件名")
    supplier_id: str
    supplier_ja: str = Field(title="受注者")
    first_day: date = Field(title="期間開始日")
    last_day: date = Field(title="期間終了日")
    tax_rate: Share = Field(title="消費税率", description="The newest one, in force or to come.")
    indexation_cap: Share = Field(title="物価スライド上限（年）")


class PriceRow(Answer):
    """What a unit beyond the firm quantities costs from a day on, net."""

    item: str = Field(title="品目コード")
    from_day: date = Field(title="適用開始日")
    optional_unit_price: int = Field(title="単価（円・税抜）")
    ground: str = Field(title="改定理由", description="award, indexation or third_party.")
    reference: str = Field(title="根拠資料")


class TaxRateRow(Answer):
    """The rate of tax on what is ordered from a day on."""

    from_day: date = Field(title="適用開始日")
    tax_rate: Share = Field(title="消費税率")
    ground: str = Field(title="改定理由", description="award or tax.")
    reference: str = Field(title="根拠資料")
