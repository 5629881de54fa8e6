"""How assignments stand, and why they end."""

from __future__ import annotations

from enum import StrEnum


class AssignmentStatus(StrEnum):
    """From the offer to what was done. `expired` is not decided: it says that an offer ran out unanswered.

    What a round proposes is a placement of that round; it becomes an assignment when the round is published.
    """

    OFFERED = "offered"
    EXPIRED = "expired"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return STATUS_JA[self]


STATUS_JA = {
    AssignmentStatus.OFFERED: "打診中",
    AssignmentStatus.EXPIRED: "回答期限切れ",
    AssignmentStatus.DECLINED: "辞退",
    AssignmentStatus.ACCEPTED: "承諾",
    AssignmentStatus.CONFIRMED: "確定",
    AssignmentStatus.ATTENDED: "参加済み",
    AssignmentStatus.NO_SHOW: "無断欠席",
    AssignmentStatus.CANCELLED: "取消",
}


class Origin(StrEnum):
    """How an offer came about."""

    ROUND = "round"
    HAND = "hand"
    APPLICATION = "application"
    REPLACEMENT = "replacement"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"round": "一斉調整", "hand": "個別打診", "application": "本人応募", "replacement": "代役募集"}[
            self.value
        ]


ORIGIN_JA = {
    Origin.ROUND: "一斉調整",
    Origin.HAND: "個別打診",
    Origin.APPLICATION: "本人応募",
    Origin.REPLACEMENT: "代役募集",
}


class DeclineReason(StrEnum):
    """Why an offer is declined. No free text: it would be about a person."""

    NO_TIME = "no_time"
    TOO_FAR = "too_far"
    NOT_MY_SKILL = "not_my_skill"
    OTHER = "other"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"no_time": "都合がつかない", "too_far": "遠い", "not_my_skill": "内容が合わない", "other": "その他"}[
            self.value
        ]


class Canceller(StrEnum):
    """Who cancelled."""

    SUPPORTER = "supporter"
    MUNICIPALITY = "municipality"
    TOKYO = "tokyo"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"supporter": "本人", "municipality": "区市町村", "tokyo": "東京都"}[self.value]
