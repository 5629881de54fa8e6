"""Published figures that weight a split, and how weights that grow less than the population are worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Final, NamedTuple, Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.base_terms import Driver
from kyodo_events.contracts.cost_ledger.drivers import DriverFiguresPublished
from kyodo_events.errors import Refused, require
from kyodo_events.values.municipalities import municipalities

CENSUS_2020: Final = "2020-10-01"
WEIGHT_SCALE: Final = 1_000  # degressive weights keep three decimals of the power: the smallest village has 37.xxx
DIGITS: Final = 60


class FiguresKey(NamedTuple):
    """What a figure is of: the driver, its date or span (a BaseDate's reference), and whom it is for.

    `scope` is empty for figures that any project may use, and 'project id/meter' for its own usage of a year.
    """

    driver: str
    reference: str
    scope: str = ""

    @property
    def stream(self) -> str:
        """The id of the aggregate."""
        return ".".join(filter(None, self))


@dataclass(frozen=True)
class Figures:
    """Figures of one key, by municipality."""

    label_ja: str
    unit_ja: str
    source_ja: str
    values: Mapping[str, int]


class NothingToWeigh(Refused):
    status, type = 422, "nothing-to-weigh"
    title = "All figures are zero"
    detail = "No municipality has a figure above zero for {driver} at {reference}."
    remedy = "Check driver, date and, for usage of a year, project and meter."


@dataclass(frozen=True)
class DriverFigures(Aggregate, category="driver-figures"):
    """The figures of one driver at one date. Published again they replace those before: the books follow."""

    label_ja: str = ""
    unit_ja: str = ""
    source_ja: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)

    def publish(self, key: FiguresKey, figures: Figures) -> Events:
        """Make figures known; the same ones again change nothing."""
        require(any(figures.values.values()), NothingToWeigh(driver=key.driver, reference=key.reference))
        if self.published() != figures:
            yield DriverFiguresPublished(
                **key._asdict(),
                label_ja=figures.label_ja,
                unit_ja=figures.unit_ja,
                source_ja=figures.source_ja,
                figures=dict(figures.values),
            )

    def published(self) -> Figures:
        """What stands."""
        return Figures(self.label_ja, self.unit_ja, self.source_ja, self.figures)

    @evolve
    def was_published(self, event: DriverFiguresPublished) -> Self:
        return replace(
            self,
            label_ja=event.label_ja,
            unit_ja=event.unit_ja,
            source_ja=event.source_ja,
            figures=event.figures,
        )


CENSUS: Final = {
    FiguresKey(Driver.POPULATION, CENSUS_2020): Figures(
        "人口", "人", "令和2年国勢調査（総務省統計局）", {m.code: m.population for m in municipalities()}
    )
}
"""Figures that every installation has from the beginning."""


def degressive_weights(values: Mapping[str, int], doubling: Fraction) -> dict[str, int]:
    """Weights by which twice the figure weighs `doubling` times as much: value ^ log2(doubling), as integers.

    北海道HARP構想の負担割合: twice the population, one and a half times the share. They are worked out once, to 60
    digits, and rounded to three decimals; terms carry the integers, so that no logarithm is near the money later.
    Raises ValueError for a figure below 1.
    """
    if any(value < 1 for value in values.values()):
        raise ValueError("figures are 1 or more")
    with localcontext() as context:
        context.prec = DIGITS
        exponent = (Decimal(doubling.numerator) / Decimal(doubling.denominator)).ln() / Decimal(2).ln()
        powers = {code: (Decimal(value).ln() * exponent).exp() * WEIGHT_SCALE for code, value in values.items()}
        return {code: int(power.to_integral_value(ROUND_HALF_EVEN)) for code, power in powers.items()}
