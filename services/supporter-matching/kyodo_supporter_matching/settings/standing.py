"""What is set at the moment, for whoever begins a round or calls for replacement."""

from __future__ import annotations

from kyodo_platform.commands import CommandBus
from kyodo_supporter_matching.matching.values import Weights
from kyodo_supporter_matching.settings.model import FOR_ALL, MatchingSettings


async def weights_now(commands: CommandBus) -> Weights:
    """How much each goal counts."""
    return (await commands.read_or_new(MatchingSettings, FOR_ALL)).weights
