"""Words, days and numbers of the training record."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

CertificateNumber = Annotated[
    str,
    Field(
        pattern="^[0-9A-Z-]{1,20}$",
        examples=["TSS-2026-0001"],
        description="The number on the certificate. Only capitals, digits and hyphens are taken: no name gets in.",
    ),
]

RENEWABLE_MONTHS: Final = 6
"""How long after it lapsed a certificate is renewed by the refresher; later the training begins anew."""


class TraineeStatus(StrEnum):
    """How far a training has come. That a certificate lapsed is not a status: it follows from the day."""

    APPLIED = "applied"
    IN_TRAINING = "in_training"
    PASSED = "passed"
    FAILED = "failed"
    CERTIFIED = "certified"
    REVOKED = "revoked"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _STATUS_JA[self.value]


_STATUS_JA = {
    "applied": "申込済み",
    "in_training": "受講中",
    "passed": "合格",
    "failed": "不合格",
    "certified": "認定",
    "revoked": "認定取消",
}


class RevocationReason(StrEnum):
    """Why a certificate is revoked: a code, for a text would tell of a person in a history for good."""

    ISSUED_IN_ERROR = "issued_in_error"
    MISCONDUCT = "misconduct"
    OWN_REQUEST = "own_request"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"issued_in_error": "発行の誤り", "misconduct": "不適切な行為", "own_request": "本人の申出"}[self.value]


def months_after(day: date, months: int) -> date:
    """The same day of the month, so many calendar months later; the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
