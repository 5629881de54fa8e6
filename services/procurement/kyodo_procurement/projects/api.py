"""Projects over HTTP: started, moved on and ended by the secretariat, read by everybody."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.contracts.procurement.projects import Requirement, Stage, TrialEvaluation, Waiver
from kyodo_events.errors import NotFound
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import public, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.meetings.model import NotConfirmed
from kyodo_procurement.projects import views
from kyodo_procurement.projects.evidence import decided, evidence_for
from kyodo_procurement.projects.model import Project, ProjectStatus
from kyodo_procurement.projects.refusals import (
    NothingToWaive,
    NoTrialToEvaluate,
    ProjectNotActive,
    RequirementsNotMet,
    StageNotAhead,
    ThemeNotSelected,
)
from kyodo_procurement.projects.schemas import ProjectDetail, ProjectIn, ProjectOut, ReasonIn, StageIn, WaiverIn
from kyodo_procurement.projects.stages import reach
from kyodo_procurement.themes.model import Theme

router = Router(prefix="/v1/projects", tags=["projects"])

ProjectSort = Annotated[
    Sort,
    sort_by(
        views.project.c.name_ja,
        views.project.c.stage,
        views.project.c.status,
        views.project.c.theme_id,
        unique=[views.project.c.id],
    ),
]


@router.post(
    "", allow=secretariat, raises=[NotFound, ThemeNotSelected, RequirementsNotMet, NothingToWaive, NotConfirmed]
)
async def start_project(body: ProjectIn, commands: Commands) -> ProjectDetail:
    """Begin the work on a selected theme, with research; at a later stage only by a waiver."""
    theme = await commands.read(Theme, body.theme_id)
    waiver = None
    if body.waiver:
        decision = await decided(commands, body.waiver.decision)
        waiver = Waiver(requirement=Requirement.SKIPPED_STAGE, reason=body.waiver.reason, decision=decision)
    project = await commands.create(Project, lambda project: project.start(theme, body.name_ja, body.stage, waiver))
    return ProjectDetail.of(project)


@router.put("/{project_id}/stage", allow=secretariat, raises=[ProjectNotActive, StageNotAhead, RequirementsNotMet])
async def reach_stage(project_id: Id, body: StageIn, commands: Commands) -> ProjectDetail:
    """Move on to the next stage, whose requirements are met or waived; to a further one by a waiver."""
    evidence = await evidence_for(commands, project_id, body.verification_id, body.terms_id)
    project = await commands.on(Project, project_id, lambda project: reach(project, body.stage, evidence))
    return ProjectDetail.of(project)


@router.post("/{project_id}/waivers", allow=secretariat, raises=[ProjectNotActive, NothingToWaive, NotConfirmed])
async def waive_requirement(project_id: Id, body: WaiverIn, commands: Commands) -> ProjectDetail:
    """Put on record that a requirement of a stage ahead need not be met; a later waiver of it takes its place."""
    decision = await decided(commands, body.decision)
    waiver = Waiver(requirement=body.requirement, reason=body.reason, decision=decision)
    project = await commands.on(Project, project_id, lambda project: project.waive(waiver))
    return ProjectDetail.of(project)


@router.put("/{project_id}/evaluation", allow=secretariat, raises=[ProjectNotActive, NoTrialToEvaluate])
async def evaluate_trial(project_id: Id, body: TrialEvaluation, commands: Commands) -> ProjectDetail:
    """Record what the trial showed, by indicators, or revise it while the trial lasts."""
    project = await commands.on(Project, project_id, lambda project: project.evaluate(body))
    return ProjectDetail.of(project)


@router.put("/{project_id}/suspension", allow=secretariat, raises=[ProjectNotActive])
async def suspend_project(project_id: Id, body: ReasonIn, commands: Commands) -> ProjectDetail:
    """Let the work rest; stage, participations and burden terms stay as they are."""
    project = await commands.on(Project, project_id, lambda project: project.suspend(body.reason))
    return ProjectDetail.of(project)


@router.delete("/{project_id}/suspension", allow=secretariat, raises=[ProjectNotActive])
async def resume_project(project_id: Id, commands: Commands) -> ProjectDetail:
    """Take the work up again at the stage where it rested."""
    project = await commands.on(Project, project_id, lambda project: project.resume())
    return ProjectDetail.of(project)


@router.put("/{project_id}/conclusion", allow=secretariat, raises=[ProjectNotActive])
async def conclude_project(project_id: Id, body: ReasonIn, commands: Commands) -> ProjectDetail:
    """End the work for good. Participations end by each participant's notice; what is charged stays owed."""
    project = await commands.on(Project, project_id, lambda project: project.conclude(body.reason))
    return ProjectDetail.of(project)


@router.get("", allow=public)
async def list_projects(
    reader: Reader,
    page: PageQuery,
    sort: ProjectSort,
    stage: Stage | None = None,
    status: ProjectStatus | None = None,
    theme_id: Id | None = None,
    group: Code | None = None,
) -> Page[ProjectOut]:
    """All projects; `group` is that of their themes."""
    query = views.projects_by(stage=stage, status=status, theme_id=theme_id, group=group)
    return await reader.page(ProjectOut, query, page, by=sort)


@router.get("/{project_id}", allow=public)
async def read_project(project_id: Id, reader: Reader) -> ProjectDetail:
    """One project, with what its stage rests on."""
    return await reader.one(ProjectDetail, views.project_of(project_id), what="project", id=project_id)


@router.get("/{project_id}/history", allow=public)
async def read_history(project_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a project, its participation agreements among it."""
    return await reader.history(Project, project_id, page)
