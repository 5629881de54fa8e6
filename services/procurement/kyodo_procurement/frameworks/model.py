"""A framework contract (枠組契約): what the municipalities may draw of one awarded lot, never more than its maximum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement.calls import ContractLine, Supplier
from kyodo_events.contracts.procurement.orders import (
    FrameworkConcluded,
    FrameworkItem,
    FrameworkPriceChanged,
    ItemQuantity,
    OrderLine,
    PriceChange,
    PriceGround,
)
from kyodo_events.errors import require
from kyodo_events.values.money import MAX_AMOUNT
from kyodo_procurement.frameworks import prices
from kyodo_procurement.frameworks.conclusion import FrameworkTerms, LotOfCall, contracted_of, optional_unit_price_of
from kyodo_procurement.frameworks.events import (
    BeyondCap,
    ChangeNotLater,
    DayIsOver,
    LotNotAwarded,
    MaximumBelowContracts,
    NotABuyer,
    NotEnoughLeft,
    NotInFramework,
    OrdersStand,
    OrderTooLarge,
    OutsidePeriod,
    QuantityCalledOff,
    QuantityReturned,
)


@dataclass(frozen=True)
class CallOff:
    """An order as the framework knows it: whose it is, of which day, and what it took."""

    municipality: str
    ordered_on: date
    lines: Mapping[str, OrderLine]


@dataclass(frozen=True)
class Framework(Aggregate, category="framework"):
    """The framework with all orders that stand: those cancelled or declined are no longer there.

    Quantities are whole units, prices net yen. `contracts` are the lines by municipality and item; `prices` and
    `tax_rates` the steps from a day on, the oldest first. `today` is always the day in Tokyo.
    """

    call_id: str = ""
    lot: int = 0
    project_id: str = ""
    title_ja: str = ""
    supplier: Supplier | None = None
    first_day: date = date.max
    last_day: date = date.min
    items: Mapping[str, FrameworkItem] = field(default_factory=dict)
    contracts: Mapping[str, Mapping[str, ContractLine]] = field(default_factory=dict)
    prices: Mapping[str, tuple[tuple[date, int], ...]] = field(default_factory=dict)
    tax_rates: tuple[tuple[date, Fraction], ...] = ()
    indexation_cap: Fraction = Fraction(0)
    call_offs: Mapping[str, CallOff] = field(default_factory=dict)

    @property
    def supplier_id(self) -> str:
        """The subject of the supplier's token."""
        return self.supplier.id if self.supplier else ""

    @property
    def supplier_ja(self) -> str:
        """The firm's name."""
        return self.supplier.name_ja if self.supplier else ""

    @property
    def tax_rate(self) -> Fraction:
        """The newest rate of tax, in force or to come."""
        return self.tax_rates[-1][1] if self.tax_rates else Fraction(0)

    def ordered(self, item: str) -> int:
        """Units of an item in all orders that stand."""
        return sum(line.quantity for _, line in self._lines(item))

    def remaining(self, item: str) -> int:
        """Units of an item that may still be ordered by all together."""
        return self.items[item].maximum - self.ordered(item)

    def firm_open(self, item: str) -> Mapping[str, int]:
        """Units of an item that each municipality contracted firmly and has not ordered yet."""
        left = {code: lines[item].firm for code, lines in self.contracts.items() if item in lines}
        for call_off, line in self._lines(item):
            if line.firm_quantity:
                left[call_off.municipality] -= line.firm_quantity
        return left

    def reserved(self, item: str, municipality: str) -> int:
        """Units kept for the firm quantities that other municipalities have not ordered yet."""
        return sum(left for code, left in self.firm_open(item).items() if code != municipality)

    def free_for(self, item: str, municipality: str) -> int:
        """Units of an item that a municipality may order now."""
        return self.remaining(item) - self.reserved(item, municipality)

    # decisions

    def conclude(self, of: LotOfCall, terms: FrameworkTerms) -> Events:
        """The secretariat concludes the framework on an awarded lot, with headroom above the contracts or without."""
        award = of.award
        if award is None:
            raise LotNotAwarded(lot=of.lot.number)
        contracted = {item.code: contracted_of(award, item.code) for item in of.lot.items}
        for code, maximum in terms.maxima.items():
            _known(code, contracted)
            least = contracted[code]
            require(maximum >= least, MaximumBelowContracts(item=code, maximum=maximum, contracted=least))
        yield FrameworkConcluded(
            call_id=of.call_id,
            lot=of.lot.number,
            project_id=of.project_id,
            title_ja=of.title_ja,
            supplier=award.supplier,
            period=terms.period,
            items=tuple(
                FrameworkItem(
                    code=item.code,
                    name_ja=item.name_ja,
                    unit_ja=item.unit_ja,
                    maximum=terms.maxima.get(item.code, contracted[item.code]),
                    optional_unit_price=optional_unit_price_of(award, item.code),
                )
                for item in of.lot.items
            ),
            contracts=award.contracts,
            tax_rate=terms.tax_rate,
            indexation_cap=terms.indexation_cap,
        )

    def change_prices(self, change: PriceChange) -> Events:
        """Other prices or another tax for what is ordered from a day on.

        Later than the change before and than the last order that stands; indexation within its cap.
        """
        self._within_period(change.from_day)
        if change.tax_rate is not None:
            self._begins_later("tax", change.from_day, self.tax_rates[-1][0], *self.items)
        for price in change.prices:
            _known(price.item, self.items)
            self._begins_later(price.item, change.from_day, self.prices[price.item][-1][0], price.item)
            if change.ground is PriceGround.INDEXATION:
                self._within_cap(price.item, price.optional_unit_price, change.from_day)
        yield FrameworkPriceChanged(change=change)

    def call_off(
        self,
        order_id: str,
        municipality: str,
        wanted: Sequence[ItemQuantity],
        *,
        wanted_on: date,
        takes_part: bool,
        today: date,
    ) -> Events:
        """A municipality's order takes its quantities, at today's prices.

        It may buy that has a contract in the award, or takes part in the project; beyond the maximum nobody may, nor
        into the firm quantities that others have not ordered yet.
        """
        require(takes_part or municipality in self.contracts, NotABuyer(municipality=municipality))
        self._within_period(wanted_on)
        require(wanted_on >= today, DayIsOver(day=wanted_on, today=today))
        for one in wanted:
            _known(one.item, self.items)
            self._enough(one, municipality)
        lines = tuple(self._line(one, municipality, today) for one in wanted)
        net = sum(line.net for line in lines)
        amount = net + prices.tax_on(net, self.tax_rate_on(today))
        require(amount <= MAX_AMOUNT, OrderTooLarge(amount=amount, maximum=MAX_AMOUNT))
        yield QuantityCalledOff(order_id=order_id, municipality=municipality, ordered_on=today, lines=lines)

    def give_back(self, order_id: str) -> Events:
        """An order was cancelled or declined."""
        if order_id in self.call_offs:
            yield QuantityReturned(order_id=order_id)

    def tax_rate_on(self, day: date) -> Fraction:
        """The rate of tax on what is ordered on a day."""
        return prices.on(self.tax_rates, day)

    # what events did

    @evolve
    def concluded(self, event: FrameworkConcluded) -> Self:
        first = event.period.first
        return replace(
            self,
            call_id=event.call_id,
            lot=event.lot,
            project_id=event.project_id,
            title_ja=event.title_ja,
            supplier=event.supplier,
            first_day=first,
            last_day=event.period.last,
            items={item.code: item for item in event.items},
            contracts={one.municipality: {line.item: line for line in one.lines} for one in event.contracts},
            prices={item.code: ((first, item.optional_unit_price),) for item in event.items},
            tax_rates=((first, event.tax_rate),),
            indexation_cap=event.indexation_cap,
        )

    @evolve
    def price_changed(self, event: FrameworkPriceChanged) -> Self:
        change = event.change
        added = {
            price.item: (*self.prices[price.item], (change.from_day, price.optional_unit_price))
            for price in change.prices
        }
        rates = self.tax_rates if change.tax_rate is None else (*self.tax_rates, (change.from_day, change.tax_rate))
        return replace(self, prices={**self.prices, **added}, tax_rates=rates)

    @evolve
    def called_off(self, event: QuantityCalledOff) -> Self:
        lines = {line.item: line for line in event.lines}
        call_off = CallOff(event.municipality, event.ordered_on, lines)
        return replace(self, call_offs={**self.call_offs, event.order_id: call_off})

    @evolve
    def returned(self, event: QuantityReturned) -> Self:
        return replace(self, call_offs={id_: one for id_, one in self.call_offs.items() if id_ != event.order_id})

    # how decisions look at it

    def _within_period(self, day: date) -> None:
        first, last = self.first_day, self.last_day
        require(first <= day <= last, OutsidePeriod(day=day, first=first, last=last))

    def _lines(self, item: str, municipality: str | None = None) -> Iterator[tuple[CallOff, OrderLine]]:
        for call_off in self.call_offs.values():
            if item in call_off.lines and municipality in (None, call_off.municipality):
                yield call_off, call_off.lines[item]

    def _enough(self, wanted: ItemQuantity, municipality: str) -> None:
        item = wanted.item
        free = max(0, self.free_for(item, municipality))
        remaining, reserved = self.remaining(item), self.reserved(item, municipality)
        facts = {"item": item, "wanted": wanted.quantity, "free": free, "remaining": remaining, "reserved": reserved}
        require(wanted.quantity <= free, NotEnoughLeft(**facts))

    def _line(self, wanted: ItemQuantity, municipality: str, today: date) -> OrderLine:
        contract = self.contracts.get(municipality, {}).get(wanted.item)
        firm_now = min(wanted.quantity, self.firm_open(wanted.item).get(municipality, 0))
        amount = 0
        if contract is not None and firm_now:
            standing = [line for _, line in self._lines(wanted.item, municipality)]
            before, charged = sum(one.firm_quantity for one in standing), sum(one.firm_amount for one in standing)
            amount = prices.firm_amount(contract.firm_amount, contract.firm, before, charged, firm_now)
        return OrderLine(
            item=wanted.item,
            quantity=wanted.quantity,
            firm_quantity=firm_now,
            firm_amount=amount,
            optional_unit_price=prices.on(self.prices[wanted.item], today),
        )

    def _begins_later(self, what: str, from_day: date, last: date, *items: str) -> None:
        require(from_day > last, ChangeNotLater(what=what, last=last, from_day=from_day))
        for item in items:
            ordered_on = max((call_off.ordered_on for call_off, _ in self._lines(item)), default=None)
            stands = ordered_on is not None and ordered_on >= from_day
            require(not stands, OrdersStand(what=item, ordered_on=ordered_on, from_day=from_day))

    def _within_cap(self, item: str, asked: int, from_day: date) -> None:
        before = prices.on(self.prices[item], prices.a_year_before(from_day))
        lowest, highest = prices.within_cap(before, self.indexation_cap)
        facts = {"item": item, "before": before, "lowest": lowest, "highest": highest, "asked": asked}
        require(lowest <= asked <= highest, BeyondCap(**facts))


def _known(item: str, items: Iterable[str]) -> None:
    require(item in items, NotInFramework(item=item, known=", ".join(sorted(items))))
