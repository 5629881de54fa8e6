"""What a thread is about and how it stands, with the words by which people read it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from kyodo_events.values.texts import Code

QUESTION: Final = 0
"""The number of the post that began the thread."""

MOST_POSTS: Final = 500
MOST_MENTIONS: Final = 10

PostNumber = Annotated[int, Field(strict=True, ge=QUESTION, le=MOST_POSTS)]
Tags = Annotated[tuple[Code, ...], Field(max_length=10)]


class Subject(StrEnum):
    """The subjects of the forum's joint work, by which threads are sorted."""

    ONLINE_PROCEDURES = "online_procedures"
    SYSTEMS = "systems"
    DATA = "data"
    AI = "ai"
    SECURITY = "security"
    PROCUREMENT = "procurement"
    INCLUSION = "inclusion"
    TALENT = "talent"
    WORKSTYLE = "workstyle"
    OTHER = "other"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return SUBJECTS_JA[self]


SUBJECTS_JA = {
    Subject.ONLINE_PROCEDURES: "行政手続のデジタル化",
    Subject.SYSTEMS: "システム標準化・共同利用",
    Subject.DATA: "データ利活用",
    Subject.AI: "AI・RPA",
    Subject.SECURITY: "情報セキュリティ",
    Subject.PROCUREMENT: "調達",
    Subject.INCLUSION: "デジタルデバイド対策",
    Subject.TALENT: "人材確保・育成",
    Subject.WORKSTYLE: "働き方・庁内業務",
    Subject.OTHER: "その他",
}


class PostKind(StrEnum):
    """What a post is in its thread."""

    QUESTION = "question"
    ANSWER = "answer"
    COMMENT = "comment"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"question": "質問", "answer": "回答", "comment": "コメント"}[self.value]


class ThreadStatus(StrEnum):
    """How a thread stands."""

    OPEN = "open"
    ANSWERED = "answered"
    LOCKED = "locked"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"open": "受付中", "answered": "解決済み", "locked": "投稿終了"}[self.value]


class Reason(StrEnum):
    """Why a post is reported, and why it is hidden. A code and no text: a text would name somebody."""

    PERSONAL_DATA = "personal_data"
    CONFIDENTIAL = "confidential"
    OFFENSIVE = "offensive"
    ADVERTISING = "advertising"
    WRONG = "wrong"
    OFF_TOPIC = "off_topic"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return REASONS_JA[self]


REASONS_JA = {
    Reason.PERSONAL_DATA: "個人情報を含む",
    Reason.CONFIDENTIAL: "非公開情報を含む",
    Reason.OFFENSIVE: "不適切な表現",
    Reason.ADVERTISING: "宣伝・営業",
    Reason.WRONG: "内容の誤り",
    Reason.OFF_TOPIC: "主題から外れている",
}
