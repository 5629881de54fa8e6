"""Threads as they come in and go out. Texts are plain on the way in and in the answer to a GET, nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field

from kyodo_academy.threads.events import Mentions
from kyodo_academy.threads.values import MOST_POSTS, QUESTION, PostKind, PostNumber, Reason, Subject, Tags, ThreadStatus
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Line, Text
from kyodo_events.words import name_of
from kyodo_platform.resources import Answer, Body, Resource

Words = Annotated[Text, Field(min_length=1, description="Encrypted with your own key; gone once you are erased.")]


NumberInPath = Annotated[int, Field(ge=QUESTION, le=MOST_POSTS)]
"""The number of a post as an address names it, in digits."""


class AnswerIn(Body):
    """What somebody answers."""

    text_ja: Words
    mentions: Mentions = Field(default=(), description="Officials by their ids; each is told.")

    @property
    def texts(self) -> dict[str, str]:
        """What is to be sealed, by field."""
        return {"text_ja": self.text_ja}


class CommentIn(AnswerIn):
    """What somebody says about the question or an answer."""

    about: PostNumber = Field(description="The post that it is about; 0 is the question.")


class QuestionIn(AnswerIn):
    """What somebody asks."""

    subject: Subject
    tags: Tags = ()
    title_ja: Line

    @property
    def texts(self) -> dict[str, str]:
        """What is to be sealed, by field."""
        return {"title_ja": self.title_ja, **super().texts}


class AcceptanceIn(Body):
    """Which answer helped."""

    number: PostNumber


class ReasonIn(Body):
    """What is wrong with a post."""

    reason: Reason


class SubjectIn(Body):
    """Where a thread belongs."""

    subject: Subject


class ThreadState(Resource):
    """How a thread stands, without a word of what is said in it."""

    thread_id: str
    subject: Subject = Field(title="分野コード")
    subject_ja: str = Field(title="分野", default="")
    tags: list[str] = Field(title="タグ")
    pseudonym: str = Field(title="質問者", default="")
    organisation: Party = Field(title="質問者の所属コード")
    organisation_ja: str = Field(title="質問者の所属", default="")
    status: ThreadStatus = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")
    accepted: int | None = Field(title="採用された回答")
    answers: int = Field(title="回答数")
    comments: int = Field(title="コメント数")
    asked_at: datetime = Field(title="質問日時")
    last_at: datetime = Field(title="最終投稿日時")
    learner_id: str

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.subject_ja, self.status_ja = self.subject.label_ja, self.status.label_ja
        self.pseudonym, self.organisation_ja = f"learner-{self.learner_id}", name_of(self.organisation)


class ThreadRow(ThreadState):
    """A thread as it stands in its row: the texts of its question are sealed."""

    sealed: dict[str, str]
    hidden_because: Reason | None


class ThreadOut(ThreadState):
    """A thread with its title."""

    title_ja: str | None = Field(title="件名", description="Null where the question is hidden or its writer erased.")
    hidden_because: Reason | None = Field(title="非表示の理由コード")

    @classmethod
    def of_row(cls, row: ThreadRow, texts: Mapping[str, str] | None, *, moderates: bool) -> Self:
        """The row with what is to be read of it."""
        shown = texts if row.hidden_because is None or moderates else None
        return cls(**dict(row) | {"title_ja": (shown or {}).get("title_ja")})


class PostRow(Answer):
    """A post as it stands in its row."""

    number: int
    kind: PostKind
    about: int
    learner_id: str
    organisation: Party
    mentions: list[str]
    posted_at: datetime
    hidden_because: Reason | None
    sealed: dict[str, str]


class PostOut(Answer):
    """A post."""

    number: int = Field(title="番号")
    kind: PostKind = Field(title="種類コード")
    kind_ja: str = Field(title="種類", default="")
    about: int = Field(title="対象の投稿")
    learner_id: str
    pseudonym: str = Field(title="投稿者", default="")
    organisation: Party = Field(title="所属コード")
    organisation_ja: str = Field(title="所属", default="")
    mentions: list[str] = Field(title="宛先")
    posted_at: datetime = Field(title="投稿日時")
    hidden_because: Reason | None = Field(title="非表示の理由コード")
    erased: bool = Field(title="削除済", description="Its writer was erased, and with the writer all that was said.")
    text_ja: str | None = Field(title="本文", description="Null where the post is hidden or its writer erased.")

    @classmethod
    def of_row(cls, row: PostRow, texts: Mapping[str, str] | None, *, moderates: bool) -> Self:
        """The row with what is to be read of it; who moderates reads what is hidden, too."""
        shown = texts if row.hidden_because is None or moderates else None
        return cls(**dict(row) | {"erased": texts is None, "text_ja": (shown or {}).get("text_ja")})

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.kind_ja, self.organisation_ja = self.kind.label_ja, name_of(self.organisation)
        self.pseudonym = f"learner-{self.learner_id}"


class ReportRow(Answer):
    """A report of a post that nobody has looked at yet."""

    thread_id: str
    number: int = Field(title="投稿番号")
    municipality: Party = Field(title="通報した団体コード")
    reason: Reason = Field(title="理由コード")
    reason_ja: str = Field(title="理由", default="")
    reported_at: datetime = Field(title="通報日時")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.reason_ja = self.reason.label_ja
