"""The figure over HTTP: sums are public; months and municipalities are for officials."""

from __future__ import annotations

from dataclasses import asdict

from kyodo_academy.employees.views import known_employees
from kyodo_academy.kpi.counted import confirmed_seats, counted
from kyodo_academy.kpi.model import by_party, forecast, of_year, percent, totals, until
from kyodo_academy.kpi.rows import KINDS, year_rows
from kyodo_academy.kpi.schemas import DefinitionOut, ForecastOut, MonthRow, MunicipalityRow, RuleRow, YearRow
from kyodo_academy.kpi.targets import COUNTED_FROM, CUMULATIVE, CUMULATIVE_BY, NAME_JA, RULES_JA, SOURCE_JA, YEARLY
from kyodo_academy.officials import officials
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO, municipalities
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import public
from kyodo_platform.matrices import Matrix, MatrixColumn
from kyodo_platform.resources import Page, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/kpi", tags=["kpi"])


@router.get("", allow=public)
async def read_kpi(commands: Commands, reader: Reader) -> Page[YearRow]:
    """Attendances and people of every fiscal year since 2022, by programme, beside the targets of the forum."""
    found = await counted(reader.tx)
    rows = year_rows(found.months, FiscalYear.of(commands.now), found.heads_taken_over)
    return Page[YearRow](items=list(rows))


@router.get("/definition", allow=public)
async def read_definition() -> DefinitionOut:
    """What is counted and how, what is to be reached, and where that is written."""
    return DefinitionOut(
        name_ja=NAME_JA,
        source_ja=SOURCE_JA,
        counted_from=COUNTED_FROM,
        yearly_targets={str(year): number for year, number in YEARLY.items()},
        cumulative_target=CUMULATIVE,
        cumulative_target_by=CUMULATIVE_BY,
        rules=[RuleRow(about_ja=about, rule_ja=rule) for about, rule in RULES_JA.items()],
    )


@router.get("/months", allow=officials)
async def read_months(fiscal_year: FiscalYear, reader: Reader) -> Page[MonthRow]:
    """The months of a fiscal year by programme, and whether they are frozen."""
    found = await counted(reader.tx)
    sums = totals(of_year(found.months, fiscal_year), lambda month, cell: (month, cell.programme, cell.party == TOKYO))
    rows = [
        MonthRow(
            month=month,
            programme=programme,
            attendances=sums[month, programme, False].attendances,
            taken_over=sums[month, programme, False].taken_over,
            heads=sums[month, programme, False].heads,
            tokyo_attendances=sums[month, programme, True].attendances,
            frozen=month in found.frozen,
        )
        for month in fiscal_year.months()
        for programme in KINDS
    ]
    return Page[MonthRow](items=rows)


@router.get("/municipalities", allow=officials)
async def read_municipalities(
    fiscal_year: FiscalYear, reader: Reader, reached: bool | None = None
) -> Page[MunicipalityRow]:
    """Each of the 62, Tokyo apart, and what names no municipality; `reached=false` are those not reached yet."""
    months = (await counted(reader.tx)).months
    year, so_far = by_party(of_year(months, fiscal_year)), by_party(until(months, fiscal_year))
    employees = await known_employees(reader.tx, fiscal_year)
    parties: list[str | None] = [one.code for one in municipalities()]
    parties += [TOKYO, None] if reached is None else []
    rows = [MunicipalityRow.counted(one, year.get(one), so_far.get(one), employees.get(one or "")) for one in parties]
    return Page[MunicipalityRow](items=[row for row in rows if reached in (None, row.reached)])


@router.get("/municipalities/months", allow=officials)
async def read_matrix(fiscal_year: FiscalYear, reader: Reader, programme: ProgrammeCode | None = None) -> Matrix:
    """Attendances by municipality and month of a fiscal year, of one programme or of all together."""
    months = of_year((await counted(reader.tx)).months, fiscal_year)
    cells: dict[str, dict[str, str]] = {}
    for month, found in months.items():
        for cell in found:
            if cell.programme is programme and cell.party is not None:
                cells.setdefault(cell.party, {})[month] = str(cell.attendances)
    return Matrix.of_municipalities([MatrixColumn(id=month, label_ja=month) for month in fiscal_year.months()], cells)


@router.get("/forecast", allow=officials)
async def read_forecast(fiscal_year: FiscalYear, commands: Commands, reader: Reader) -> ForecastOut:
    """What the fiscal year is expected to end with, by the method that stands beside it."""
    sums = totals((await counted(reader.tx)).months, lambda month, cell: (month, cell.programme, cell.party == TOKYO))
    so_far = {month: sum_.attendances for (month, programme, apart), sum_ in sums.items() if not (programme or apart)}
    this_month, seats = Month.containing(commands.now), await confirmed_seats(reader.tx)
    expected = forecast(fiscal_year, this_month, so_far, seats)
    target = YEARLY.get(fiscal_year)
    return ForecastOut(
        **asdict(expected),
        fiscal_year=fiscal_year,
        target=target,
        expected_percent=percent(expected.expected, target),
    )
