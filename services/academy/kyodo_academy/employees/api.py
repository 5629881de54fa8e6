"""Employees over HTTP: recorded by Tokyo or by the municipality itself, with the source."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kyodo_academy.employees.model import Employees, Workforce, workforce_id
from kyodo_academy.employees.views import workforce, workforces_of
from kyodo_academy.officials import officials
from kyodo_academy.sources import Source
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.words import name_of
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import member_of, officer_of, role, secretariat
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/employees", tags=["kpi"])


class EmployeesIn(Body):
    """How many there are, and where that is written."""

    employees: Employees
    source: Source


class EmployeesOut(Resource):
    """The employees of a municipality in a fiscal year."""

    municipality: str = Field(title="団体コード")
    municipality_ja: str = Field(title="団体名", default="")
    fiscal_year: FiscalYear = Field(title="年度")
    employees: int = Field(title="職員数")
    source: Source = Field(title="出典")
    recorded_at: datetime = Field(title="登録日時")

    def model_post_init(self, context: object) -> None:
        """Say its name."""
        super().model_post_init(context)
        self.municipality_ja = name_of(self.municipality)


@router.put("/{municipality}/{fiscal_year}", allow=secretariat | officer_of("municipality"))
async def record_employees(
    municipality: MunicipalityCode, fiscal_year: FiscalYear, body: EmployeesIn, commands: Commands, reader: Reader
) -> EmployeesOut:
    """Record how many people a municipality employs in a fiscal year, or correct it."""
    id_ = workforce_id(municipality, fiscal_year)
    await commands.on_or_new(
        Workforce, id_, lambda one: one.record(municipality, fiscal_year, body.employees, body.source)
    )
    query = workforces_of(fiscal_year, municipality)
    return await reader.one(EmployeesOut, query, what="employees", id=id_)


@router.get("", allow=officials)
async def list_employees(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[EmployeesOut]:
    """The numbers known of a fiscal year; a municipality that is missing is unknown."""
    return await reader.page(EmployeesOut, workforces_of(fiscal_year), page, by=[workforce.c.municipality])


@router.get(
    "/{municipality}/{fiscal_year}/history", allow=role(Role.SECRETARIAT, Role.AUDITOR) | member_of("municipality")
)
async def employees_history(
    municipality: MunicipalityCode, fiscal_year: FiscalYear, reader: Reader, page: PageQuery
) -> Page[HistoryRow]:
    """How a number was recorded and corrected, with the sources."""
    return await reader.history(Workforce, workforce_id(municipality, fiscal_year), page)
