"""Meetings as they come in and go out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from kyodo_academy.precedent_meetings.values import LongText, MeetingContent, MeetingStatus
from kyodo_academy.visibility import Audience, Visibility
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Line, Text
from kyodo_events.words import name_of
from kyodo_platform.resources import Answer, Body, Resource

_PART = r"[^\s@\x00-\x1f\x7f]"
Email = Annotated[str, Field(pattern=f"^{_PART}{{1,64}}@{_PART}{{1,120}}$", examples=["placeholder@example.jp"])]


class MeetingIn(Body):
    """The plan of a meeting."""

    content: MeetingContent


class MeetingCancellationIn(Body):
    """Why it does not take place; everybody who sees the meeting reads it."""

    reason_ja: Line


class MinutesIn(Body):
    """What was spoken about. Name offices, no persons."""

    minutes_ja: LongText


class RegistrationIn(Body):
    """An official who takes part. It is encrypted with a key of the registration's own."""

    name_ja: Line
    office_ja: Line | None = None
    email: Email | None = None

    @property
    def texts(self) -> dict[str, str]:
        """What is to be sealed, by field."""
        return {name: text for name, text in self if text}


class MeetingQuestionIn(Body):
    """What your government asks; all officials read it."""

    question_ja: Annotated[Text, Field(min_length=1)]


class MeetingAnswerIn(Body):
    """What the precedent municipality answers."""

    answer_ja: Annotated[Text, Field(min_length=1)]


class MeetingOut(Resource):
    """A meeting."""

    meeting_id: str
    status: MeetingStatus = Field(title="状態コード")
    status_ja: str = Field(default="", title="状態")
    visibility: Visibility = Field(title="公開範囲コード")
    visibility_ja: str = Field(default="", title="公開範囲")
    starts_at: datetime = Field(title="開始")
    content: MeetingContent = Field(title="企画")
    registered: int = Field(title="登録者数")
    has_minutes: bool = Field(title="議事録あり")
    cancelled_because_ja: str | None = Field(title="中止の理由")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.status_ja, self.visibility_ja = self.status.label_ja, self.visibility.label_ja

    def as_seen_by(self, audience: Audience) -> MeetingOut:
        """The same without the way in, for those who are no officials."""
        if audience.official:
            return self
        return self.model_copy(update={"content": self.content.model_copy(update={"link": None})})


class MinutesOut(Answer):
    """The minutes of a meeting."""

    meeting_id: str
    minutes_ja: str


class RegistrationMade(Resource):
    """That an official is registered. It repeats nothing of the official: answers may be stored."""

    meeting_id: str
    registration_id: str
    registered: int


class RegistrationOut(Answer):
    """One registered official; the name only for those who see to it."""

    registration_id: str
    municipality: Party = Field(title="団体コード")
    municipality_ja: str = Field(default="", title="団体")
    registered_at: datetime = Field(title="登録日時")
    name_ja: str | None = Field(default=None, title="氏名")
    office_ja: str | None = Field(default=None, title="所属")
    email: str | None = Field(default=None, title="メール")

    @classmethod
    def named(cls, row: Mapping[str, Any], texts: Mapping[str, str] | None) -> RegistrationOut:
        """The row with what was sealed in it, where it may be shown."""
        return cls(**{**row, **(texts or {}), "municipality_ja": name_of(row["municipality"])})


class SealedRegistration(Answer):
    """A registration as it is stored."""

    registration_id: str
    municipality: Party
    registered_at: datetime
    sealed: dict[str, str]


class RegistrationCount(Answer):
    """How many officials of a government are registered."""

    municipality: Party = Field(title="団体コード")
    municipality_ja: str = Field(default="", title="団体")
    registered: int = Field(title="登録者数")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.municipality_ja = name_of(self.municipality)


class MeetingQuestionOut(Answer):
    """A question and its answer."""

    meeting_id: str
    number: int = Field(title="番号")
    asked_by: Party = Field(title="質問団体コード")
    asked_by_ja: str = Field(default="", title="質問団体")
    asked_at: datetime = Field(title="質問日時")
    question_ja: str = Field(title="質問")
    answer_ja: str | None = Field(title="回答")
    answered_at: datetime | None = Field(title="回答日時")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.asked_by_ja = name_of(self.asked_by)
