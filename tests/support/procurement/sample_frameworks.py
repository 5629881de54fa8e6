"""An awarded lot, its framework, and what happens to it: the rules' tests begin from these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.calls import (
    ContractLine,
    Item,
    ItemPrices,
    Lot,
    LotAward,
    MunicipalContract,
    Supplier,
    Tier,
    TierPrice,
)
from kyodo_events.contracts.procurement.orders import (
    FrameworkConcluded,
    FrameworkItem,
    ItemQuantity,
    NewPrice,
    OrderLine,
    Period,
    PriceChange,
    PriceGround,
)
from kyodo_procurement.frameworks.conclusion import FrameworkTerms, LotOfCall
from kyodo_procurement.frameworks.events import (
    QuantityCalledOff,
)
from kyodo_procurement.frameworks.model import Framework

CHIYODA, CHUO, MUSASHINO, OKUTAMA = "131016", "131024", "132039", "133086"
CALL = "0193f1a0-0000-7000-8000-00000000000c"
FIRST, LAST, TODAY = date(2026, 4, 1), date(2028, 3, 31), date(2026, 6, 1)
SUPPLIER = Supplier(id="supplier@tokyo", name_ja="株式会社サンプル", corporate_number="8000012010038")


def contract(municipality: str, firm: int, optional: int, firm_amount: int) -> MunicipalContract:
    """A contract on tablets; an optional one costs 50,000 yen."""
    line = ContractLine(
        item="tablet", firm=firm, optional=optional, firm_amount=firm_amount, optional_unit_price=50_000
    )
    return MunicipalContract(municipality=municipality, lines=(line,))


AWARD = LotAward(
    lot=1,
    supplier=SUPPLIER,
    quotation_id="0193f1a0-0000-7000-8000-00000000000d",
    prices=(ItemPrices(item="case", tiers=(TierPrice(from_quantity=1, unit_price=900),)),),
    contracts=(contract(CHIYODA, 7, 3, 100), contract(MUSASHINO, 5, 5, 250_000)),
    awarded_on=date(2026, 3, 1),
)


def item(code: str, name_ja: str) -> Item:
    return Item(code=code, name_ja=name_ja, unit_ja="台", tiers=(Tier(from_quantity=1, expected_unit_price=1),))


LOT = Lot(number=1, name_ja="端末", items=(item("tablet", "タブレット端末"), item("case", "保護ケース")))
OF = LotOfCall(CALL, "project", "端末の共同調達", LOT, AWARD)


def terms(**maxima: int) -> FrameworkTerms:
    return FrameworkTerms(
        period=Period(first=FIRST, last=LAST),
        tax_rate=Fraction(1, 10),
        indexation_cap=Fraction(1, 50),
        maxima=maxima,
    )


def concluded(tablets: int = 20, cases: int = 0) -> FrameworkConcluded:
    return FrameworkConcluded(
        call_id=CALL,
        lot=1,
        project_id="project",
        title_ja="端末の共同調達",
        supplier=SUPPLIER,
        period=Period(first=FIRST, last=LAST),
        items=(
            FrameworkItem(
                code="tablet", name_ja="タブレット端末", unit_ja="台", maximum=tablets, optional_unit_price=50_000
            ),
            FrameworkItem(code="case", name_ja="保護ケース", unit_ja="台", maximum=cases, optional_unit_price=900),
        ),
        contracts=AWARD.contracts,
        tax_rate=Fraction(1, 10),
        indexation_cap=Fraction(1, 50),
    )


def tablets(quantity: int) -> list[ItemQuantity]:
    return [ItemQuantity(item="tablet", quantity=quantity)]


def call_off(order_id: str, municipality: str, wanted: Sequence[ItemQuantity], **changes: Any) -> Any:
    """The decision to order, today for a day within the period."""
    facts = {"wanted_on": date(2026, 7, 1), "takes_part": True, "today": TODAY, **changes}

    def decide(framework: Framework) -> Events:
        return framework.call_off(order_id, municipality, wanted, **facts)

    return decide


def called_off(
    order_id: str, municipality: str, quantity: int, firm: int = 0, firm_amount: int = 0, **changes: Any
) -> QuantityCalledOff:
    facts = {"ordered_on": TODAY, "price": 50_000, **changes}
    line = OrderLine(
        item="tablet",
        quantity=quantity,
        firm_quantity=firm,
        firm_amount=firm_amount,
        optional_unit_price=facts["price"],
    )
    return QuantityCalledOff(
        order_id=order_id, municipality=municipality, ordered_on=facts["ordered_on"], lines=(line,)
    )


def change(from_day: date, price: int, ground: PriceGround = PriceGround.INDEXATION) -> PriceChange:
    return PriceChange(
        ground=ground,
        from_day=from_day,
        prices=(NewPrice(item="tablet", optional_unit_price=price),),
        reference="企業物価指数 2027年3月",
    )


def taxed(from_day: date, rate: Fraction = Fraction(12, 100)) -> PriceChange:
    return PriceChange(ground=PriceGround.TAX, from_day=from_day, tax_rate=rate, reference="消費税法改正")
