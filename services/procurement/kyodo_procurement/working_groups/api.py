"""Working groups over HTTP: opened by Tokyo, carried by the municipalities that join."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from kyodo_events.errors import NotFound
from kyodo_events.values.municipalities import TOKYO, MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import officer_of, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.documents import Number
from kyodo_procurement.meetings.model import MeetingNotHeld
from kyodo_procurement.policies import governments
from kyodo_procurement.themes.model import Theme
from kyodo_procurement.working_groups import views
from kyodo_procurement.working_groups.model import (
    IssueAlreadyResolved,
    Matter,
    NotAMember,
    OpenIssuesNotNamed,
    ThemeNotReady,
    WorkingGroup,
    WorkingGroupExists,
)
from kyodo_procurement.working_groups.schemas import (
    ApproachRow,
    GroupMeetingIn,
    GroupMeetingRow,
    IssueRow,
    RecommendationIn,
    ResolutionIn,
    WorkingGroupIn,
    WorkingGroupOut,
)

router = Router(prefix="/v1/working-groups", tags=["working groups"])

GroupSort = Annotated[Sort, sort_by(views.group.c.theme_ja, unique=[views.group.c.id])]
MeetingSort = Annotated[Sort, sort_by(views.meeting.c.held_on, unique=[views.meeting.c.number])]
IssueSort = Annotated[Sort, sort_by(views.issue.c.title_ja, views.issue.c.raised_by, unique=[views.issue.c.number])]
ApproachSort = Annotated[Sort, sort_by(views.approach.c.title_ja, unique=[views.approach.c.number])]


@router.post("", allow=secretariat, raises=[ThemeNotReady, WorkingGroupExists])
async def open_working_group(body: WorkingGroupIn, commands: Commands) -> WorkingGroupOut:
    """Open the working group of a theme, under the theme's id."""
    theme = await commands.read(Theme, body.theme_id)
    with suppress(NotFound):
        await commands.read(WorkingGroup, theme.id)
        raise WorkingGroupExists(theme_id=theme.id)
    group = await commands.create(WorkingGroup, lambda group: group.open(theme, commands.today), id=theme.id)
    return WorkingGroupOut.of(group)


@router.put("/{group_id}/members/{municipality}", allow=officer_of("municipality"))
async def join_working_group(group_id: Id, municipality: MunicipalityCode, commands: Commands) -> WorkingGroupOut:
    """Take part in the group; any municipality may."""
    group = await commands.on(WorkingGroup, group_id, lambda group: group.join(municipality))
    return WorkingGroupOut.of(group)


@router.delete("/{group_id}/members/{municipality}", allow=officer_of("municipality"))
async def leave_working_group(group_id: Id, municipality: MunicipalityCode, commands: Commands) -> WorkingGroupOut:
    """Take part in the group no longer."""
    group = await commands.on(WorkingGroup, group_id, lambda group: group.leave(municipality))
    return WorkingGroupOut.of(group)


@router.post("/{group_id}/meetings", allow=secretariat, raises=[MeetingNotHeld])
async def record_meeting(group_id: Id, body: GroupMeetingIn, commands: Commands) -> WorkingGroupOut:
    """Record a meeting of the group with its minutes."""
    group = await commands.on(
        WorkingGroup, group_id, lambda group: group.record_meeting(body.held_on, body.text, TOKYO, commands.today)
    )
    return WorkingGroupOut.of(group)


@router.post(
    "/{group_id}/members/{municipality}/meetings",
    allow=officer_of("municipality"),
    raises=[NotAMember, MeetingNotHeld],
)
async def record_meeting_as_member(
    group_id: Id, municipality: MunicipalityCode, body: GroupMeetingIn, commands: Commands
) -> WorkingGroupOut:
    """Record a meeting of the group with its minutes, as a member."""
    group = await commands.on(
        WorkingGroup,
        group_id,
        lambda group: group.record_meeting(body.held_on, body.text, municipality, commands.today),
    )
    return WorkingGroupOut.of(group)


@router.post("/{group_id}/members/{municipality}/issues", allow=officer_of("municipality"), raises=[NotAMember])
async def raise_issue(
    group_id: Id, municipality: MunicipalityCode, body: Matter, commands: Commands
) -> WorkingGroupOut:
    """Raise an issue, as a member."""
    group = await commands.on(WorkingGroup, group_id, lambda group: group.raise_issue(municipality, body))
    return WorkingGroupOut.of(group)


