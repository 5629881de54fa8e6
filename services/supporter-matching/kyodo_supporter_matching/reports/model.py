"""An activity report: how many came, of what age, with which questions, and how many were helped.

Its stream is the session's id. A report may be filed again: what was written last counts. The session is reported with
the first one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Text
from kyodo_events.values.value import Value

Lasted = Annotated[int, Field(strict=True, ge=1, le=600, description="Minutes.")]
Count = Annotated[int, Field(strict=True, ge=0, le=2_000)]


class AgeBand(StrEnum):
    """How old visitors are, as they say or as it seems."""

    UNDER_65 = "under_65"
    FROM_65 = "from_65"
    FROM_70 = "from_70"
    FROM_75 = "from_75"
    FROM_80 = "from_80"
    FROM_85 = "from_85"
    UNKNOWN = "unknown"


AGES_JA = {
    AgeBand.UNDER_65: "65歳未満",
    AgeBand.FROM_65: "65～69歳",
    AgeBand.FROM_70: "70～74歳",
    AgeBand.FROM_75: "75～79歳",
    AgeBand.FROM_80: "80～84歳",
    AgeBand.FROM_85: "85歳以上",
    AgeBand.UNKNOWN: "不明",
}


class Question(StrEnum):
    """What visitors wanted to know."""

    BASICS = "basics"
    MESSAGES = "messages"
    CAMERA = "camera"
    MAPS = "maps"
    PAYMENT = "payment"
    PUBLIC_SERVICES = "public_services"
    DISASTERS = "disasters"
    SAFETY = "safety"
    OTHER = "other"


QUESTIONS_JA = {
    Question.BASICS: "基本操作",
    Question.MESSAGES: "電話・メッセージ",
    Question.CAMERA: "カメラ・写真",
    Question.MAPS: "地図・乗換",
    Question.PAYMENT: "決済",
    Question.PUBLIC_SERVICES: "行政手続・マイナンバーカード",
    Question.DISASTERS: "防災",
    Question.SAFETY: "詐欺・安全対策",
    Question.OTHER: "その他",
}


class Activity(Value):
    """A session in numbers. A visitor may have asked several things, so questions may outnumber visitors."""

    visitors: dict[AgeBand, Count] = Field(max_length=len(AgeBand))
    questions: dict[Question, Count] = Field(default_factory=dict, max_length=len(Question))
    people_supported: Count = Field(description="Of the visitors, those whom a supporter helped.")
    minutes: Lasted | None = Field(default=None, description="How long it lasted, where not as long as planned.")
    problems_ja: Text = Field(default="", description="What should be better next time; name nobody.")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.people_supported > self.visitors_in_all:
            raise ValueError(
                f"{self.people_supported} people were helped, but only {self.visitors_in_all} came: check both"
            )
        return self

    @property
    def visitors_in_all(self) -> int:
        """Of all ages."""
        return sum(self.visitors.values())


class ActivityReported(
    Event, type="kyodo.supporter-matching.activity-reported", words="活動報告を提出した（来場者の内訳と相談内容）"
):
    """What happened at a session; all of it, as it stands since."""

    municipality: MunicipalityCode
    activity: Activity


@dataclass(frozen=True)
class Report(Aggregate, category="activity-report"):
    """The report of one session."""

    activity: Activity | None = None

    def file(self, municipality: str, activity: Activity) -> Events:
        """Tell what happened; again, where it was told wrongly before."""
        if activity != self.activity:
            yield ActivityReported(municipality=municipality, activity=activity)

    @evolve
    def filed(self, event: ActivityReported) -> Self:
        return replace(self, activity=event.activity)
