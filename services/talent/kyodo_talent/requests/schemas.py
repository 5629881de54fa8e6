"""What is asked and answered about requests over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kyodo_events.values.money import Amount
from kyodo_events.values.texts import Code, Line, Text
from kyodo_platform.resources import Body, Resource
from kyodo_talent.reference.personas import Persona
from kyodo_talent.requests.model import RequestStatus
from kyodo_talent.requests.values import (
    Offer,
    Outcome,
    OutcomeReason,
    RequestKind,
    RequestMode,
    Urgency,
    Wanted,
)


class RequestIn(Wanted):
    """What a municipality asks for. `GET /v1/request-templates` has bodies to begin with."""


class ApprovalIn(Body):
    """The amount that is agreed to; it must be the request's budget."""

    amount: Amount


class QuestionIn(Body):
    """What the secretariat asks before it takes the request in."""

    question_ja: Annotated[Text, Field(min_length=1)]


class TriageIn(Body):
    """Which help and which expert it is about."""

    kind: RequestKind
    persona: Persona
    urgency: Urgency
    matter: Code | None = Field(default=None, description="The same for the same need of other municipalities.")
    note_ja: Text = Field(default="", description="A word to the municipality; write no names.")


class WithdrawalIn(Body):
    """Why the municipality no longer asks."""

    reason_ja: Line


class OutcomeIn(Body):
    """How it ended."""

    outcome: Outcome
    reason: OutcomeReason | None = Field(
        default=None, description="Of the fixed list, where the request was not met in full; else null."
    )


class RequestOut(Resource):
    """A request as its municipality and Tokyo see it."""

    request_id: str
    municipality: str = Field(title="団体コード")
    status: RequestStatus = Field(title="状態")
    kind: RequestKind = Field(title="種別")
    persona: Persona | None = Field(title="人材像")
    title_ja: str = Field(title="件名")
    need_ja: str = Field(title="困っていること・してほしいこと")
    reason_ja: str = Field(title="理由")
    urgency: Urgency = Field(title="緊急度", description="1 low, 2 normal, 3 high.")
    half_days_per_month: int = Field(title="月あたり半日数")
    from_month: str = Field(title="開始月")
    until_month: str = Field(title="終了月")
    mode: RequestMode = Field(title="働き方")
    budget_yen: int = Field(title="予算（円・税込）")
    approved_yen: int | None = Field(title="承認額（円）", description="What the approver agreed to last.")
    matter: str | None = Field(title="用件コード")
    consultation_id: str | None = Field(title="元の相談")
    question_ja: str | None = Field(title="事務局からの確認事項", description="Until the request is submitted again.")
    note_ja: str | None = Field(title="事務局からのお知らせ")
    offers: list[Offer] = Field(title="提示")
    drafted_at: datetime = Field(title="起案日時")
    submitted_at: datetime | None = Field(title="提出日時", description="Of the last submission.")
    triaged_at: datetime | None = Field(title="受付日時")
    first_offer_at: datetime | None = Field(title="最初の提示日時")
    closed_at: datetime | None = Field(title="終了日時")
    outcome_reason: OutcomeReason | None = Field(title="不成立等の理由")
    withdrawal_reason_ja: str | None = Field(title="取下げの理由")
