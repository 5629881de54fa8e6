"""The base book of burden terms: a yearly cost, Tokyo's part of it, and how the municipalities split the rest.

What it can say is what Japanese associations of municipalities say in theirs: a mixture of equal shares and figures
(均等割10％・高齢者人口割50％・人口割40％, 実績割94％ …), a flat amount for each, figures that weigh less than they grow
(逓減: twice the population, one and a half times the share), amounts below 1,000 yen cut off.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from kyodo_events.contracts.meter_prices import MeterCode
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.money import Amount, Ratio, Share
from kyodo_events.values.municipalities import MunicipalityCode, Party
from kyodo_events.values.texts import Code, Line
from kyodo_events.values.value import Value

Weight = Annotated[int, Field(strict=True, ge=0, le=10**15)]


def _grows_less(doubling: Fraction) -> Fraction:
    if not 1 < doubling <= 2:
        raise ValueError("what twice the population weighs lies above 1 and is at most 2")
    return doubling


Doubling = Annotated[Ratio, AfterValidator(_grows_less)]
"""What twice the figure weighs, such as 3/2: above 1, at most 2."""

TOKYO_SHARE: Final = "tokyo_share"
FLAT: Final = "flat"
ROUNDING: Final = "rounding"
RESERVED: Final = {TOKYO_SHARE: "東京都負担分", FLAT: "定額割", ROUNDING: "端数調整"}
"""Items of the base book that are no component of the mixture, with the names people read."""


class Driver(StrEnum):
    """The figures (負担割の基礎数値) that terms name most; any other published one may be named by its code."""

    EQUAL = "equal"  # each participant the same
    POPULATION = "population"
    POPULATION_POWER = "population_power"  # grows less than the population; weights stand in the terms
    ELDERLY = "elderly"  # residents of 65 and over
    HOUSEHOLDS = "households"
    STAFF = "staff"
    USAGE_OF_PREVIOUS_YEAR = "usage_of_previous_year"  # of one meter of the same project
    FIXED = "fixed"  # weights negotiated and written into the terms


DRIVERS_JA: Final[Mapping[str, str]] = {
    Driver.EQUAL: "均等割",
    Driver.POPULATION: "人口割",
    Driver.POPULATION_POWER: "人口逓減割",
    Driver.ELDERLY: "高齢者人口割",
    Driver.HOUSEHOLDS: "世帯割",
    Driver.STAFF: "職員数割",
    Driver.USAGE_OF_PREVIOUS_YEAR: "実績割",
    Driver.FIXED: "固定割",
}

WITHOUT_FIGURES: Final = frozenset({Driver.EQUAL, Driver.FIXED, Driver.POPULATION_POWER})
WITH_WEIGHTS: Final = frozenset({Driver.FIXED, Driver.POPULATION_POWER})


class BaseDate(StrEnum):
    """The day or span at which a driver's figure is taken (基準日), before the fiscal year it weighs for."""

    JANUARY_1 = "1_january"
    MARCH_31 = "31_march"
    SEPTEMBER_30 = "30_september"
    OCTOBER_1 = "1_october"
    CENSUS = "census"
    PREVIOUS_FISCAL_YEAR = "previous_fiscal_year"
    CALENDAR_YEAR = "calendar_year"

    def reference(self, year: FiscalYear) -> str:
        """The figure's date or span for a fiscal year: '2024-01-01', 'FY2023', 'CY2023'.

        A census counts from the second fiscal year after it on, because its final figures take a year (2020: from
        fiscal year 2022).
        """
        match self:
            case BaseDate.JANUARY_1:
                return f"{year}-01-01"
            case BaseDate.MARCH_31:
                return f"{year}-03-31"
            case BaseDate.SEPTEMBER_30:
                return f"{year - 1}-09-30"
            case BaseDate.OCTOBER_1:
                return f"{year - 1}-10-01"
            case BaseDate.CENSUS:
                return f"{(year - 2) // 5 * 5}-10-01"
            case BaseDate.PREVIOUS_FISCAL_YEAR:
                return f"FY{year - 1}"
            case BaseDate.CALENDAR_YEAR:
                return f"CY{year - 1}"


