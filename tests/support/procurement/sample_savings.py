"""A call before and after an award, and events of a saving in it, from which tests of its rules begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.calls import (
    ContractLine,
    LotAward,
    LotAwarded,
    LotFailed,
    MunicipalContract,
    Supplier,
)
from kyodo_procurement.calls.state import CallStatus
from kyodo_procurement.evaluations.events import EvaluationBegun
from kyodo_procurement.evaluations.model import Evaluation
from kyodo_procurement.savings.events import (
    SavingAdjusted,
    SavingClaimed,
    SavingConfirmed,
    SavingForecast,
    SavingWithdrawn,
)
from kyodo_procurement.savings.model import Saving
from kyodo_procurement.savings.values import Baseline, Counted, Method, SavingLine, SavingStatus
from tests.support.procurement.sample_calls import (
    CHIYODA,
    MITAKA,
    MUSASHINO,
    chiyoda_300,
    committed,
    plan,
    the_published,
    total,
    units,
)

CHUO = "131024"
CALL = "0193f1a0-0000-7000-8000-000000000009"
Decide = Callable[[Saving], Events]

call = replace(
    the_published(
        chiyoda_300,
        committed(MUSASHINO, units(firm=200), totals=(total(firm=500),), buyers=2),
        committed(MITAKA, units(optional=5), totals=(total(firm=500),), buyers=3),
    ).state,
    id=CALL,
)
cancelled = replace(call, status=CallStatus.CANCELLED)
undecided = Evaluation(id=CALL).fold(
    [EvaluationBegun(lots=(1, 2), criteria=plan.criteria, standstill_days=10, tenders=())]
)
failed = undecided.fold([LotFailed(lot=1, reason="応札なし")])


def contract(*lines: tuple[str, int, int], municipality: str = CHIYODA) -> MunicipalContract:
    """A contract on these items: firm quantity and yen for it, with some optional units."""
    return MunicipalContract(
        municipality=municipality,
        lines=tuple(
            ContractLine(item=item, firm=firm, optional=9, firm_amount=amount, optional_unit_price=1)
            for item, firm, amount in lines
        ),
    )


def awarded(*contracts: MunicipalContract) -> Evaluation:
    """The evaluation after the first lot was awarded with these contracts."""
    supplier = Supplier(id="supplier-1", name_ja="株式会社サンプル", corporate_number="8000012010038")
    award = LotAward(
        lot=1, supplier=supplier, quotation_id="q", prices=(), contracts=contracts, awarded_on=date(2024, 7, 20)
    )
    return undecided.fold([LotAwarded(award=award)])


won = awarded(contract(("pc", 300, 31_500_000)), contract(("pc", 0, 0), municipality=MITAKA))


def price(unit_price: int, item: str = "pc") -> Baseline:
    """A list price."""
    return Baseline(item=item, method=Method.LIST_PRICE, unit_price=unit_price, source="価格表2024年版")


def last_price(unit_price: int, index: Fraction) -> Baseline:
    """The own last price, with its index."""
    return Baseline(
        item="pc",
        method=Method.LAST_PRICE_INDEXED,
        unit_price=unit_price,
        source="令和3年度契約第12号",
        index=index,
        index_source="企業物価指数 パソコン 2024年3月",
    )


def line(baseline: Baseline, amount: int, firm: int = 300, paid: int = 31_500_000) -> SavingLine:
    """One item of a saving: 300 units under a contract, where nothing else is said."""
    return SavingLine(baseline=baseline, firm=firm, baseline_amount=amount, paid=paid)


def whose(before: Counted | None, municipality: str = CHIYODA) -> dict[str, Any]:
    """What each event says of whose saving it is."""
    return {"municipality": municipality, "call_id": CALL, "lot": 1, "before": before}


def counted(status: SavingStatus, amount: int) -> Counted:
    """What a saving counts in the sums."""
    return Counted(status=status, amount=amount)


DEAR, INDEXED = price(120_000), last_price(110_003, Fraction(103, 100))
FORECAST, CLAIMED, CONFIRMED = SavingStatus.FORECAST, SavingStatus.CLAIMED, SavingStatus.CONFIRMED

# Both commit to 300 + 200 together, which is the second tier: 110,000 yen expected.
forecast = SavingForecast(**whose(None), lines=(line(DEAR, 36_000_000, paid=33_000_000),), amount=3_000_000)
claimed = SavingClaimed(**whose(None), lines=(line(DEAR, 36_000_000),), amount=4_500_000, reason=None)
confirmed = SavingConfirmed(**whose(counted(CLAIMED, 4_500_000)), amount=4_500_000)
# 300 × 110,003 × 1.03 = 33,990,927
adjusted = SavingAdjusted(
    **whose(counted(CLAIMED, 4_500_000)), lines=(line(INDEXED, 33_990_927),), amount=2_490_927, reason="前回単価による"
)
withdrawn = SavingWithdrawn(**whose(counted(FORECAST, 3_000_000)), reason="調達の見送り")
