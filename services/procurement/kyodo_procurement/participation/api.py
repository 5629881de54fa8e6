"""Participation agreements over HTTP: the secretariat asks, the municipality means to, its approver signs and ends."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import COUNT, MunicipalityCode
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import approver_of, officer_of, public, role, secretariat
from kyodo_platform.matrices import Matrix, MatrixColumn
from kyodo_platform.resources import MAX_PAGE, Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.participation import views
from kyodo_procurement.participation.events import AgreementStatus, ParticipationKind
from kyodo_procurement.participation.model import (
    AlreadyTakesPart,
    DoesNotTakePart,
    LeavesBeforeJoining,
    NoticeReachesBack,
)
from kyodo_procurement.participation.schemas import (
    AgreementOut,
    AgreementRow,
    NoticeIn,
    NoticeRow,
    ParticipantRow,
    SignatureIn,
    Standing,
)
from kyodo_procurement.projects.model import Project, ProjectStatus
from kyodo_procurement.projects.refusals import ProjectNotActive
from kyodo_procurement.projects.schemas import ProjectOut
from kyodo_procurement.projects.views import project as project_table
from kyodo_procurement.projects.views import projects_by

router = Router(prefix="/v1", tags=["participation"])

PATH = "/projects/{project_id}/agreements/{municipality}"

AgreementSort = Annotated[Sort, sort_by(views.STATUS, unique=[views.MUNICIPALITY, views.PLACE])]
ParticipantSort = Annotated[
    Sort,
    sort_by(
        views.participation.c.from_month, unique=[views.participation.c.municipality, views.participation.c.from_month]
    ),
]


@router.put(f"{PATH}/invitation", allow=secretariat, raises=[ProjectNotActive, AlreadyTakesPart])
async def invite(project_id: Id, municipality: MunicipalityCode, commands: Commands) -> AgreementOut:
    """Ask a municipality to take part; one that has left may be asked again."""
    project = await commands.on(Project, project_id, lambda project: project.invite(municipality))
    return AgreementOut.in_month(project, municipality, Month.containing(commands.today))


@router.put(f"{PATH}/intention", allow=officer_of("municipality"), raises=[ProjectNotActive, AlreadyTakesPart])
async def intend(project_id: Id, municipality: MunicipalityCode, commands: Commands) -> AgreementOut:
    """Say that your municipality means to take part, asked or not; nothing binds it yet."""
    project = await commands.on(Project, project_id, lambda project: project.intend(municipality))
    return AgreementOut.in_month(project, municipality, Month.containing(commands.today))


@router.put(f"{PATH}/signature", allow=approver_of("municipality"), raises=[ProjectNotActive, AlreadyTakesPart])
async def sign(project_id: Id, municipality: MunicipalityCode, body: SignatureIn, commands: Commands) -> AgreementOut:
    """Sign for your municipality: it takes part from a month on, under the burden terms in force."""
    project = await commands.on(
        Project, project_id, lambda project: project.sign(municipality, body.from_month, body.kind, body.from_day)
    )
    return AgreementOut.in_month(project, municipality, Month.containing(commands.today))


@router.put(
    f"{PATH}/notice",
    allow=approver_of("municipality"),
    raises=[DoesNotTakePart, LeavesBeforeJoining, NoticeReachesBack],
)
async def give_notice(
    project_id: Id, municipality: MunicipalityCode, body: NoticeIn, commands: Commands
) -> AgreementOut:
    """End your municipality's participation with a month. It cancels neither open orders nor unpaid charges."""
    today = commands.today
    project = await commands.on(
        Project,
        project_id,
        lambda project: project.give_notice(municipality, body.last_month, body.reason, today, body.last_day),
    )
    return AgreementOut.in_month(project, municipality, Month.containing(today))


@router.get("/projects/{project_id}/agreements", allow=public)
async def list_agreements(
    project_id: Id,
    reader: Reader,
    commands: Commands,
    page: PageQuery,
    sort: AgreementSort,
    municipality: MunicipalityCode | None = None,
    status: AgreementStatus | None = None,
    kind: ParticipationKind | None = None,
) -> Page[AgreementRow]:
    """All agreements on a project as they stand this month: a row for each that was signed, or may be."""
    month = Month.containing(commands.today)
    query = views.agreements_of(project_id, month, municipality=municipality, status=status, kind=kind)
    return await reader.page(AgreementRow, query, page, by=sort)


@router.get("/projects/{project_id}/participants", allow=public)
async def list_participants(
    project_id: Id, reader: Reader, page: PageQuery, sort: ParticipantSort
) -> Page[ParticipantRow]:
    """Who takes part, and who did; a municipality that came back is named for each period."""
    return await reader.page(ParticipantRow, views.participants_of(project_id), page, by=sort)


@router.get("/projects/{project_id}/notices", allow=role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER))
async def list_notices(project_id: Id, reader: Reader, page: PageQuery) -> Page[NoticeRow]:
    """The notices with their reasons: all of them for secretariat and auditors, your own for a municipality."""
    by = [views.notice.c.municipality, views.notice.c.last_month]
    return await reader.page(NoticeRow, views.notices_of(project_id), page, by=by)


@router.get("/participation-matrix", allow=public)
async def read_participation_matrix(
    reader: Reader,
    commands: Commands,
    page: PageQuery,
    stage: Stage | None = None,
    status: ProjectStatus | None = None,
    group: Code | None = None,
) -> Matrix:
    """Municipalities × projects: how each agreement stands this month; the page is one of projects."""
    query = projects_by(stage=stage, status=status, group=group)
    projects = await reader.page(ProjectOut, query, page, by=[project_table.c.id])
    standing = views.standing_in([project.id for project in projects.items], Month.containing(commands.today))
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for one in await reader.all(Standing, standing, at_most=MAX_PAGE * COUNT):
        cells[one.municipality][one.project_id] = one.status
    columns = [MatrixColumn(id=project.id, label_ja=project.name_ja) for project in projects.items]
    return Matrix.of_municipalities(columns, cells, next=projects.next)