@router.put("/{group_id}/issues/{issue}/resolution", allow=secretariat, raises=[IssueAlreadyResolved])
async def resolve_issue(group_id: Id, issue: Number, body: ResolutionIn, commands: Commands) -> WorkingGroupOut:
    """Record how the group deals with an issue."""
    group = await commands.on(WorkingGroup, group_id, lambda group: group.resolve(issue, body.resolution, TOKYO))
    return WorkingGroupOut.of(group)


@router.put(
    "/{group_id}/members/{municipality}/issues/{issue}/resolution",
    allow=officer_of("municipality"),
    raises=[NotAMember, IssueAlreadyResolved],
)
async def resolve_issue_as_member(
    group_id: Id, municipality: MunicipalityCode, issue: Number, body: ResolutionIn, commands: Commands
) -> WorkingGroupOut:
    """Record how the group deals with an issue, as a member."""
    group = await commands.on(WorkingGroup, group_id, lambda group: group.resolve(issue, body.resolution, municipality))
    return WorkingGroupOut.of(group)


@router.post("/{group_id}/members/{municipality}/approaches", allow=officer_of("municipality"), raises=[NotAMember])
async def propose_approach(
    group_id: Id, municipality: MunicipalityCode, body: Matter, commands: Commands
) -> WorkingGroupOut:
    """Propose how to proceed with the theme, as a member."""
    group = await commands.on(WorkingGroup, group_id, lambda group: group.propose(municipality, body))
    return WorkingGroupOut.of(group)


@router.put("/{group_id}/recommendation", allow=secretariat, raises=[OpenIssuesNotNamed])
async def recommend_approach(group_id: Id, body: RecommendationIn, commands: Commands) -> WorkingGroupOut:
    """Adopt an approach as what the group recommends, in place of any before, naming the open issues."""
    group = await commands.on(WorkingGroup, group_id, lambda group: group.recommend(body.approach, body.open_issues))
    return WorkingGroupOut.of(group)


@router.get("", allow=governments)
async def list_working_groups(
    reader: Reader,
    page: PageQuery,
    sort: GroupSort,
    member: MunicipalityCode | None = None,
    recommended: bool | None = None,
) -> Page[WorkingGroupOut]:
    """All groups, those a municipality takes part in, those that recommend an approach or do not yet."""
    return await reader.page(WorkingGroupOut, views.groups_by(member, recommended), page, by=sort)


@router.get("/{group_id}", allow=governments)
async def read_working_group(group_id: Id, reader: Reader) -> WorkingGroupOut:
    """One group."""
    return await reader.one(WorkingGroupOut, views.group_of(group_id), what="working group", id=group_id)


@router.get("/{group_id}/meetings", allow=governments)
async def list_meetings(group_id: Id, reader: Reader, page: PageQuery, sort: MeetingSort) -> Page[GroupMeetingRow]:
    """The group's meetings with their minutes."""
    await reader.one(WorkingGroupOut, views.group_of(group_id), what="working group", id=group_id)
    return await reader.page(GroupMeetingRow, views.meetings_of(group_id), page, by=sort)


@router.get("/{group_id}/issues", allow=governments)
async def list_issues(
    group_id: Id, reader: Reader, page: PageQuery, sort: IssueSort, is_open: bool | None = None
) -> Page[IssueRow]:
    """The group's issues: all, the open ones, or the resolved ones."""
    await reader.one(WorkingGroupOut, views.group_of(group_id), what="working group", id=group_id)
    return await reader.page(IssueRow, views.issues_of(group_id, is_open), page, by=sort)


@router.get("/{group_id}/approaches", allow=governments)
async def list_approaches(group_id: Id, reader: Reader, page: PageQuery, sort: ApproachSort) -> Page[ApproachRow]:
    """The approaches proposed in the group."""
    await reader.one(WorkingGroupOut, views.group_of(group_id), what="working group", id=group_id)
    return await reader.page(ApproachRow, views.approaches_of(group_id), page, by=sort)


@router.get("/{group_id}/history", allow=governments)
async def read_history(group_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened in the group."""
    return await reader.history(WorkingGroup, group_id, page)
