"""Themes as they leave procurement: what is taken up as joint work, and the decision that it rests on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.event import Event, JsonObject, Topic, registry
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_events.values.value import Value

THEMES = Topic("kyodo.procurement.themes.v1")


class DecisionReference(Value):
    """Names a decision: a confirmation (確認事項) of a meeting of the CIO forum, by its number there."""

    meeting_id: Id
    confirmation: Annotated[int, Field(ge=1, le=1000, strict=True)]


class Decision(Value):
    """A decision as it was recorded: where it stands, if the forum's meeting is on record, and how people cite it."""

    meeting_id: str | None
    confirmation: int | None
    text_ja: str


class ThemeSelected(
    Event,
    type="kyodo.procurement.theme-selected",
    version=2,
    topic=THEMES,
    words="{needed_by}のニーズに基づき、{decision.text_ja}により選定した",
):
    """Tokyo's secretariat took a theme up; the municipalities whose live answers prove the need are named."""

    name_ja: str
    needed_by: tuple[MunicipalityCode, ...]
    answers: Annotated[
        tuple[str, ...], Field(description="Ids of the live answers that prove the need, in the order of needed_by.")
    ]
    decision: Decision


@registry.upcasts(ThemeSelected, from_version=1)
def _(data: JsonObject) -> JsonObject:
    """Version 1 cited the decision as text and did not name the answers."""
    cited = {"meeting_id": None, "confirmation": None, "text_ja": data["decision"]}
    return {**data, "answers": [], "decision": cited}


class NeedFellBelowTwo(
    Event,
    type="kyodo.procurement.need-fell-below-two",
    topic=THEMES,
    words="選定後にニーズのある団体が{needs}団体となり、2団体を下回った",
):
    """Withdrawals left a selected theme with fewer than two municipalities in need. It stays selected, and flagged."""

    name_ja: str
    needs: int


class ThemeShelved(Event, type="kyodo.procurement.theme-shelved", topic=THEMES, words="見送りとした。理由：{reason}"):
    """Tokyo's secretariat put a theme aside; if it was selected, it no longer is."""

    name_ja: str
    reason: str
