"""What the figures count, and how: size bands, rates and medians. Pure.

Known schemes have hundreds of registered experts and a handful of matches, so every figure names what was lost where:
counts stand beside the step before them, and medians beside the number of cases that they rest on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from statistics import median_low

from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.values.municipalities import by_code, municipalities

PER_RESIDENTS = 10_000


class Step(StrEnum):
    """How far an expert came, in this order."""

    REGISTERED = "registered"
    QUALIFIED = "qualified"
    REFERRED = "referred"
    ENGAGED = "engaged"


STEPS_JA = {
    Step.REGISTERED: "登録",
    Step.QUALIFIED: "認定",
    Step.REFERRED: "紹介・提案",
    Step.ENGAGED: "稼働",
}


class SizeBand(StrEnum):
    """Municipalities by their population in the census of 2020: what a village of 169 people gets is seen apart."""

    UNDER_10_000 = "under_10000"
    UNDER_100_000 = "under_100000"
    UNDER_300_000 = "under_300000"
    LARGER = "larger"


BANDS_JA = {
    SizeBand.UNDER_10_000: "1万人未満",
    SizeBand.UNDER_100_000: "1万人以上10万人未満",
    SizeBand.UNDER_300_000: "10万人以上30万人未満",
    SizeBand.LARGER: "30万人以上",
}
_BELOW = {SizeBand.UNDER_10_000: 10_000, SizeBand.UNDER_100_000: 100_000, SizeBand.UNDER_300_000: 300_000}


def band_of(municipality: str) -> SizeBand:
    """The size band of a municipality, by its code."""
    population = by_code(municipality).population
    return next((band for band, below in _BELOW.items() if population < below), SizeBand.LARGER)


@dataclass(frozen=True, slots=True)
class Passed:
    """A step of the funnel: who reached it, out of whom, and how long it took from the step before."""

    step: Step
    experts: int
    of: int
    median_days: int | None


def funnel(reached: Iterable[Mapping[Step, datetime]]) -> list[Passed]:
    """The funnel over experts, each with the moment at which each step was reached first.

    An expert who was engaged passed every step before it, whatever was recorded: a count never grows on the way.
    Days are Tokyo's, counted between recorded moments only, and none are negative: an expert who is qualified again
    after work began took no time for it. The lower median, in whole days.
    """
    experts = list(reached)
    counts, days = Counter[Step](), defaultdict[Step, list[int]](list)
    for moments in experts:
        last = max((step for step in Step if step in moments), key=list(Step).index, default=None)
        for before, step in zip((None, *Step), Step, strict=False):
            if last is None:
                break
            counts[step] += 1
            if before in moments and step in moments:
                days[step].append(max((tokyo_date(moments[step]) - tokyo_date(moments[before])).days, 0))
            if step is last:
                break
    return [
        Passed(step, counts[step], counts[before] if before else counts[step], median_days(days[step]))
        for before, step in zip((None, *Step), Step, strict=False)
    ]


def median_days(days: Sequence[int]) -> int | None:
    """The lower median in whole days; None where there is no case."""
    return median_low(days) if days else None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the figures see it; days run from its submission to the first offer of an expert."""

    municipality: str
    kind: str
    status: str
    days_to_referral: int | None


CLOSED = ("fulfilled", "partly", "unfilled")


@dataclass(frozen=True, slots=True)
class Filled:
    """Requests of one kind and size band: how many were closed, and how many of these with an expert."""

    kind: str
    band: SizeBand
    requests: int
    closed: int
    fulfilled: int
    partly: int
    rate_percent: int | None
    median_days_to_referral: int | None


def fill_rates(requests: Iterable[Asked]) -> list[Filled]:
    """Fill rates by kind and size band. What is partly filled counts as half; rounded down to whole percent."""
    groups: dict[tuple[str, SizeBand], list[Asked]] = defaultdict(list)
    for request in requests:
        groups[request.kind, band_of(request.municipality)].append(request)
    order = list(SizeBand)
    return [_filled(*key, groups[key]) for key in sorted(groups, key=lambda key: (key[0], order.index(key[1])))]


def _filled(kind: str, band: SizeBand, requests: Sequence[Asked]) -> Filled:
    status = Counter(request.status for request in requests)
    closed, fulfilled, partly = sum(status[name] for name in CLOSED), status["fulfilled"], status["partly"]
    rate = (2 * fulfilled + partly) * 100 // (2 * closed) if closed else None
    days = [request.days_to_referral for request in requests if request.days_to_referral is not None]
    return Filled(kind, band, len(requests), closed, fulfilled, partly, rate, median_days(days))


@dataclass(frozen=True, slots=True)
class Served:
    """Half-days that were worked for a municipality, or for all of a size band."""

    municipality: str | None
    band: SizeBand
    population: int
    half_days: int

    @property
    def per_10000(self) -> str:
        """Half-days per 10,000 residents with two decimals, rounded down."""
        return per_residents(self.half_days, self.population)


def served_by_band(half_days: Mapping[str, int]) -> list[Served]:
    """The same by size band: all municipalities of a band count, also those that got nothing."""
    population, worked = Counter[SizeBand](), Counter[SizeBand]()
    for one in municipalities():
        population[band_of(one.code)] += one.population
        worked[band_of(one.code)] += half_days.get(one.code, 0)
    return [Served(None, band, population[band], worked[band]) for band in SizeBand]


def per_residents(half_days: int, population: int) -> str:
    """Exact division, two decimals, rounded down: a figure for comparison, never for money."""
    hundredths = Fraction(half_days * PER_RESIDENTS * 100, population).__floor__()
    return f"{hundredths // 100}.{hundredths % 100:02d}"
