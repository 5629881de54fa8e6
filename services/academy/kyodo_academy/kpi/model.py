"""How attendances are counted, and what follows from the counts. Integers only; whatever is divided is rounded down.

All that is counted stands in cells of a month: attendances (延べ) and people (実人数). People cannot be summed over
months, because the same person may come again. What can be summed is who came for the first time: of the year, and
since counting began. So a cell keeps both, and the people of any such span are the sum of its months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Self, TypeVar

from pydantic import Field

from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO, MunicipalityCode, Party
from kyodo_events.values.value import Value

K = TypeVar("K", bound=Hashable)

MOST: Final = 1_000_000
PER_EMPLOYEES: Final = 1_000
MEAN_OF: Final = 12

Count = Annotated[int, Field(strict=True, ge=0, le=MOST)]


class Cell(Value):
    """What a month counts of one programme (None: of all together) and one organisation (None: not told by the source).

    `attendances` include those that are `taken_over`, of which no people are known.
    """

    programme: ProgrammeCode | None
    party: Party | None
    attendances: Count
    taken_over: Count
    heads: Count
    new_in_year: Count
    new_ever: Count


class EarlierLine(Value):
    """Attendances of a month that were counted elsewhere, before the platform; None where no municipality is told."""

    month: Month
    programme: ProgrammeCode
    municipality: MunicipalityCode | None = None
    attendances: Annotated[int, Field(strict=True, ge=1, le=MOST)]


Months = Mapping[Month, Sequence[Cell]]
"""Cells by month, in the order of the months."""


@dataclass(frozen=True, slots=True)
class Total:
    """Several cells together. `heads` are to be read of a single month alone."""

    attendances: int = 0
    taken_over: int = 0
    heads: int = 0
    new_in_year: int = 0
    new_ever: int = 0

    def plus(self, other: Cell | Self) -> Self:
        """Both together."""
        return type(self)(
            self.attendances + other.attendances,
            self.taken_over + other.taken_over,
            self.heads + other.heads,
            self.new_in_year + other.new_in_year,
            self.new_ever + other.new_ever,
        )


NOTHING: Final = Total()


def with_taken_over(recorded: Months, lines: Iterable[EarlierLine]) -> Months:
    """What the platform recorded and what was taken over, in one cell for each programme and for all together."""
    found = {(month, cell.programme, cell.party): cell for month, cells in recorded.items() for cell in cells}
    for line in lines:
        for programme in (line.programme, None):
            key = (line.month, programme, line.municipality)
            found[key] = _more(found.get(key) or empty(programme, line.municipality), line.attendances)
    months: dict[Month, list[Cell]] = {month: [] for month in sorted({month for month, *_ in found})}
    for (month, *_), cell in sorted(found.items(), key=_in_order):
        months[month].append(cell)
    return months


def as_frozen(live: Months, frozen: Months) -> Months:
    """The figure that counts: of a frozen month what was frozen, whatever became of it since; else what is live."""
    together = {**live, **frozen}
    return {month: together[month] for month in sorted(together)}


def totals(months: Months, key: Callable[[Month, Cell], K]) -> dict[K, Total]:
    """The cells together by what the key says of them."""
    found: dict[K, Total] = defaultdict(Total)
    for month, cells in months.items():
        for cell in cells:
            of = key(month, cell)
            found[of] = found[of].plus(cell)
    return found


def of_municipalities(cell: Cell) -> bool:
    """Whether it counts in the figure: Tokyo's own officials stand apart."""
    return cell.party != TOKYO


def of_year(months: Months, year: FiscalYear) -> Months:
    """The months of one fiscal year."""
    return {month: cells for month, cells in months.items() if month.fiscal_year == year}


def until(months: Months, year: FiscalYear) -> Months:
    """The months from the first up to the end of a fiscal year."""
    return {month: cells for month, cells in months.items() if month.fiscal_year <= year}


def by_party(months: Months, programme: ProgrammeCode | None = None) -> dict[str | None, Total]:
    """One programme, or all together, by organisation; of months of one year, or of all up to a year."""
    of_it = {month: [cell for cell in cells if cell.programme is programme] for month, cells in months.items()}
    return totals(of_it, lambda _, cell: cell.party)


def reached(months: Months, programme: ProgrammeCode | None = None) -> frozenset[str]:
    """The municipalities of which at least one official attended."""
    found = by_party(months, programme)
    return frozenset(one for one, total in found.items() if one not in (None, TOKYO) and total.attendances)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a fiscal year is expected to end with, and what of."""

    counted: int
    confirmed: int
    monthly_mean: int
    months_left: int
    expected: int


def forecast(
    year: FiscalYear, this_month: Month, counted: Mapping[Month, int], confirmed: Mapping[Month, int]
) -> Forecast:
    """Months that are over count as they are; each other one as what it has, or as the mean where that is more.

    What a month has are its attendances and the seats confirmed in it. The mean is of up to twelve months before this
    one, from the first that has anything: months before the platform, of which nothing was taken over, tell nothing.
    """
    before = list(Month.range(_back(this_month, MEAN_OF), this_month.previous()))
    known = [month for month in before if any(counted.get(one, 0) for one in before if one <= month)]
    mean = sum(counted.get(month, 0) for month in known) // len(known) if known else 0
    left = [month for month in year.months() if month >= this_month]
    so_far = sum(counted.get(month, 0) for month in year.months())
    has = {month: counted.get(month, 0) + confirmed.get(month, 0) for month in left}
    over = sum(counted.get(month, 0) for month in year.months() if month < this_month)
    return Forecast(
        counted=so_far,
        confirmed=sum(confirmed.get(month, 0) for month in left),
        monthly_mean=mean,
        months_left=len(left),
        expected=over + sum(max(number, mean) for number in has.values()),
    )


def percent(part: int, whole: int | None) -> int | None:
    """Whole percent, rounded down; None where there is nothing to be a part of."""
    return part * 100 // whole if whole else None


def per_1000(count: int, employees: int | None) -> str | None:
    """So many per 1,000 employees with three decimals, rounded down; None where nobody knows how many there are."""
    if not employees:
        return None
    whole, rest = divmod(count * PER_EMPLOYEES * 1_000 // employees, 1_000)
    return f"{whole}.{rest:03d}"


def _back(month: Month, months: int) -> Month:
    for _ in range(months):
        month = month.previous()
    return month


def empty(programme: ProgrammeCode | None, party: str | None) -> Cell:
    """Nothing, of a programme and an organisation."""
    return Cell(programme=programme, party=party, attendances=0, taken_over=0, heads=0, new_in_year=0, new_ever=0)


def _more(cell: Cell, taken_over: int) -> Cell:
    more = {"attendances": cell.attendances + taken_over, "taken_over": cell.taken_over + taken_over}
    return cell.model_copy(update=more)


def _in_order(found: tuple[tuple[Month, ProgrammeCode | None, str | None], Cell]) -> tuple[str, str, str]:
    (month, programme, party), _ = found
    return month, programme.value if programme else "", party or ""
