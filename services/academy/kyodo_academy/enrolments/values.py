"""How an enrolment stands, as people read it."""

from __future__ import annotations

from enum import StrEnum


class Place(StrEnum):
    """What the session says of an enrolment."""

    NONE = "none"
    SEATED = "seated"
    OFFERED = "offered"
    WAITING = "waiting"
    LAPSED = "lapsed"


class EnrolmentStatus(StrEnum):
    """What was decided, and what the session made of it."""

    APPLIED = "applied"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    ABSENT = "absent"
    SESSION_CANCELLED = "session_cancelled"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return STATUS_JA[self]


STATUS_JA = {
    EnrolmentStatus.APPLIED: "申込済み（所属の承認待ち）",
    EnrolmentStatus.DECLINED: "所属の見送り",
    EnrolmentStatus.CONFIRMED: "確定",
    EnrolmentStatus.OFFERED: "空席の案内中",
    EnrolmentStatus.WAITLISTED: "キャンセル待ち",
    EnrolmentStatus.LAPSED: "案内期限切れ",
    EnrolmentStatus.CANCELLED: "取消",
    EnrolmentStatus.ATTENDED: "出席",
    EnrolmentStatus.ABSENT: "欠席",
    EnrolmentStatus.SESSION_CANCELLED: "研修の中止",
}
