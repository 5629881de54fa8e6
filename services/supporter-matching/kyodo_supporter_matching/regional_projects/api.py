"""Projects by region over HTTP: proposed and carried out by a municipality, supported by Tokyo."""

from __future__ import annotations

from kyodo_events.errors import Forbidden, NotFound
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import own_municipality
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.regional_projects import views
from kyodo_supporter_matching.regional_projects.model import RegionalProject
from kyodo_supporter_matching.regional_projects.refusals import (
    NothingReported,
    PeriodReversed,
    ProjectInAnotherStatus,
    ResultOutsidePeriod,
)
from kyodo_supporter_matching.regional_projects.schemas import ProjectOut, ReasonIn, ResultRow, SumRow
from kyodo_supporter_matching.regional_projects.values import Half, ProjectPlan, ProjectStatus, Result

router = Router(prefix="/v1/regional-projects", tags=["regional projects"])

readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
own = officer_of("municipality")


@router.post("", allow=role(Role.OFFICER), raises=[Forbidden, PeriodReversed])
async def propose_project(body: ProjectPlan, commands: Commands, reader: Reader) -> ProjectOut:
    """Ask Tokyo to support a project of your own municipality."""
    municipality = own_municipality(commands.identity)
    project = await commands.create(RegionalProject, lambda project: project.propose(municipality, body))
    return await _shown(reader, project.id)


@router.put("/{project_id}/plan/{municipality}", allow=own, raises=[ProjectInAnotherStatus, PeriodReversed])
async def revise_project(
    project_id: Id, municipality: MunicipalityCode, body: ProjectPlan, commands: Commands, reader: Reader
) -> ProjectOut:
    """Change a plan of your own municipality, until Tokyo decides on it."""
    await commands.on(RegionalProject, project_id, lambda project: project.revise(municipality, body))
    return await _shown(reader, project_id)


@router.put("/{project_id}/support", allow=secretariat, raises=[ProjectInAnotherStatus])
async def support_project(project_id: Id, commands: Commands, reader: Reader) -> ProjectOut:
    """Decide to support a project."""
    await commands.on(RegionalProject, project_id, RegionalProject.support)
    return await _shown(reader, project_id)


@router.put("/{project_id}/start/{municipality}", allow=own, raises=[ProjectInAnotherStatus])
async def start_project(
    project_id: Id, municipality: MunicipalityCode, commands: Commands, reader: Reader
) -> ProjectOut:
    """Begin the work on a supported project of your own municipality."""
    await commands.on(RegionalProject, project_id, lambda project: project.start(municipality))
    return await _shown(reader, project_id)


@router.put(
    "/{project_id}/results/{municipality}/{fiscal_year}/{half}",
    allow=own,
    raises=[ProjectInAnotherStatus, ResultOutsidePeriod],
)
async def report_result(
    project_id: Id,
    municipality: MunicipalityCode,
    fiscal_year: FiscalYear,
    half: Half,
    body: Result,
    commands: Commands,
    reader: Reader,
) -> ProjectOut:
    """Report what came of half a fiscal year, or correct it."""
    today = commands.today
    await commands.on(
        RegionalProject, project_id, lambda project: project.report(municipality, fiscal_year, half, body, today)
    )
    return await _shown(reader, project_id)


@router.put("/{project_id}/completion/{municipality}", allow=own, raises=[ProjectInAnotherStatus, NothingReported])
async def complete_project(
    project_id: Id, municipality: MunicipalityCode, commands: Commands, reader: Reader
) -> ProjectOut:
    """End the work, with results on record."""
    await commands.on(RegionalProject, project_id, lambda project: project.complete(municipality))
    return await _shown(reader, project_id)


@router.put("/{project_id}/stop/{municipality}", allow=own | secretariat, raises=[ProjectInAnotherStatus])
async def stop_project(
    project_id: Id, municipality: MunicipalityCode, body: ReasonIn, commands: Commands, reader: Reader
) -> ProjectOut:
    """Give a project up; the secretariat does not support it, or no longer."""
    await commands.on(RegionalProject, project_id, lambda project: project.stop(municipality, body.reason_ja))
    return await _shown(reader, project_id)


@router.get("", allow=readers)
async def list_projects(reader: Reader, page: PageQuery, status: ProjectStatus | None = None) -> Page[ProjectOut]:
    """Projects: all for the secretariat and auditors, its own for a municipality."""
    by = [views.project.c.municipality, views.project.c.project_id]
    return await reader.page(ProjectOut, views.projects_by(status), page, by=by)


@router.get("/sums", allow=readers)
async def list_sums(reader: Reader, page: PageQuery) -> Page[SumRow]:
    """Sessions and people by half year: of all projects for Tokyo, of its own for a municipality."""
    by = [views.result.c.fiscal_year, views.result.c.half]
    return await reader.page(SumRow, views.sums_by_half(), page, by=by)


@router.get("/{project_id}", allow=readers)
async def read_project(project_id: Id, reader: Reader) -> ProjectOut:
    """One project."""
    return await _shown(reader, project_id)


@router.get("/{project_id}/results", allow=readers, raises=[NotFound])
async def list_results(project_id: Id, reader: Reader, page: PageQuery) -> Page[ResultRow]:
    """The results of a project by half year."""
    await _shown(reader, project_id)
    by = [views.result.c.fiscal_year, views.result.c.half]
    return await reader.page(ResultRow, views.results_of(project_id), page, by=by)


@router.get("/{project_id}/history", allow=readers)
async def history_of_project(project_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a project."""
    await _shown(reader, project_id)
    return await reader.history(RegionalProject, project_id, page)


async def _shown(reader: ReadSession, id_: str) -> ProjectOut:
    return await reader.one(ProjectOut, views.projects_by(id_=id_), what="regional project", id=id_)
