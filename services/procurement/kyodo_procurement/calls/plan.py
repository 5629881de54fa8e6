"""What a call says before it is published, and what a municipality commits to: values without a life of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from kyodo_events.contracts.procurement.calls import Criterion, Lot, TierMode
from kyodo_events.values.quantities import QuantityOrNone
from kyodo_events.values.texts import Code, Day, Line, Text
from kyodo_events.values.value import Value

WEIGHTS_TOTAL = 100
MAX_LOTS = 20
MAX_ITEMS = 1000  # MAX_LOTS lots of 50 items
MAX_STANDSTILL_DAYS = 60

StandstillDays = Annotated[int, Field(ge=0, le=MAX_STANDSTILL_DAYS, strict=True)]
QuestionText = Annotated[Text, Field(min_length=1)]


def _repeated(keys: Iterable[object]) -> str:
    return ", ".join(str(key) for key, times in Counter(keys).items() if times > 1)


class CallPlan(Value):
    """All that publication fixes: what is sought, by which criteria, until when. Days end at midnight in Tokyo."""

    title_ja: Line
    mode: TierMode
    lots: Annotated[tuple[Lot, ...], Field(min_length=1, max_length=MAX_LOTS)]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=20)]
    commitments_until: Annotated[Day, Field(description="Last day on which municipalities commit freely.")]
    top_up_until: Annotated[Day, Field(description="Last day on which they may still add; reached tiers stay.")]
    questions_until: Annotated[Day, Field(description="Last day on which suppliers may ask.")]
    quotations_until: Annotated[Day, Field(description="Last day on which suppliers may hand in.")]
    standstill_days: Annotated[StandstillDays, Field(description="Days between the intended award and the award.")]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not self.commitments_until <= self.top_up_until <= self.quotations_until:
            raise ValueError("commitments end first, then the top-up window, then quotations")
        if self.questions_until > self.quotations_until:
            raise ValueError("questions end no later than quotations")
        weights = sum(criterion.weight for criterion in self.criteria)
        if weights != WEIGHTS_TOTAL:
            raise ValueError(f"the criteria's weights sum to {weights}, not to {WEIGHTS_TOTAL}")
        twice = [
            _repeated(criterion.code for criterion in self.criteria),
            _repeated(lot.number for lot in self.lots),
            _repeated(item.code for lot in self.lots for item in lot.items),
        ]
        if any(twice):
            raise ValueError(f"criteria, lots and items are each named once; twice: {', '.join(filter(None, twice))}")
        return self


class Commitment(Value):
    """How much of one item a municipality buys: firm units for certain, optional ones perhaps."""

    item: Code
    firm: QuantityOrNone = 0
    optional: QuantityOrNone = 0

    @model_validator(mode="after")
    def _is_something(self) -> Self:
        if not self.firm and not self.optional:
            raise ValueError("firm or optional is at least 1; leave the item out where nothing is bought")
        return self


def _each_item_once(commitments: tuple[Commitment, ...]) -> tuple[Commitment, ...]:
    twice = _repeated(commitment.item for commitment in commitments)
    if twice:
        raise ValueError(f"an item is named once; twice: {twice}")
    return commitments


Commitments = Annotated[
    tuple[Commitment, ...], Field(min_length=1, max_length=MAX_ITEMS), AfterValidator(_each_item_once)
]
"""All that one municipality commits to in a call, an item at most once."""


class ItemTotal(Value):
    """What all municipalities together commit to of an item. Public."""

    item: Code
    firm: int
    optional: int
