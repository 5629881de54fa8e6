"""Certificates as they are answered: sums and dates under a pseudonym; the name stands on the paper alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from kyodo_academy.certificates.model import Standing
from kyodo_academy.directory.schemas import SkillOut
from kyodo_events.values.texts import Line
from kyodo_platform.resources import Answer, Body, Resource


class WithdrawalIn(Body):
    """Why the certificate is not valid any more; name nobody."""

    reason_ja: Line


class CertificateOut(Resource):
    """A certificate in the register."""

    certificate_id: str
    learner_id: str
    course_id: str
    round: int = Field(title="回", description="1 for the first one, one more for each renewal.")
    title_ja: str = Field(title="講座")
    number: str = Field(title="修了証番号")
    issued_on: date = Field(title="発行日")
    valid_until: date | None = Field(title="有効期限")
    attendance_percent: int = Field(title="出席率（％）")
    skills: list[SkillOut] = Field(title="習得したスキル")
    digest: str = Field(title="照合コード")
    withdrawn: bool = Field(title="取消済")
    reason_ja: str | None = Field(title="取消理由")


class CertificateCheckOut(Answer):
    """What anybody who holds a certificate learns of it. No name, and no pseudonym."""

    number: str = Field(title="修了証番号")
    title_ja: str = Field(title="講座")
    issued_on: date = Field(title="発行日")
    valid_until: date | None = Field(title="有効期限")
    standing: Standing = Field(title="状態コード")
    standing_ja: str = Field(title="状態", default="")
    digest_fits: bool | None = Field(
        title="照合コードの一致",
        description="Whether the digest that was sent is the one on the paper; null without one.",
    )

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.standing_ja = self.standing.label_ja
