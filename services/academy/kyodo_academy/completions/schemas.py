"""How far learners are, and what they have to show, as it is answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from kyodo_academy.certificates.model import Standing
from kyodo_academy.completions.deciding import Lack
from kyodo_academy.directory.schemas import SkillOut
from kyodo_platform.resources import Answer


class IssuedOut(Answer):
    """A certificate, and how it stands today."""

    certificate_id: str
    course_id: str
    title_ja: str = Field(title="講座")
    number: str = Field(title="修了証番号")
    issued_on: date = Field(title="発行日")
    valid_until: date | None = Field(title="有効期限")
    standing: Standing = Field(title="状態コード")
    standing_ja: str = Field(title="状態", default="")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.standing_ja = self.standing.label_ja


class CompletionOut(Answer):
    """How far a learner is with a course: what was counted since the last certificate, and what lacks for the next."""

    learner_id: str
    course_id: str
    completed: bool = Field(title="修了", description="Whether a certificate is valid today.")
    certificate: IssuedOut | None = Field(title="修了証", description="The last one, whatever became of it.")
    rule_edition: int = Field(title="修了要件の版")
    criteria_ja: list[str] = Field(title="修了要件")
    held: int = Field(title="実施済みの回数")
    to_come: int = Field(title="今後の回数")
    attendance_percent: int = Field(title="出席率（％）")
    lacking: list[Lack] = Field(title="不足", description="What is still missing; empty for whoever may be certified.")


class GainedOut(SkillOut):
    """A skill, and by which completion it was gained."""

    course_id: str
    gained_on: date = Field(title="習得日")
    current: bool = Field(title="有効", description="Whether the certificate behind it is valid today.")


class TrainedOut(Answer):
    """A session that was attended."""

    session_id: str
    course_id: str
    title_ja: str = Field(title="研修")
    starts_at: datetime = Field(title="開始")
    percent: int = Field(title="出席率（％）")


class RecordOut(Answer):
    """What a learner has to show, under the pseudonym."""

    learner_id: str
    pseudonym: str = Field(title="仮名")
    completions: list[IssuedOut] = Field(title="修了")
    skills: list[GainedOut] = Field(title="習得したスキル")
    attendances: list[TrainedOut] = Field(title="受講")
