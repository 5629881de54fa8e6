"""What must hold of an expert before new work is proposed."""

from __future__ import annotations

from kyodo_events.errors import require
from kyodo_platform.commands import CommandBus
from kyodo_talent.assignments.refusals import ExpertNotAvailable
from kyodo_talent.experts.model import Expert


async def available_expert(commands: CommandBus, expert_id: str) -> Expert:
    """The expert. Raises NotFound, and ExpertNotAvailable for one who is not qualified, or takes no new work, today."""
    expert, today = await commands.read(Expert, expert_id), commands.today
    qualification, availability = expert.qualification_on(today), expert.availability_on(today)
    not_available = ExpertNotAvailable(qualification=qualification.value, availability=availability.value)
    require(expert.is_available(today), not_available)
    return expert
