"""What a saving is reckoned from: a baseline for each item, and what the item costs jointly. Whole yen, no floats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from kyodo_events.contracts.procurement.calls import LotAward
from kyodo_events.errors import require
from kyodo_events.values.money import Price, Ratio, Yen
from kyodo_events.values.quantities import Quantity
from kyodo_events.values.texts import Code, Line
from kyodo_events.values.value import Value
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.pricing import expected_prices, shares
from kyodo_procurement.savings.refusals import BaselinesDoNotFit, SavingTooLarge

MAX_INDEX = 10
MAX_TOTAL = 10**15  # yen; the sum over every lot and municipality of a call still fits PostgreSQL's bigint


class Method(StrEnum):
    """Where the price comes from that would have been paid without the joint call."""

    LAST_PRICE_INDEXED = "last_price_indexed"
    STAND_ALONE_QUOTATION = "stand_alone_quotation"
    LIST_PRICE = "list_price"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {
            "last_price_indexed": "前回の自団体単価（物価指数補正）",
            "stand_alone_quotation": "単独見積り",
            "list_price": "定価",
        }[self.value]


class SavingStatus(StrEnum):
    """How far a saving is; in the report it counts under this alone, and withdrawn not at all."""

    FORECAST = "forecast"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"forecast": "見込み", "claimed": "算定済み", "confirmed": "確認済み", "withdrawn": "取下げ"}[self.value]


class Baseline(Value):
    """What one unit of an item would have cost the municipality alone, and where that can be looked up.

    An index, and the line it is read from, go with the own last price and with nothing else.
    """

    item: Code
    method: Method
    unit_price: Price
    source: Line = Field(description="Contract, quotation or price list, so that it can be found again.")
    index: Ratio | None = Field(
        default=None, description=f"Price index since then, an exact ratio above 0, at most {MAX_INDEX}: '103/100'."
    )
    index_source: Line | None = Field(default=None, description="The line of the published index.")

    @model_validator(mode="after")
    def _an_index_has_its_source(self) -> Self:
        indexed = self.method is Method.LAST_PRICE_INDEXED
        if indexed != (self.index is not None) or indexed != (self.index_source is not None):
            raise ValueError("the own last price, and no other, has an index and the index's source")
        if self.index is not None and not 0 < self.index <= MAX_INDEX:
            raise ValueError(f"the index lies above 0 and is at most {MAX_INDEX}")
        return self

    def amount(self, firm: int) -> int:
        """Yen for a firm quantity: quantity × unit price × index, rounded down to whole yen."""
        return int(firm * self.unit_price * (self.index or Fraction(1)) // 1)


def _each_item_once(baselines: tuple[Baseline, ...]) -> tuple[Baseline, ...]:
    if len({baseline.item for baseline in baselines}) != len(baselines):
        raise ValueError("each item has one baseline")
    return baselines


Baselines = Annotated[tuple[Baseline, ...], Field(min_length=1, max_length=50), AfterValidator(_each_item_once)]
"""The baselines of a lot, an item at most once."""


class SavingLine(Value):
    """One item of a saving: the baseline for the firm quantity, and what that quantity costs jointly."""

    baseline: Baseline
    firm: Quantity
    baseline_amount: Yen
    paid: Yen = Field(description="Yen for the firm quantity: by the contract, in a forecast by the expected prices.")


class Counted(Value):
    """What a saving counts in the sums of its call: its figure in signed yen, under one status."""

    status: SavingStatus
    amount: Yen


@dataclass(frozen=True)
class Bought:
    """A firm quantity of an item, and the yen it costs."""

    item: str
    firm: int
    paid: int


def expected(call: Call, lot: int, municipality: str) -> list[Bought]:
    """What a municipality committed to, firmly, in a lot not awarded yet, at its part of the expected joint cost."""
    own = call.commitments.get(municipality, {})
    items = (item for called in call.lots if called.number == lot for item in called.items)
    bought = []
    for item in items:
        firm = {buyer: theirs[item.code].firm for buyer, theirs in call.commitments.items() if item.code in theirs}
        if item.code in own and own[item.code].firm:
            parts = shares(call.mode, expected_prices(item.tiers), firm, f"{call.id}:{lot}:{item.code}")
            bought.append(Bought(item.code, firm[municipality], parts[municipality]))
    return bought


def contracted(award: LotAward, municipality: str) -> list[Bought]:
    """What a municipality's contract says of firm quantities; nothing where it has none."""
    contract = award.contract_of(municipality)
    lines = contract.lines if contract else ()
    return [Bought(line.item, line.firm, line.firm_amount) for line in lines if line.firm]


def compared(bought: Iterable[Bought], baselines: Sequence[Baseline]) -> tuple[SavingLine, ...]:
    """Each firm quantity with its baseline.

    Raises BaselinesDoNotFit unless each item bought has a baseline and no other has one, and SavingTooLarge.
    """
    wanted = {one.item: one for one in bought}
    given = {baseline.item: baseline for baseline in baselines}
    require(
        wanted.keys() == given.keys(),
        BaselinesDoNotFit(missing=_listed(wanted.keys() - given.keys()), more=_listed(given.keys() - wanted.keys())),
    )
    lines = tuple(
        SavingLine(baseline=given[item], firm=one.firm, baseline_amount=given[item].amount(one.firm), paid=one.paid)
        for item, one in wanted.items()
    )
    largest = max(sum(line.baseline_amount for line in lines), sum(line.paid for line in lines))
    require(largest <= MAX_TOTAL, SavingTooLarge(total=largest))
    return lines


def saved(lines: Iterable[SavingLine]) -> int:
    """Yen saved: the baselines less what is paid. Negative where joint buying cost more; that is reported too."""
    return sum(line.baseline_amount - line.paid for line in lines)


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes)) or "none"
