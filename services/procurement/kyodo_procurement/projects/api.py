"""Projects and their participants over HTTP."""

from __future__ import annotations

from pydantic import Field

from kyodo_events.contracts.procurement import Stage
from kyodo_events.errors import NotFound
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import approver_of, public, secretariat
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_procurement.projects import views
from kyodo_procurement.projects.model import (
    AlreadyTakesPart,
    DoesNotTakePart,
    LeavesBeforeJoining,
    Project,
    ThemeNotSelected,
)
from kyodo_procurement.themes.model import Theme

router = Router(prefix="/v1/projects", tags=["projects"])


class ProjectIn(Body):
    """A project to be started on a selected theme."""

    theme_id: Id
    name_ja: Line
    stage: Stage
    participants: dict[MunicipalityCode, Month] = Field(
        default_factory=dict,
        description="Those that take part from the beginning, by code, each with its first month.",
        examples=[{"131016": "2024-04"}],
    )


class JoiningIn(Body):
    """From when a municipality takes part."""

    from_month: Month


class LeavingIn(Body):
    """Until when a municipality takes part."""

    last_month: Month = Field(description="The month is included.")


class ProjectOut(Resource):
    """A project as everybody may see it."""

    id: str
    name_ja: str = Field(title="協働事業")
    theme_id: str
    stage: Stage = Field(title="段階")


class ParticipantRow(Answer):
    """A period in which a municipality takes part."""

    municipality: str = Field(title="団体コード")
    from_month: Month = Field(title="参加開始月")
    last_month: Month | None = Field(title="参加終了月")


@router.post("", allow=secretariat, raises=[NotFound, ThemeNotSelected])
async def start_project(body: ProjectIn, commands: Commands) -> ProjectOut:
    """Begin the work on a selected theme."""
    theme = await commands.read(Theme, body.theme_id)
    project = await commands.create(
        Project, lambda project: project.start(theme, body.name_ja, body.stage, body.participants)
    )
    return ProjectOut.of(project)


@router.put(
    "/{project_id}/participants/{municipality}",
    allow=approver_of("municipality") | secretariat,
    raises=[AlreadyTakesPart],
)
async def join(project_id: Id, municipality: MunicipalityCode, body: JoiningIn, commands: Commands) -> ProjectOut:
    """Take part from a month on, under the burden terms in force."""
    project = await commands.on(Project, project_id, lambda project: project.join(municipality, body.from_month))
    return ProjectOut.of(project)


@router.put(
    "/{project_id}/participants/{municipality}/leaving",
    allow=approver_of("municipality") | secretariat,
    raises=[DoesNotTakePart, LeavesBeforeJoining],
)
async def leave(project_id: Id, municipality: MunicipalityCode, body: LeavingIn, commands: Commands) -> ProjectOut:
    """End the participation with a month, that month included."""
    project = await commands.on(Project, project_id, lambda project: project.leave(municipality, body.last_month))
    return ProjectOut.of(project)


@router.get("", allow=public)
async def list_projects(reader: Reader, page: PageQuery, stage: Stage | None = None) -> Page[ProjectOut]:
    """All projects, the oldest first."""
    return await reader.page(ProjectOut, views.projects_by(stage), page, by=[views.project.c.id])


@router.get("/{project_id}", allow=public)
async def read_project(project_id: Id, reader: Reader) -> ProjectOut:
    """One project."""
    return await reader.one(ProjectOut, views.project_of(project_id), what="project", id=project_id)


@router.get("/{project_id}/participants", allow=public)
async def list_participants(project_id: Id, reader: Reader, page: PageQuery) -> Page[ParticipantRow]:
    """Who takes part, and who did; a municipality that came back is named for each period."""
    by = [views.participation.c.municipality, views.participation.c.from_month]
    return await reader.page(ParticipantRow, views.participants_of(project_id), page, by=by)
