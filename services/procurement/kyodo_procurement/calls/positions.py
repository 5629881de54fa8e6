"""Where the items of a call stand: what they cost now, what is missing to the next tier, and what that would bring."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self

from pydantic import Field

from kyodo_events.values.money import Yen
from kyodo_platform.resources import Answer
from kyodo_procurement.calls import pricing
from kyodo_procurement.calls.pricing import Prices
from kyodo_procurement.calls.schemas import ItemRow, OwnItemRow


class PricedBy(StrEnum):
    """Whose prices a position is computed with."""

    EXPECTED = "expected"  # the buyer's own estimate


class PositionRow(Answer):
    """One item, by its joint firm quantity. All amounts are whole yen; null where the last tier is reached."""

    item: str = Field(title="品目コード")
    lot: int = Field(title="ロット")
    name_ja: str = Field(title="品目")
    unit_ja: str = Field(title="単位")
    priced_by: PricedBy = Field(title="価格の種類")
    firm: int = Field(title="確定数量計")
    optional: int = Field(title="任意数量計")
    tier: int = Field(title="到達段階", description="Number of the tier reached, from 1; 0 before anything is bought.")
    unit_price: Yen = Field(title="単価（円）", description="Of the tier reached, or of the first one.")
    cost: Yen = Field(title="総額（円）", description="What the firm quantity costs all buyers together.")
    missing: int | None = Field(title="次段階までの不足数", description="Units to the next tier.")
    next_cost: Yen | None = Field(title="次段階での総額（円）", description="The joint cost with those units.")
    topping_up: Yen | None = Field(
        title="追加時の差額（円）", description="What the missing units cost all together; negative where they save."
    )
    inversion_quantity: int | None = Field(
        title="逆転数量", description="The smallest larger quantity that costs less in total; null: there is none."
    )
    inversion_cost: Yen | None = Field(title="逆転数量での総額（円）")
    cheapest_quantity: int = Field(
        title="最安数量", description="The quantity, no smaller than the firm one, of the least joint cost."
    )
    cheapest_cost: Yen = Field(title="最安数量での総額（円）")

    @classmethod
    def by_expected_prices(cls, row: ItemRow) -> Self:
        """The item's position by the buyer's own estimate."""
        prices = pricing.expected_prices(row.tiers)
        return cls(**vars(row), **_figures(row, prices), priced_by=PricedBy.EXPECTED)


class OwnPositionRow(PositionRow):
    """One item as a municipality sees it: the joint figures, and its own part of them."""

    own_firm: int = Field(title="自団体の確定数量")
    own_optional: int = Field(title="自団体の任意数量")
    own_cost: Yen = Field(
        title="自団体の額（円）",
        description="For its own firm quantity; in graduated mode within one yen of the final part.",
    )
    own_next_cost: Yen | None = Field(
        title="不足数を引き受けた額（円）", description="Its amount if it took the missing units itself."
    )
    own_topping_up: Yen | None = Field(
        title="引受け時の差額（円）", description="What taking them costs itself; negative where it saves."
    )

    @classmethod
    def by_expected_prices(cls, row: ItemRow) -> Self:
        """The item's position by the buyer's own estimate. `row` is an OwnItemRow."""
        prices = pricing.expected_prices(row.tiers)
        own = _own_figures(OwnItemRow.of(row), prices)
        return cls(**vars(row), **_figures(row, prices), **own, priced_by=PricedBy.EXPECTED)


def _figures(row: ItemRow, prices: Prices) -> dict[str, Any]:
    mode, firm = row.mode, row.firm
    missing = pricing.missing_to_next(prices, firm)
    inversion = pricing.inversion(mode, prices, firm)
    cheapest = pricing.cheapest(mode, prices, firm)
    return {
        "tier": pricing.reached_tier(prices, firm),
        "unit_price": pricing.unit_price(prices, firm),
        "cost": pricing.cost(mode, prices, firm),
        "missing": missing,
        "next_cost": None if missing is None else pricing.cost(mode, prices, firm + missing),
        "topping_up": pricing.topping_up(mode, prices, firm),
        "inversion_quantity": inversion.quantity if inversion else None,
        "inversion_cost": inversion.cost if inversion else None,
        "cheapest_quantity": cheapest.quantity,
        "cheapest_cost": cheapest.cost,
    }


def _own_figures(row: OwnItemRow, prices: Prices) -> dict[str, Any]:
    def share(more: int) -> int:
        return pricing.own_share(row.mode, prices, row.own_firm + more, row.firm + more, row.item)

    missing, now = pricing.missing_to_next(prices, row.firm), share(0)
    taking = None if missing is None else share(missing)
    return {"own_cost": now, "own_next_cost": taking, "own_topping_up": None if taking is None else taking - now}
