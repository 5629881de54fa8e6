"""How many people a municipality employs in a fiscal year, as a source tells it. Nothing is estimated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Self

from pydantic import Field

from kyodo_academy.sources import Source
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.event import Event
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode

Employees = Annotated[int, Field(strict=True, ge=1, le=200_000)]


class EmployeesRecorded(
    Event,
    type="kyodo.academy.employees-recorded",
    words="{fiscal_year}年度の職員数を{employees}人と登録した（{source.title_ja}）",
):
    """A municipality employs so many people in a fiscal year; again, where the figure before was wrong."""

    municipality: MunicipalityCode
    fiscal_year: FiscalYear
    employees: Employees
    source: Source


@dataclass(frozen=True)
class Workforce(Aggregate, category="workforce"):
    """Those of one municipality in one fiscal year."""

    employees: int = 0
    source: Source | None = None

    def record(self, municipality: str, fiscal_year: FiscalYear, employees: int, source: Source) -> Events:
        """Say how many there are, and where that is written."""
        if (self.employees, self.source) != (employees, source):
            yield EmployeesRecorded(
                municipality=municipality, fiscal_year=fiscal_year, employees=employees, source=source
            )

    @evolve
    def recorded(self, event: EmployeesRecorded) -> Self:
        return replace(self, employees=event.employees, source=event.source)


def workforce_id(municipality: str, fiscal_year: FiscalYear) -> str:
    """The id of the one record of a municipality and a year."""
    return f"{municipality}-{fiscal_year:d}"
