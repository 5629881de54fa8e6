"""The arithmetic behind one base charge, in figures that anybody can recompute."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kyodo_cost_ledger.base.model import Segment, Step, explain_step
from kyodo_events.contracts.burden_terms import Driver
from kyodo_events.values.apportionment import Portion
from kyodo_events.values.fiscal import Month


@dataclass(frozen=True, slots=True)
class Quota:
    """A share of a pool: its exact quota as a fraction of yen, its whole yen, and whether it got a residual one.

    `tie_break` is the hash by which it was ranked, where equal remainders had to be.
    """

    quota: str
    whole: int
    remainder: str
    residual: int
    tie_break: str | None
    amount: int


@dataclass(frozen=True, slots=True)
class CumulativeShare:
    """What was due since the segment began, and how it came down to one party's yen."""

    until: Month | None
    pool: int
    tokyo: int
    municipalities: int
    component: Quota
    share: Quota


@dataclass(frozen=True, slots=True)
class BaseExplanation:
    """One month's base charge of a municipality: what it bears until the month, less until the month before."""

    segment: Segment
    driver: Driver
    component_share: str
    weights: dict[str, int]
    until_this_month: CumulativeShare
    until_month_before: CumulativeShare
    amount: int


def explain_base(segment: Segment, month: Month, item: str, municipality: str) -> BaseExplanation | None:
    """The arithmetic of a charge; None where the terms have no such component or it is no participant."""
    component = next((c for c in segment.base.components if c.driver.value == item), None)
    if component is None or municipality not in segment.participants:
        return None
    before = None if month == segment.first else month.previous()
    this = _cumulative(month, explain_step(segment, month, item, municipality))
    earlier = _cumulative(before, explain_step(segment, before, item, municipality))
    return BaseExplanation(
        segment,
        component.driver,
        str(component.share),
        segment.weights(component.driver),
        this,
        earlier,
        this.share.amount - earlier.share.amount,
    )


def _cumulative(until: Month | None, step: Step) -> CumulativeShare:
    return CumulativeShare(
        until, step.pool, step.tokyo, step.municipalities, _quota(step.component), _quota(step.portion)
    )


def _quota(portion: Portion) -> Quota:
    return Quota(
        f"{portion.numerator}/{portion.denominator}",
        portion.whole,
        str(Fraction(portion.remainder, portion.denominator)),
        portion.residual,
        portion.tie_break,
        portion.amount,
    )
