"""The arithmetic behind one base charge, in figures that anybody can recompute."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kyodo_cost_ledger.apportionment.model import totals
from kyodo_cost_ledger.base.basis import Basis, basis_of
from kyodo_cost_ledger.base.division import flat_part, pool_of, rounding_moves, tokyo_part
from kyodo_cost_ledger.base.segments import Segment
from kyodo_cost_ledger.projects.articles import Article, article_for
from kyodo_events.contracts.base_terms import FLAT, ROUNDING
from kyodo_events.values.apportionment import Portion, explain
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
class RoundingStep:
    """How rounding moved an amount: to a multiple of the unit or, for the bearer, against all others' moves."""

    unit: int
    direction: str
    bearer: str
    before: int
    moves_of_others: dict[str, int]
    amount: int


@dataclass(frozen=True, slots=True)
class CumulativeShare:
    """What was due since the segment began, and how it came down to one party's yen.

    `mixture` is the pool less Tokyo's part and the flat amounts; `component` its part by the component's share, None
    for what is no component.
    """

    until: Month | None
    pool: int
    tokyo: int
    flat: int
    mixture: int
    component: Quota | None
    share: Quota | None
    rounding: RoundingStep | None
    amount: int


@dataclass(frozen=True, slots=True)
class BaseExplanation:
    """One month's base charge of a municipality: what it bears until the month, less until the month before."""

    segment: Segment
    article: Article | None
    basis: Basis | None
    component_share: str | None
    weights: dict[str, str]
    until_this_month: CumulativeShare
    until_month_before: CumulativeShare

    @property
    def amount(self) -> int:
        """Whole yen."""
        return self.until_this_month.amount - self.until_month_before.amount


def explain_base(segment: Segment, month: Month, item: str, municipality: str) -> BaseExplanation | None:
    """The arithmetic of a charge; None where the terms have no such item, or it is no participant."""
    components = {component.driver: component for component in segment.base.components}
    known = item in components or (item == FLAT and segment.base.flat_amount) or (item == ROUNDING and _rounds(segment))
    if not known or municipality not in segment.participants or segment.missing():
        return None
    before = None if month == segment.first else month.previous()
    weights = segment.weights(components[item]) if item in components else dict(segment.presence)
    return BaseExplanation(
        segment,
        article_for(segment.version.terms, item),
        basis_of(segment, item, municipality),
        str(components[item].share) if item in components else None,
        {code: str(weight) for code, weight in weights.items()},
        _cumulative(segment, month, item, municipality),
        _cumulative(segment, before, item, municipality),
    )


def _rounds(segment: Segment) -> bool:
    return segment.base.rounding is not None


def _cumulative(segment: Segment, until: Month | None, item: str, party: str) -> CumulativeShare:
    run, presence = segment.run(until), dict(segment.presence)
    pool, tokyo = pool_of(segment.base, run), tokyo_part(segment.base, run)
    flat = flat_part(segment.base, run, presence)
    mixture = pool - tokyo - flat
    component = share = rounding = None
    if item == ROUNDING:
        rounding = _rounding(segment, until, party)
        amount = rounding.amount
    else:
        if item == FLAT:
            portion = explain(flat, presence, f"{segment.pool_id}/{FLAT}")[party]
        else:
            shares = {c.name: c.share for c in segment.components}
            part = explain(mixture, shares, segment.pool_id)[item]
            weights = next(c.weights for c in segment.components if c.name == item)
            component, portion = _quota(part), explain(part.amount, weights, f"{segment.pool_id}/{item}")[party]
        share, amount = _quota(portion), portion.amount
    return CumulativeShare(until, pool, tokyo, flat, mixture, component, share, rounding, amount)


def _rounding(segment: Segment, until: Month | None, party: str) -> RoundingStep:
    rounding = segment.base.rounding
    if rounding is None:
        raise KeyError(ROUNDING)
    columns = {item: column for item, column in segment.division(until).columns.items() if item != ROUNDING}
    amounts = totals(columns)
    moves = rounding_moves(amounts, rounding)
    others = {code: move for code, move in moves.items() if code != party} if party == rounding.bearer else {}
    return RoundingStep(rounding.unit, rounding.direction.value, rounding.bearer, amounts[party], others, moves[party])


def _quota(portion: Portion) -> Quota:
    return Quota(
        f"{portion.numerator}/{portion.denominator}",
        portion.whole,
        str(Fraction(portion.remainder, portion.denominator)),
        portion.residual,
        portion.tie_break,
        portion.amount,
    )
