"""What is asked and answered at the consult desk over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kyodo_events.values.texts import Code, Id, Line, Text
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_talent.consultations.model import ConsultationStatus, Satisfaction


class QuestionIn(Body):
    """A question of a municipality."""

    title_ja: Line = Field(description="件名。個人名は書かない。")
    question_ja: Annotated[Text, Field(min_length=1, description="聞きたいことを普段の言葉で。個人名は書かない。")]
    matter: Code | None = Field(default=None, description="Of a template, where one fits.")


class MatterIn(Body):
    """The code that the same question of other municipalities has."""

    matter: Code


class ExpertIn(Body):
    """Who is to answer."""

    expert_id: Id


class AnswerIn(Body):
    """An answer."""

    answer_ja: Annotated[Text, Field(min_length=1, description="Write no names.")]


class ClosingIn(Body):
    """What the municipality thought of it."""

    satisfaction: Satisfaction | None = Field(default=None, description="1–5; none where there was no answer.")


class ConsultationOut(Resource):
    """A consultation, as its municipality, Tokyo and the expert who is to answer see it."""

    consultation_id: str
    municipality: str = Field(title="団体コード")
    status: ConsultationStatus = Field(title="状態")
    title_ja: str = Field(title="件名")
    question_ja: str = Field(title="相談内容")
    matter: str | None = Field(title="用件コード")
    expert_id: str = Field(title="回答する人材", description="Empty where the secretariat answers itself.")
    answers: int = Field(title="回答数")
    satisfaction: int | None = Field(title="満足度")
    request_id: str | None = Field(title="起案した依頼")
    asked_at: datetime = Field(title="相談日時")
    first_answer_at: datetime | None = Field(title="最初の回答日時")
    closed_at: datetime | None = Field(title="終了日時")


class AnswerRow(Answer):
    """An answer."""

    number: int = Field(title="回")
    by_expert: bool = Field(title="専門人材の回答", description="Of the expert; else of the secretariat.")
    answer_ja: str = Field(title="回答")
    answered_at: datetime = Field(title="回答日時")
