"""Where the evidence for a project's next stage comes from."""

from __future__ import annotations

from kyodo_events.contracts.procurement.themes import Decision, DecisionReference
from kyodo_events.errors import NotFound
from kyodo_platform.commands import CommandBus
from kyodo_procurement.meetings.model import Meeting
from kyodo_procurement.projects.model import Project
from kyodo_procurement.projects.stages import Evidence
from kyodo_procurement.terms.model import Proposal
from kyodo_procurement.themes.model import Theme
from kyodo_procurement.verifications.model import CostVerification
from kyodo_procurement.working_groups.model import WorkingGroup


async def evidence_for(
    commands: CommandBus, project_id: str, verification_id: str | None, terms_id: str | None
) -> Evidence:
    """What there is for a project to move on. Raises NotFound for what is named and is not there."""
    project = await commands.read(Project, project_id)
    theme = await commands.read(Theme, project.theme_id)
    return Evidence(
        group=await _group_of(commands, project.theme_id),
        needs=theme.needs,
        verification=await commands.read(CostVerification, verification_id) if verification_id else None,
        terms=await commands.read(Proposal, terms_id) if terms_id else None,
        today=commands.today,
    )


async def decided(commands: CommandBus, reference: DecisionReference) -> Decision:
    """The decision that is referred to. Raises NotFound without the meeting, NotConfirmed without the confirmation."""
    meeting = await commands.read(Meeting, reference.meeting_id)
    return meeting.confirmed(reference.confirmation)


async def _group_of(commands: CommandBus, theme_id: str) -> WorkingGroup | None:
    try:
        return await commands.read(WorkingGroup, theme_id)
    except NotFound:
        return None  # a theme without a working group: nothing is recommended
