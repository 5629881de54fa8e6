"""The settings of rounds over HTTP: set by the secretariat, read by everybody whom rounds concern."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from kyodo_events.values.texts import Line
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import secretariat, signed_in
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_supporter_matching.matching.values import Weights
from kyodo_supporter_matching.settings.model import FOR_ALL, MatchingSettings

router = Router(prefix="/v1/matching-settings", tags=["matching"])


class WeightsIn(Body):
    """How much each goal counts, and why."""

    weights: Weights
    reason_ja: Line


class SettingsOut(Resource):
    """What rounds begin with where they name nothing else."""

    weights: Weights = Field(title="重み")

    @classmethod
    def of_model(cls, settings: MatchingSettings) -> Self:
        """As they stand."""
        return cls(version=settings.version, weights=settings.weights)


@router.put("", allow=secretariat)
async def set_weights(body: WeightsIn, commands: Commands) -> SettingsOut:
    """Set how much each goal counts in the rounds to come; those that were begun keep theirs."""
    decided = await commands.on_or_new(
        MatchingSettings, FOR_ALL, lambda one: one.set_weights(body.weights, body.reason_ja)
    )
    return SettingsOut.of_model(decided)


@router.get("", allow=signed_in)
async def read_settings(commands: Commands) -> SettingsOut:
    """How much each goal counts."""
    return SettingsOut.of_model(await commands.read_or_new(MatchingSettings, FOR_ALL))


@router.get("/history", allow=signed_in)
async def settings_history(commands: Commands, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What was set, when and why; nothing, as long as the weights are the product's own."""
    if not (await commands.read_or_new(MatchingSettings, FOR_ALL)).version:
        return Page(items=[])
    return await reader.history(MatchingSettings, FOR_ALL, page)
