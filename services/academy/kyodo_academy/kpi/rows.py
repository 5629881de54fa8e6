"""The figure by fiscal year and programme: the rows that everybody reads, and that the gauges show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kyodo_academy.kpi.model import NOTHING, Months, of_municipalities, of_year, reached, totals, until
from kyodo_academy.kpi.schemas import YearRow
from kyodo_academy.kpi.targets import COUNTED_FROM
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_events.values.fiscal import FiscalYear

KINDS: Final[list[ProgrammeCode | None]] = [None, *ProgrammeCode]
"""All programmes together, then each."""


def year_rows(months: Months, now: FiscalYear, heads_taken_over: Mapping[FiscalYear, int]) -> Iterator[YearRow]:
    """A row for each fiscal year up to this one and each programme, all together first."""
    for number in range(COUNTED_FROM, now + 1):
        year = FiscalYear(number)
        so_far = until(months, year)
        here = totals(of_year(months, year), lambda _, cell: (cell.programme, of_municipalities(cell)))
        before = totals(so_far, lambda _, cell: (cell.programme, of_municipalities(cell)))
        for programme in KINDS:
            yield YearRow.counted(
                year,
                programme,
                here.get((programme, True), NOTHING),
                before.get((programme, True), NOTHING),
                here.get((programme, False), NOTHING),
                len(reached(so_far, programme)),
                heads_taken_over.get(year),
            )
