"""Bands of population, and what a unit costs: exact ratios, and comparisons in which nobody can be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kyodo_cost_ledger.exact import two_decimals
from kyodo_events.values.municipalities import Municipality, by_code, municipalities


class Band(StrEnum):
    """Municipalities of about the same size, by the census of 2020."""

    UNDER_10_000 = "under_10000"
    FROM_10_000 = "from_10000"
    FROM_50_000 = "from_50000"
    FROM_200_000 = "from_200000"


BANDS_JA = {
    Band.UNDER_10_000: "人口1万人未満",
    Band.FROM_10_000: "人口1万人以上5万人未満",
    Band.FROM_50_000: "人口5万人以上20万人未満",
    Band.FROM_200_000: "人口20万人以上",
}
_FROM = {Band.FROM_200_000: 200_000, Band.FROM_50_000: 50_000, Band.FROM_10_000: 10_000, Band.UNDER_10_000: 0}


def band_of(code: str) -> Band:
    """The band of a municipality."""
    population = by_code(code).population
    return next(band for band, least in _FROM.items() if population >= least)


def peers_of(code: str) -> list[Municipality]:
    """The others of its band."""
    return [one for one in municipalities() if one.code != code and band_of(one.code) is band_of(code)]


@dataclass(frozen=True, slots=True)
class Received:
    """What somebody, or a group, received of a meter and bears for it. `population` is that of who used it.

    `base` is the project's basic cost. It belongs to a meter only where the project has no other.
    """

    quantity: int
    usage: int
    base: int
    population: int
    only_meter: bool

    @property
    def usage_per_unit(self) -> str | None:
        """Yen of usage charges for one unit."""
        return two_decimals(self.usage, self.quantity) if self.quantity > 0 else None

    @property
    def unit_cost(self) -> str | None:
        """Yen of base and usage charges for one unit."""
        whole = self.only_meter and self.quantity > 0
        return two_decimals(self.base + self.usage, self.quantity) if whole else None

    @property
    def uses_per_1000(self) -> str:
        """Units for 1,000 residents."""
        return two_decimals(self.quantity * 1000, self.population)
