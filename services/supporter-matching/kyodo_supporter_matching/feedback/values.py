"""What feedback consists of: scores from 1 to 5 and tags, and a text that is sealed before it gets here."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from kyodo_events.values.value import Value

Score = Annotated[int, Field(strict=True, ge=1, le=5, description="From 1, bad, to 5, very good.")]


class SessionTag(StrEnum):
    """What a supporter says of a session, its venue and whoever saw to it."""

    WELL_PREPARED = "well_prepared"
    CLEAR_BRIEFING = "clear_briefing"
    GOOD_ACCESS = "good_access"
    TOO_FEW_HELPERS = "too_few_helpers"
    TOO_FEW_VISITORS = "too_few_visitors"
    POOR_CONNECTION = "poor_connection"
    HARD_TO_FIND = "hard_to_find"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return SESSION_TAGS_JA[self]


SESSION_TAGS_JA = {
    SessionTag.WELL_PREPARED: "準備がよい",
    SessionTag.CLEAR_BRIEFING: "説明がわかりやすい",
    SessionTag.GOOD_ACCESS: "会場が使いやすい",
    SessionTag.TOO_FEW_HELPERS: "人手が足りない",
    SessionTag.TOO_FEW_VISITORS: "来場者が少ない",
    SessionTag.POOR_CONNECTION: "通信環境が悪い",
    SessionTag.HARD_TO_FIND: "会場がわかりにくい",
}


class SupporterTag(StrEnum):
    """What is said of a supporter."""

    PUNCTUAL = "punctual"
    PATIENT = "patient"
    CLEAR = "clear"
    FRIENDLY = "friendly"
    KNOWLEDGEABLE = "knowledgeable"
    NEEDS_PRACTICE = "needs_practice"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return SUPPORTER_TAGS_JA[self]


SUPPORTER_TAGS_JA = {
    SupporterTag.PUNCTUAL: "時間を守る",
    SupporterTag.PATIENT: "根気強い",
    SupporterTag.CLEAR: "説明がわかりやすい",
    SupporterTag.FRIENDLY: "親しみやすい",
    SupporterTag.KNOWLEDGEABLE: "知識が豊富",
    SupporterTag.NEEDS_PRACTICE: "もう少し練習が必要",
}


def _once_each(tags: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(tags)) < len(tags):
        raise ValueError("a tag is named twice")
    return tuple(sorted(tags))


class SessionRating(Value):
    """A supporter on a session: the session as such, the venue, and the host where there was one."""

    session: Score
    venue: Score
    host: Score | None = None
    tags: Annotated[
        tuple[SessionTag, ...],
        Field(max_length=len(SessionTag), json_schema_extra={"uniqueItems": True}),
        AfterValidator(_once_each),
    ] = ()


class SupporterRating(Value):
    """A municipality, or the host of its session, on a supporter."""

    score: Score
    tags: Annotated[
        tuple[SupporterTag, ...],
        Field(max_length=len(SupporterTag), json_schema_extra={"uniqueItems": True}),
        AfterValidator(_once_each),
    ] = ()


class Rater(StrEnum):
    """Who rated a supporter."""

    MUNICIPALITY = "municipality"
    HOST = "host"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"municipality": "区市町村", "host": "運営団体"}[self.value]
