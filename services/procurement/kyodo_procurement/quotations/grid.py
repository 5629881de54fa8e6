"""Whether a bid fits the call: every item of the lots that it bids for, on the buyer's price breaks or its own."""

from __future__ import annotations

from collections.abc import Sequence

from kyodo_events.contracts.procurement.calls import ItemPrices, Lot
from kyodo_events.errors import Refused, require
from kyodo_procurement.quotations.values import Bid, QuotationKind


class OffTheGrid(Refused):
    """Its facts name places, never prices: what a supplier asks is for nobody's eyes before the opening."""

    status, type = 422, "quotation-off-the-grid"
    title = "The quotation does not fit the call"
    detail = "Lot {lot}: {what}."
    remedy = (
        "Price every item of each lot that you bid for, once; a primary quotation from exactly the call's quantities."
    )


def check_bid(lots: Sequence[Lot], kind: QuotationKind, bid: Bid) -> None:
    """Raises OffTheGrid unless each lot is the call's, named once, with all its items and the right price breaks."""
    called = {lot.number: lot for lot in lots}
    numbers = [prices.lot for prices in bid.lots]
    for prices in bid.lots:
        number = prices.lot
        require(number in called, OffTheGrid(lot=number, what="the call has no such lot"))
        require(numbers.count(number) == 1, OffTheGrid(lot=number, what="it is priced twice"))
        _check_lot(called[number], kind, prices.items)


def _check_lot(lot: Lot, kind: QuotationKind, prices: Sequence[ItemPrices]) -> None:
    items = {item.code: item for item in lot.items}
    priced = [price.item for price in prices]
    fits = sorted(priced) == sorted(items)
    require(fits, OffTheGrid(lot=lot.number, what="its items are not each priced once, and nothing else"))
    for price in prices:
        starts = [tier.from_quantity for tier in price.tiers]
        if kind is QuotationKind.PRIMARY:
            wanted = [tier.from_quantity for tier in items[price.item].tiers]
            what = f"the price breaks of '{price.item}' are not {', '.join(map(str, wanted))}"
        else:
            wanted, what = [1, *sorted(set(starts) - {1})], f"the price breaks of '{price.item}' do not ascend from 1"
        require(starts == wanted, OffTheGrid(lot=lot.number, what=what))
