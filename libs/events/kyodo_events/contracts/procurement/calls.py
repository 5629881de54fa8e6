"""Joint calls as they leave procurement: what is bought together, and who delivers it at which price.

The values are shared by the slices that publish a call, take quotations, award and draw on the contract.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.event import Event, Topic
from kyodo_events.values.money import Price, Yen
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.quantities import Quantity, QuantityOrNone
from kyodo_events.values.texts import Code, CorporateNumber, Line, Text
from kyodo_events.values.value import Value

CALLS = Topic("kyodo.procurement.calls.v1")

LotNumber = Annotated[int, Field(ge=1, le=99, strict=True)]


class TierMode(StrEnum):
    """How a price break works; the call names one for all its items."""

    ALL_UNITS = "all_units"  # all units at the price of the tier that the total reaches
    GRADUATED = "graduated"  # each unit at the price of the tier in which it lies

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"all_units": "全量単価方式", "graduated": "段階累進方式"}[self.value]


class Tier(Value):
    """A price break of the buyer's grid: from this joint quantity on. The first tier begins at 1."""

    from_quantity: Quantity
    expected_unit_price: Price = Field(
        description="The buyer's own estimate, yen a unit; what is shown before prices are known."
    )


class Item(Value):
    """Something bought, counted in a unit, with the buyer's tier grid."""

    code: Code
    name_ja: Line
    unit_ja: Annotated[Line, Field(max_length=20, examples=["台"])]
    specification: Text = ""
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _tiers_ascend_from_one(self) -> Self:
        starts = [tier.from_quantity for tier in self.tiers]
        if starts[0] != 1 or starts != sorted(set(starts)):
            raise ValueError("the tiers begin at quantity 1 and ascend")
        return self


class Lot(Value):
    """Items that are awarded together, to one supplier."""

    number: LotNumber
    name_ja: Line
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=50)]


class Criterion(Value):
    """What quotations are scored by; the weights of a call's criteria sum to 100."""

    code: Code
    name_ja: Line
    weight: Annotated[int, Field(ge=1, le=100, strict=True)]


class Supplier(Value):
    """Who delivers. `id` is the opaque subject of the supplier's token; the name is that of a firm, never a person."""

    id: str
    name_ja: Line
    corporate_number: CorporateNumber


class TierPrice(Value):
    """A supplier's price from a joint quantity on, yen a unit."""

    from_quantity: Quantity
    unit_price: Price


class ItemPrices(Value):
    """A supplier's prices of one item, on the buyer's grid."""

    item: Code
    tiers: Annotated[tuple[TierPrice, ...], Field(min_length=1, max_length=10)]


class ContractLine(Value):
    """What one municipality's contract says of one item.

    `firm_amount` is the whole yen for the firm quantity; in graduated mode the exact part of the joint amount by
    quantity. Each optional unit costs `optional_unit_price`, that of the tier that the firm total reached.
    """

    item: Code
    firm: QuantityOrNone
    optional: QuantityOrNone
    firm_amount: Yen
    optional_unit_price: Price


class MunicipalContract(Value):
    """One municipality's own contract out of the joint award."""

    municipality: MunicipalityCode
    lines: tuple[ContractLine, ...]

    @property
    def amount(self) -> int:
        """Yen for all firm quantities."""
        return sum(line.firm_amount for line in self.lines)


class LotAward(Value):
    """The award of one lot: to whom, at which prices, and each municipality's contract."""

    lot: LotNumber
    supplier: Supplier
    quotation_id: str
    prices: tuple[ItemPrices, ...]
    contracts: tuple[MunicipalContract, ...]
    awarded_on: date

    def contract_of(self, municipality: str) -> MunicipalContract | None:
        """The contract of one municipality; None where it committed to nothing of this lot."""
        return next((contract for contract in self.contracts if contract.municipality == municipality), None)


class JointCallPublished(
    Event, type="kyodo.procurement.joint-call-published", topic=CALLS, words="共同調達「{title_ja}」を公告した"
):
    """A joint call (共同調達の公告) is open: what is sought, by which criteria, until when. The stream is the call."""

    project_id: str
    title_ja: str
    mode: TierMode
    lots: tuple[Lot, ...]
    criteria: tuple[Criterion, ...]
    commitments_until: date
    top_up_until: date
    questions_until: date
    quotations_until: date
    standstill_days: int


class CallAmended(
    Event,
    type="kyodo.procurement.call-amended",
    topic=CALLS,
    words="変更公告第{number}号：質問期限を{questions_until}、見積期限を{quotations_until}とした（理由：{reason}）",
):
    """Deadlines of a published call are later from now on. Nothing else of it ever changes. The stream is the call."""

    number: Annotated[int, Field(ge=1)]
    questions_until: date
    quotations_until: date
    reason: Line


class CallCancelled(
    Event, type="kyodo.procurement.call-cancelled", topic=CALLS, words="共同調達を中止した（理由：{reason}）"
):
    """Nothing comes of a call, published or still a draft, for a stated reason. The stream is the call."""

    reason: Line


class LotAwarded(
    Event,
    type="kyodo.procurement.lot-awarded",
    topic=CALLS,
    words="第{award.lot}ロットを{award.supplier.name_ja}に落札決定した",
):
    """A lot was awarded after its standstill: one contract for each municipality. The stream is the call's id."""

    award: LotAward


class LotFailed(Event, type="kyodo.procurement.lot-failed", topic=CALLS, words="第{lot}ロットは不調となった：{reason}"):
    """No contract came of a lot, for a stated reason. The stream is the call's id."""

    lot: LotNumber
    reason: Line
