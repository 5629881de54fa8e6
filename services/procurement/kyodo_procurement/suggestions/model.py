"""What becomes of a suggestion: a theme, or nothing for a reason. Its text is talent's and stands in the view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.texts import Id, Line


class SuggestionStatus(StrEnum):
    """What became of it."""

    NEW = "new"
    TAKEN_UP = "taken_up"
    SET_ASIDE = "set_aside"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"new": "未検討", "taken_up": "テーマ化", "set_aside": "見送り"}[self.value]


class SuggestionTakenUp(Event, type="kyodo.procurement.suggestion-taken-up", words="共通課題をテーマとして取り上げた"):
    """The secretariat put it up as a theme."""

    theme_id: Id


class SuggestionSetAside(
    Event, type="kyodo.procurement.suggestion-set-aside", words="共通課題を見送った。理由：{reason}"
):
    """The secretariat does not go on with it, for now."""

    reason: Line


class SuggestionTakenUpAlready(Refused):
    status, type = 409, "suggestion-taken-up"
    title = "The suggestion has become a theme"
    detail = "It is the theme {theme_id}."
    remedy = "Go on with the theme: shelve it there if it leads to nothing."


@dataclass(frozen=True)
class Suggestion(Aggregate, category="suggestion"):
    """The decision on one suggestion, whose id is that of talent's joint need."""

    status: SuggestionStatus = SuggestionStatus.NEW
    theme_id: str | None = None
    reason: str | None = None

    def take_up(self, theme_id: str) -> Events:
        """It goes on as this theme; also what was set aside before."""
        self._require_no_theme()
        yield SuggestionTakenUp(theme_id=theme_id)

    def set_aside(self, reason: str) -> Events:
        """It does not go on."""
        self._require_no_theme()
        if reason != self.reason:
            yield SuggestionSetAside(reason=reason)

    def _require_no_theme(self) -> None:
        taken_up = self.status is SuggestionStatus.TAKEN_UP
        require(not taken_up, SuggestionTakenUpAlready(theme_id=self.theme_id))

    @evolve
    def taken_up(self, event: SuggestionTakenUp) -> Self:
        return replace(self, status=SuggestionStatus.TAKEN_UP, theme_id=event.theme_id, reason=None)

    @evolve
    def put_aside(self, event: SuggestionSetAside) -> Self:
        return replace(self, status=SuggestionStatus.SET_ASIDE, reason=event.reason)