class BaseComponent(Value):
    """One part of the municipalities' base cost and what it is split by.

    `equal` needs nothing more. `fixed` and `population_power` carry their weights, integers that were worked out once,
    so that nobody has to work them out again; the latter says by `doubling` what twice the population weighs.
    `usage_of_previous_year` names the meter. Every other driver is a published figure, taken at `base_date`.
    """

    driver: Code
    share: Share = Field(description="Part of the municipalities' cost, exact: '1/5'. All components sum to 1.")
    label_ja: Line | None = Field(default=None, description="Its name on statements; a driver of your own needs one.")
    base_date: BaseDate | None = None
    meter: MeterCode | None = None
    weights: Annotated[dict[MunicipalityCode, Weight], Field(min_length=1, max_length=62)] | None = None
    doubling: Doubling | None = Field(default=None, description="What twice the population weighs, such as '3/2'.")

    @model_validator(mode="before")
    @classmethod
    def _population_is_of_the_census(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and data.get("driver") == Driver.POPULATION and data.get("base_date") is None:
            return {**data, "base_date": BaseDate.CENSUS}
        return data

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.driver in RESERVED:
            raise ValueError(f"'{self.driver}' is an item of the ledger and no driver")
        if self.driver not in DRIVERS_JA and self.label_ja is None:
            raise ValueError(f"'{self.driver}' needs a name for statements (label_ja)")
        if (self.weights is not None) != (self.driver in WITH_WEIGHTS):
            raise ValueError("weights stand in the terms for the drivers fixed and population_power, and for no other")
        if self.weights is not None and not any(self.weights.values()):
            raise ValueError("at least one weight must be above zero")
        if (self.doubling is not None) != (self.driver == Driver.POPULATION_POWER):
            raise ValueError("doubling belongs to the driver population_power, and to no other")
        if (self.meter is not None) != (self.driver == Driver.USAGE_OF_PREVIOUS_YEAR):
            raise ValueError("meter belongs to the driver usage_of_previous_year, and to no other")
        self._base_date_fits()
        return self

    def _base_date_fits(self) -> None:
        if (self.base_date is None) != (self.driver in WITHOUT_FIGURES - {Driver.POPULATION_POWER}):
            raise ValueError("each driver names its base date, except equal and fixed, which have none")
        if self.driver == Driver.USAGE_OF_PREVIOUS_YEAR and self.base_date is not BaseDate.PREVIOUS_FISCAL_YEAR:
            raise ValueError("usage of the previous year is taken at previous_fiscal_year")

    @property
    def name_ja(self) -> str:
        """Its name on statements."""
        return self.label_ja or DRIVERS_JA[self.driver]


class Direction(StrEnum):
    """Where an amount goes that is no multiple of the unit."""

    DOWN = "down"  # 切り捨て
    UP = "up"  # 切り上げ
    NEAREST = "nearest"  # 四捨五入


class Rounding(Value):
    """Each municipality's amount is a multiple of the unit; what that leaves over or short, `bearer` bears.

    A bearer that takes no part in a month is stood in for by Tokyo. Without rounding amounts are whole yen, and the
    last yen go by largest remainder.
    """

    unit: Literal[1, 10, 100, 1000, 10000] = Field(description="Yen.")
    direction: Direction
    bearer: Party


class MidYear(StrEnum):
    """What who joins or leaves in the course of a fiscal year bears of its basic cost."""

    BY_MONTH = "by_month"  # 月割: the months in which it takes part
    BY_DAY = "by_day"  # 日割: the months, the first and last by days
    WHOLE_YEAR = "whole_year"  # 年額: the year, if it takes part in any month
    NEXT_YEAR = "next_year"  # 翌年度から: nothing before April; who leaves bears the year to its end


class BaseTerms(Value):
    """The base book: a cost of the whole year, Tokyo's own share of it, and how the rest is split."""

    annual_amount: Amount = Field(description="Basic cost of the project for a whole fiscal year, yen.")
    tokyo_share: Share = Field(
        default=Fraction(0),
        validate_default=True,
        description="Part borne by the Tokyo Metropolitan Government, exact. Its fraction of a yen goes to Tokyo too.",
    )
    tokyo_amount: Amount | None = Field(default=None, description="Tokyo's part in yen a year, instead of a share.")
    flat_amount: Amount = Field(default=0, description="Yen a year each participant bears before the mixture.")
    components: Annotated[tuple[BaseComponent, ...], Field(min_length=1, max_length=10)]
    rounding: Rounding | None = None
    mid_year: MidYear = MidYear.BY_MONTH

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        total = sum((component.share for component in self.components), Fraction(0))
        if total != 1:
            raise ValueError(f"the shares of the components sum to {total}, they must sum to exactly 1")
        drivers = [component.driver for component in self.components]
        if len(set(drivers)) != len(drivers):
            raise ValueError("each driver may be named once")
        if self.tokyo_amount is not None and (self.tokyo_share or self.tokyo_amount > self.annual_amount):
            raise ValueError("Tokyo's part is a share or an amount, and the amount is at most the annual amount")
        return self
