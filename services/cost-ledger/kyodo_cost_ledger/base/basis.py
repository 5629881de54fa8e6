"""What a base line rests on: a participant's figure, with its date and source, as a statement shows it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kyodo_cost_ledger.base.segments import Segment
from kyodo_events.contracts.base_terms import FLAT, BaseComponent, Driver

TERMS_JA = "費用負担条件"


@dataclass(frozen=True, slots=True)
class Basis:
    """The figure of one participant and the sum of all, as they weigh in a month.

    `figure` and `total` are exact: by days they may be fractions. `reference` is a day or span, empty where a figure
    has none.
    """

    label_ja: str
    figure: int | Fraction
    total: int | Fraction
    unit_ja: str
    reference: str
    source_ja: str


def basis_of(segment: Segment, item: str, municipality: str) -> Basis | None:
    """The basis of a participant's line; None for rounding and Tokyo's share, which rest on no figure."""
    presence = dict(segment.presence)
    if municipality not in presence:
        return None
    if item == FLAT:
        total = sum(presence.values())
        return Basis("定額割", presence[municipality], total, "団体", "", TERMS_JA)
    component = next((c for c in segment.base.components if c.driver == item), None)
    if component is None:
        return None
    weights = next(c.weights for c in segment.components if c.name == item)
    unit, reference, source = _origin(segment, component)
    return Basis(component.name_ja, weights[municipality], sum(weights.values()), unit, reference, source)


def _origin(segment: Segment, component: BaseComponent) -> tuple[str, str, str]:
    reference = component.base_date.reference(segment.version.terms.fiscal_year) if component.base_date else ""
    if component.driver == Driver.EQUAL:
        return "団体", reference, TERMS_JA
    if component.weights is not None:
        return "", reference, TERMS_JA
    figures = segment.figures[component.driver]
    return figures.unit_ja, reference, figures.source_ja
