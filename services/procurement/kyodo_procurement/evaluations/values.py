"""What an evaluation compares: tenders with their joint costs, and the points they get."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.procurement.calls import LotNumber, Supplier
from kyodo_events.values.value import Value
from kyodo_procurement.quotations.values import QuotationKind

PRICE = "price"  # the criterion of this code is computed, not scored by people

Score = Annotated[int, Field(ge=0, le=100, strict=True, description="Points, 0 to 100.")]
Subject = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="The issuer's opaque name of somebody, as in the token's `sub`; never a person's name.",
        examples=["scorer-1"],
    ),
]


class LotCost(Value):
    """What all firm quantities of a lot together cost at a tender's prices, in yen."""

    lot: LotNumber
    cost: int


class Tender(Value):
    """An opened quotation that is compared: who offers, and the joint cost of each lot that it bids for."""

    quotation_id: str
    supplier: Supplier
    kind: QuotationKind
    costs: tuple[LotCost, ...]

    def cost_of(self, lot: int) -> int | None:
        """Yen for the firm quantities of a lot; None where it does not bid for it."""
        return next((cost.cost for cost in self.costs if cost.lot == lot), None)


class LotStatus(StrEnum):
    """How far the award of a lot is."""

    OPEN = "open"
    PROPOSED = "proposed"
    AWARDED = "awarded"
    FAILED = "failed"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"open": "評価中", "proposed": "落札候補決定", "awarded": "落札", "failed": "不調"}[self.value]
