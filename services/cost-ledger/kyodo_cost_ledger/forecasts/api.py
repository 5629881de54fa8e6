"""Forecasts over HTTP: a municipality its own with all its lines, Tokyo all 62 side by side."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from kyodo_cost_ledger.forecasts.model import Forecast, ProjectYear
from kyodo_cost_ledger.forecasts.schemas import ForecastRow, Forecasts, MunicipalityForecast, ProjectForecast
from kyodo_cost_ledger.forecasts.table import forecasts_of, lines_of, sums_of
from kyodo_cost_ledger.forecasts.views import Key, Known, known
from kyodo_cost_ledger.parties import overseers, require_all_of_tokyo
from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.projects.views import known_projects, names_of_projects, project_ids
from kyodo_events.errors import Forbidden
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO, MunicipalityCode, municipalities
from kyodo_events.values.texts import Id
from kyodo_platform.context import current
from kyodo_platform.identity.policies import member_of
from kyodo_platform.resources import Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1", tags=["forecasts"])

Through = Annotated[
    Month | None, Query(description="Last month that counts as over; the month before this one, where left out.")
]


@dataclass(frozen=True)
class Asked:
    """Which year, of whom, and what is known of it. `over` is the last month that counts as over, of any year."""

    year: FiscalYear
    over: Month
    projects: dict[str, Project]
    names: dict[str, str]
    known: Known
    party: str | None

    @property
    def through(self) -> Month | None:
        """The last month of the year that is over; None where it has not begun."""
        last = min(self.over, self.year.month(12))
        return last if last >= self.year.month(1) else None

    def forecasts(self) -> dict[Key, Forecast]:
        """By party and project."""
        years = [ProjectYear(project, self.year, self.over) for project in self.projects.values()]
        return forecasts_of(years, self.known, self.party)

    def by_project(self, found: dict[Key, Forecast]) -> list[ProjectForecast]:
        """The sums of the projects."""
        concerned = sorted({project for _, project in found})
        return [
            ProjectForecast(
                project_id=id_,
                project_ja=self.names.get(id_),
                **sums_of(one for (_, project), one in found.items() if project == id_).model_dump(),
            )
            for id_ in concerned
        ]

    def one(self) -> MunicipalityForecast:
        """A municipality's lines."""
        found = self.forecasts()
        lines = [
            line
            for (party, id_), one in found.items()
            for line in lines_of(party, self.projects[id_], self.names.get(id_), one)
        ]
        return MunicipalityForecast(
            items=lines,
            fiscal_year=self.year,
            through=self.through,
            projects=self.by_project(found),
            sum=sums_of(found.values()),
        )

    def all(self) -> Forecasts:
        """All 62 and Tokyo."""
        found = self.forecasts()
        return Forecasts(
            items=[
                ForecastRow(
                    municipality=code, **sums_of(one for (party, _), one in found.items() if party == code).model_dump()
                )
                for code in [*(m.code for m in municipalities()), TOKYO]
            ],
            fiscal_year=self.year,
            through=self.through,
            projects=self.by_project(found),
            sum=sums_of(found.values()),
        )


@router.get("/municipalities/{municipality}/forecasts/{fiscal_year}", allow=member_of("municipality") | overseers)
async def municipality_forecast(
    municipality: MunicipalityCode,
    fiscal_year: FiscalYear,
    reader: Reader,
    through: Through = None,
    project_id: Id | None = None,
) -> MunicipalityForecast:
    """What a municipality will have borne by the end of the year, and what each line rests on."""
    asked = await _asked(reader, fiscal_year, through, project_id, municipality)
    return await to_thread(asked.one)


@router.get("/forecasts/{fiscal_year}", allow=overseers, raises=[Forbidden])
async def all_forecasts(
    fiscal_year: FiscalYear, reader: Reader, through: Through = None, project_id: Id | None = None
) -> Forecasts:
    """All 62 municipalities and Tokyo, with the sums by project; or one project's."""
    require_all_of_tokyo()
    asked = await _asked(reader, fiscal_year, through, project_id, None)
    return await to_thread(asked.all)


async def _asked(
    reader: ReadSession, year: FiscalYear, through: Month | None, project_id: str | None, party: str | None
) -> Asked:
    ids = await project_ids(reader.tx) if project_id is None else [project_id]
    facts = await known(reader, year, party=party, project_id=project_id)
    projects = await known_projects(reader.tx, {*ids, *facts.projects})
    names = await names_of_projects(reader.tx)
    over = through or Month.containing(current.get().now).previous()
    return Asked(year, over, projects, names, facts, party)
