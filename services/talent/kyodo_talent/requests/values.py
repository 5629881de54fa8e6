"""What a request says, and the fixed lists it chooses from."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Annotated, Final

from pydantic import Field

from kyodo_events.values.fiscal import Month
from kyodo_events.values.money import Amount
from kyodo_events.values.texts import Code, Id, Line, Text
from kyodo_events.values.value import Value
from kyodo_talent.reference.personas import Persona
from kyodo_talent.schedules.values import HalfDays

MAX_MONTHS: Final = 24
"""The longest window: what reaches beyond two budget years is asked for again."""


class RequestKind(StrEnum):
    """In which of the four ways an expert is to help."""

    SPOT_CONSULTATION = "spot_consultation"
    HANDS_ON = "hands_on"
    SHARED_USE = "shared_use"
    INTRODUCTION = "introduction"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return KINDS_JA[self]


KINDS_JA = {
    RequestKind.SPOT_CONSULTATION: "スポット相談",
    RequestKind.HANDS_ON: "伴走型支援",
    RequestKind.SHARED_USE: "共同活用",
    RequestKind.INTRODUCTION: "人材紹介",
}


class Urgency(IntEnum):
    """How soon it is needed; a round of matching weighs half-days by it."""

    LOW = 1
    NORMAL = 2
    HIGH = 3

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {Urgency.LOW: "急がない", Urgency.NORMAL: "通常", Urgency.HIGH: "急ぎ"}[self]


class RequestMode(StrEnum):
    """Where the expert is to work."""

    REMOTE = "remote"
    ON_SITE = "on_site"
    EITHER = "either"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return MODES_JA[self]


MODES_JA = {
    RequestMode.REMOTE: "オンライン",
    RequestMode.ON_SITE: "現地",
    RequestMode.EITHER: "どちらでもよい",
}


class Wanted(Value):
    """What a request says. Without a persona, the secretariat finds out which one fits when it takes the request in."""

    kind: RequestKind = Field(description="スポット相談・伴走型支援・共同活用・人材紹介のいずれか。")
    persona: Persona | None = Field(
        default=None, description="分からなければ空欄（null）のままでよい。受付時に東京都が選ぶ。"
    )
    title_ja: Line = Field(description="件名。個人名は書かない。", examples=["電子申請の様式を作り直したい"])
    need_ja: Annotated[
        Text,
        Field(
            min_length=1,
            description="困っていること、してほしいことを普段の言葉で。個人名は書かない。",
            examples=["申請様式が紙のままで、職員2人では電子化の進め方が分からない。"],
        ),
    ]
    reason_ja: Text = Field(default="", description="なぜ今、外部の人材が要るのか。個人名は書かない。")
    urgency: Urgency = Field(description="1 急がない、2 通常、3 急ぎ。")
    half_days_per_month: HalfDays = Field(description="月あたりの半日数（午前又は午後を1と数える）。")
    from_month: Month = Field(description="この月から。")
    until_month: Month = Field(description=f"この月まで。開始月から{MAX_MONTHS}か月以内。")
    mode: RequestMode = Field(description="オンライン、現地、どちらでもよい。")
    budget_yen: Amount = Field(
        default=0, description="期間全体の予算（円・税込）。0は無料の支援。1円以上は提出前に決裁権者の承認が要る。"
    )
    matter: Code | None = Field(
        default=None, description="A code by which the same need of several municipalities is found, from a template."
    )


class OfferKind(StrEnum):
    """What is offered to a request."""

    ASSIGNMENT = "assignment"
    INTRODUCTION = "introduction"


class Offer(Value):
    """A proposed assignment or an introduction case, by its id."""

    kind: OfferKind
    id: Id


class Outcome(StrEnum):
    """How a request ended, as the secretariat records it."""

    FULFILLED = "fulfilled"
    PARTLY = "partly"
    UNFILLED = "unfilled"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"fulfilled": "充足", "partly": "一部充足", "unfilled": "不成立"}[self.value]


class OutcomeReason(StrEnum):
    """Why a request was met in part only, or not at all: a fixed list, so that reasons can be counted."""

    NO_SUITABLE_EXPERT = "no_suitable_expert"
    NO_CAPACITY = "no_capacity"
    PLACE_OR_TIME = "place_or_time"
    BUDGET = "budget"
    EXPERT_DECLINED = "expert_declined"
    MUNICIPALITY_DECLINED = "municipality_declined"
    SOLVED_OTHERWISE = "solved_otherwise"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return REASONS_JA[self]


REASONS_JA = {
    OutcomeReason.NO_SUITABLE_EXPERT: "必要な経験をもつ人材がいない",
    OutcomeReason.NO_CAPACITY: "人材に空きがない",
    OutcomeReason.PLACE_OR_TIME: "場所又は時期が合わない",
    OutcomeReason.BUDGET: "予算が合わない",
    OutcomeReason.EXPERT_DECLINED: "人材が辞退した",
    OutcomeReason.MUNICIPALITY_DECLINED: "依頼団体が見送った",
    OutcomeReason.SOLVED_OTHERWISE: "別の方法で解決した",
}
