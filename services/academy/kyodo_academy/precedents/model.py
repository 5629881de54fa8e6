"""A precedent: what somebody did, with what effect, at what cost, and what stood in the way.

Tokyo's secretariat records precedents from sources that it names, and corrects them. One that is not ready, or not to
be seen any more, is a draft. What a source does not say is left empty, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Self

from pydantic import Field

from kyodo_academy.sources import JAPAN, Country, Sources
from kyodo_academy.visibility import TokyosVisibility
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.event import Event
from kyodo_events.values.money import Amount
from kyodo_events.values.texts import Line, Text
from kyodo_events.values.value import Value

Keyword = Annotated[Line, Field(max_length=40)]


class Barrier(Value):
    """What stood in the way, and how it was solved."""

    barrier_ja: Line
    solved_ja: Text


class PrecedentContent(Value):
    """All that is known of a precedent."""

    category_ja: Line
    tool: Line | None = None
    country: Country = JAPAN
    country_ja: Line = "日本"
    place_ja: Line = Field(description="The municipality, city or government.")
    content_ja: Line
    details_ja: Text = ""
    effects_ja: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    cost_yen: Amount | None = None
    cost_note_ja: Line | None = Field(default=None, description="What the cost includes, and for which time.")
    barriers: Annotated[tuple[Barrier, ...], Field(max_length=20)] = ()
    contact_ja: Line | None = Field(default=None, description="An office and how it is reached; name no person.")
    sources: Sources
    keywords_ja: Annotated[
        tuple[Keyword, ...], Field(max_length=20, description="Words of themes for which it is a precedent.")
    ] = ()
    visibility: TokyosVisibility


class PrecedentRecorded(
    Event, type="kyodo.academy.precedent-recorded", words="{content.place_ja}の事例「{content.content_ja}」を登録した"
):
    """A precedent is known."""

    content: PrecedentContent


class PrecedentCorrected(
    Event, type="kyodo.academy.precedent-corrected", words="{content.place_ja}の事例「{content.content_ja}」を改めた"
):
    """What is known of the precedent, in place of what was known before."""

    content: PrecedentContent


@dataclass(frozen=True)
class Precedent(Aggregate, category="precedent"):
    """One precedent."""

    content: PrecedentContent | None = None

    def record(self, content: PrecedentContent) -> Events:
        """Record what is known."""
        yield PrecedentRecorded(content=content)

    def correct(self, content: PrecedentContent) -> Events:
        """Say what is known now, or for whom it is."""
        if content != self.content:
            yield PrecedentCorrected(content=content)

    @evolve
    def recorded(self, event: PrecedentRecorded) -> Self:
        return replace(self, content=event.content)

    @evolve
    def corrected(self, event: PrecedentCorrected) -> Self:
        return replace(self, content=event.content)
