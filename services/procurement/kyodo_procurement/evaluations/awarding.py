"""From prices to contracts: what a lot costs jointly, and what each municipality's own contract says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kyodo_events.contracts.procurement.calls import (
    ContractLine,
    ItemPrices,
    Lot,
    LotAward,
    MunicipalContract,
    Supplier,
)
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.pricing import Prices, cost, quoted_prices, shares, unit_price
from kyodo_procurement.evaluations.values import LotCost, Tender
from kyodo_procurement.quotations.model import Quotation


def joint_cost(call: Call, prices: Sequence[ItemPrices]) -> int:
    """Yen for all firm units of the priced items together."""
    return sum(cost(call.mode, quoted_prices(price), call.firm(price.item)) for price in prices)


def tender_of(call: Call, quotation: Quotation) -> Tender:
    """An opened quotation as it is compared. Raises ValueError for one that is not opened."""
    bid = quotation.bid
    if bid is None:
        raise ValueError(f"the quotation {quotation.id} is not opened")
    costs = tuple(LotCost(lot=prices.lot, cost=joint_cost(call, prices.items)) for prices in bid.lots)
    return Tender(
        quotation_id=quotation.id, supplier=bid.supplier(quotation.supplier), kind=quotation.kind, costs=costs
    )


def is_bought(call: Call, lot: int) -> bool:
    """Whether any municipality committed to anything of a lot."""
    items = {item.code for called in call.lots if called.number == lot for item in called.items}
    return any(items & own.keys() for own in call.commitments.values())


def award_of(
    call: Call, lot: Lot, supplier: Supplier, quotation_id: str, prices: Sequence[ItemPrices], today: date
) -> LotAward:
    """The award of a lot at these prices: one contract for each municipality that committed to any of its items.

    The firm amounts of all contracts sum to the joint cost, to the yen.
    """
    grids = {price.item: quoted_prices(price) for price in prices}
    by_item = {item.code: _lines(call, lot.number, item.code, grids[item.code]) for item in lot.items}
    contracts = [
        MunicipalContract(municipality=buyer, lines=tuple(lines[buyer] for lines in by_item.values() if buyer in lines))
        for buyer in call.buyers
    ]
    return LotAward(
        lot=lot.number,
        supplier=supplier,
        quotation_id=quotation_id,
        prices=tuple(prices),
        contracts=tuple(contract for contract in contracts if contract.lines),
        awarded_on=today,
    )


def _lines(call: Call, lot: int, item: str, grid: Prices) -> dict[str, ContractLine]:
    """What the contract of each municipality that buys an item says of it."""
    own = {buyer: commitments[item] for buyer, commitments in call.commitments.items() if item in commitments}
    firm = {buyer: commitment.firm for buyer, commitment in own.items()}
    amounts = shares(call.mode, grid, firm, f"{call.id}:{lot}:{item}")
    optional_price = unit_price(grid, call.firm(item))
    return {
        buyer: ContractLine(
            item=item,
            firm=commitment.firm,
            optional=commitment.optional,
            firm_amount=amounts[buyer],
            optional_unit_price=optional_price,
        )
        for buyer, commitment in own.items()
    }
