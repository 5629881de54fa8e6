"""Certificates of hours as they are asked for and answered: sums only, for answers may be kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final, Self

from pydantic import Field, model_validator

from kyodo_events.values.texts import Day, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_supporter_matching.hours_certificates.model import Standing

LONGEST: Final = timedelta(days=731)
MOST_SESSIONS: Final = 62 * 25
"""As many as the limits of a month allow in the longest period."""


class PeriodIn(Body):
    """The first and the last day that are to be certified; two years at most."""

    from_day: Day
    until_day: Day

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if not timedelta(0) <= self.until_day - self.from_day <= LONGEST:
            raise ValueError("a period runs forwards, and for two years at most: ask for several certificates")
        return self


class WithdrawalIn(Body):
    """Why the certificate is not valid any more; name nobody."""

    reason_ja: Line


class HoursCertificateOut(Resource):
    """A certificate in the register. The sessions and the name stand on the paper alone."""

    certificate_id: str
    supporter_id: str
    number: str = Field(title="発行番号")
    issued_on: date = Field(title="発行日")
    from_day: date = Field(title="対象期間の初日")
    until_day: date = Field(title="対象期間の末日")
    sessions: int = Field(title="活動回数")
    minutes: int = Field(title="活動時間（分）")
    digest: str = Field(title="照合コード")
    withdrawn: bool = Field(title="取消済")
    reason_ja: str | None = Field(title="取消理由")


class VerificationOut(Answer):
    """What anybody who holds a certificate learns of it: whether it is valid, and what it comes to. No name."""

    number: str = Field(title="発行番号")
    standing: Standing = Field(title="状態コード")
    standing_ja: str = Field(title="状態", default="")
    minutes: int = Field(title="活動時間（分）")
    digest_fits: bool | None = Field(
        title="照合コードの一致",
        description="Whether the digest that was sent is the one on the paper; null without one.",
    )

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.standing_ja = self.standing.label_ja
