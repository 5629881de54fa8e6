"""A supporter: a volunteer who helps people with their smartphones (TOKYOスマホサポーター).

Only what a match needs is kept, under a pseudonym made by us: no name, no address.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.supporter_matching import SupporterRegistered
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode

Sessions = Annotated[int, Field(strict=True, ge=1, le=62, description="How many sessions a month at most.")]


class Language(StrEnum):
    """In which a supporter can help, by its ISO 639 code."""

    JAPANESE = "ja"
    ENGLISH = "en"
    CHINESE = "zh"
    KOREAN = "ko"
    JAPANESE_SIGN_LANGUAGE = "jsl"


LANGUAGES_JA = {
    Language.JAPANESE: "日本語",
    Language.ENGLISH: "英語",
    Language.CHINESE: "中国語",
    Language.KOREAN: "韓国語",
    Language.JAPANESE_SIGN_LANGUAGE: "日本手話",
}


class Status(StrEnum):
    """Whether a supporter can be matched."""

    ACTIVE = "active"  # 活動中
    RESTING = "resting"  # 休止中


class SupporterRested(Event, type="kyodo.supporter-matching.supporter-rested", words="活動を休止した"):
    """The supporter is not to be matched for the time being."""


class SupporterResumed(Event, type="kyodo.supporter-matching.supporter-resumed", words="活動を再開した"):
    """The supporter is to be matched again."""


@dataclass(frozen=True)
class Supporter(Aggregate, category="supporter"):
    """A supporter as matched: home, languages, and how many sessions a month at most."""

    home_municipality: MunicipalityCode = ""
    languages: tuple[Language, ...] = ()
    sessions_per_month: int = 0
    status: Status = Status.ACTIVE

    @property
    def pseudonym(self) -> str:
        """What the supporter is called everywhere: it says nothing of the person."""
        return f"supporter-{self.id}"

    # decisions

    def register(self, home: MunicipalityCode, languages: Collection[Language], sessions_per_month: int) -> Events:
        """Take the supporter up, ready to be matched; languages are kept once each."""
        yield SupporterRegistered(
            pseudonym=self.pseudonym,
            home_municipality=home,
            languages=tuple(language for language in Language if language in languages),
            sessions_per_month=sessions_per_month,
        )

    def rest(self) -> Events:
        if self.status is Status.ACTIVE:
            yield SupporterRested()

    def resume(self) -> Events:
        if self.status is Status.RESTING:
            yield SupporterResumed()

    # what events did

    @evolve
    def registered(self, event: SupporterRegistered) -> Self:
        return replace(
            self,
            home_municipality=event.home_municipality,
            languages=tuple(Language(language) for language in event.languages),
            sessions_per_month=event.sessions_per_month,
        )

    @evolve
    def rested(self, event: SupporterRested) -> Self:
        return replace(self, status=Status.RESTING)

    @evolve
    def resumed(self, event: SupporterResumed) -> Self:
        return replace(self, status=Status.ACTIVE)
