"""Introduction cases as they come in and go out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from kyodo_events.values.texts import Day, Id, Text
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_talent.introductions.values import Outcome, Reason, Stage


class CaseIn(Body):
    """The request, and the expert who may be the one."""

    request_id: Id
    expert_id: Id


class ConsentUntilIn(Body):
    """How long the municipality may read the profile."""

    until: Day


class InterviewIn(Body):
    """The interview; the notes are encrypted with the expert's own key."""

    day: Day
    notes_ja: Text = ""


class OfferIn(Body):
    """From which day the municipality would engage the expert."""

    from_day: Day


class EndIn(Body):
    """Why the case ends."""

    reason: Reason


class FollowUpIn(Body):
    """How it goes; the notes are encrypted with the expert's own key."""

    outcome: Outcome
    notes_ja: Text = ""


FollowUpAfter = Literal["3", "6", "12"]


class CaseOut(Resource):
    """A case. Who the expert is, is in the snapshot, for those who may read it."""

    case_id: str
    request_id: str
    municipality: str = Field(title="団体コード")
    expert_id: str
    pseudonym: str = Field(default="", title="仮名")
    stage: Stage
    stage_ja: str = Field(default="", title="段階")
    reason: Reason | None
    reason_ja: str | None = Field(default=None, title="理由")
    snapshot_until: date | None = Field(title="開示期限")
    from_day: date | None = Field(title="開始日")
    longlisted_at: datetime
    consent_asked_at: datetime | None
    consented_at: datetime | None
    introduced_at: datetime | None = Field(title="紹介日時")
    interviewed_at: datetime | None
    offered_at: datetime | None
    engaged_at: datetime | None = Field(title="成立日時")
    ended_at: datetime | None
    next_follow_up_on: date | None = Field(title="次回確認日")

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        self.pseudonym = f"expert-{self.expert_id}"
        self.stage_ja = self.stage.label_ja
        self.reason_ja = self.reason.label_ja if self.reason else None
        return self


class SnapshotOut(Answer):
    """The profile as it was introduced, and what the interview brought; null once the expert's data were erased."""

    case_id: str
    until: date
    erased: bool
    profile: dict[str, str] | None
    interview_notes_ja: str | None


class FollowUpOut(Answer):
    """One follow-up; its notes are with the secretariat."""

    case_id: str
    months: int = Field(title="経過月数")
    day: date = Field(title="確認日")
    outcome: Outcome
    outcome_ja: str = Field(default="", title="状況")

    @model_validator(mode="after")
    def _in_words(self) -> Self:
        self.outcome_ja = self.outcome.label_ja
        return self
