"""A guideline document on Tokyo's list, in the edition that holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import require
from kyodo_supporter_matching.regional_projects.events import GuidelineRegistered, GuidelineRenewed
from kyodo_supporter_matching.regional_projects.refusals import PublishedLater
from kyodo_supporter_matching.regional_projects.values import Guideline

EARLIEST: Final = date(2000, 4, 1)


@dataclass(frozen=True)
class GuidelineDocument(Aggregate, category="guideline"):
    """The edition that holds; those before stand in its history."""

    guideline: Guideline | None = None

    # decisions

    def register(self, guideline: Guideline, today: date) -> Events:
        """Tokyo puts a published document on the list."""
        _require_published(guideline, EARLIEST, today)
        yield GuidelineRegistered(guideline=guideline)

    def renew(self, guideline: Guideline, today: date) -> Events:
        """Tokyo names another edition, no older than the one before."""
        _require_published(guideline, self.guideline.published_on if self.guideline else EARLIEST, today)
        if guideline != self.guideline:
            yield GuidelineRenewed(guideline=guideline)

    # what events did

    @evolve
    def registered(self, event: GuidelineRegistered) -> Self:
        return replace(self, guideline=event.guideline)

    @evolve
    def renewed(self, event: GuidelineRenewed) -> Self:
        return replace(self, guideline=event.guideline)


def _require_published(guideline: Guideline, earliest: date, today: date) -> None:
    day = guideline.published_on
    require(earliest <= day <= today, PublishedLater(published_on=day, earliest=earliest, today=today))
