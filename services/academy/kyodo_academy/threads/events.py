"""What happens in a thread, and what is refused there.

Only officials with a record of the own write, and whatever they write, the title included, is sealed with the writer's
key. That is the simplest rule that keeps promise G8: a free text may name anybody, nobody can tell which one does, and
this way one erasure takes away all that its writer ever said, wherever it rests, without anybody looking for it. Who
acts for an organisation by its token alone has no key and therefore writes nothing, but reports and moderates by codes.
The price is that no text of a thread stands in the search index, which is in the clear: threads are found there by
subject and tag, and in their own list by state.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_academy.threads.values import MOST_MENTIONS, MOST_POSTS, PostKind, PostNumber, Reason, Subject, Tags
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Party
from kyodo_events.values.sealed import Sealed
from kyodo_events.values.texts import Code, Id

Texts = dict[Code, Sealed]
Mentions = Annotated[tuple[Id, ...], Field(max_length=MOST_MENTIONS)]


class _Written(Event):
    """A post: who wrote it, where the writer worked then, whom it mentions, and its sealed texts."""

    learner_id: Id
    organisation: Party
    mentions: Mentions
    sealed: Texts


class ThreadQuestionAsked(_Written, type="kyodo.academy.thread-question-asked", words="質問を投稿した（{subject}）"):
    """Somebody asked: the thread begins."""

    subject: Subject
    tags: Tags


class ThreadPostAdded(_Written, type="kyodo.academy.thread-post-added", words="{kind}{number}を投稿した"):
    """Somebody answered, or commented on the question or an answer."""

    number: PostNumber
    kind: PostKind
    about: Annotated[PostNumber, Field(description="The post that it is about: the question, or an answer.")]


class ThreadAnswerAccepted(Event, type="kyodo.academy.thread-answer-accepted", words="回答{number}が採用された"):
    """The asker took this answer, in place of the one before."""

    number: PostNumber


class ThreadPostReported(Event, type="kyodo.academy.thread-post-reported", words="投稿{number}に通報（{reason}）"):
    """An official told the secretariat that something is wrong with a post. `municipality` may be Tokyo."""

    municipality: Party
    number: PostNumber
    reason: Reason


class ThreadReportsDismissed(
    Event, type="kyodo.academy.thread-reports-dismissed", words="投稿{number}の通報を確認し、問題なしとした"
):
    """The secretariat looked at the reports and leaves the post as it is."""

    number: PostNumber


class ThreadPostHidden(Event, type="kyodo.academy.thread-post-hidden", words="投稿{number}を非表示にした（{reason}）"):
    """The secretariat hid a post. `was_accepted` says that the thread has no accepted answer any more."""

    number: PostNumber
    reason: Reason
    was_accepted: bool


class ThreadPostShownAgain(Event, type="kyodo.academy.thread-post-shown-again", words="投稿{number}を再び表示した"):
    """The secretariat took it back."""

    number: PostNumber


class ThreadMoved(Event, type="kyodo.academy.thread-moved", words="{subject}へ移動した"):
    """The secretariat sorted it elsewhere. The tags, by which it is found too, stay as they are."""

    subject: Subject
    tags: Tags


class ThreadLocked(Event, type="kyodo.academy.thread-locked", words="投稿を締め切った"):
    """Nothing is written there any more."""


class ThreadIsLocked(Refused):
    status, type = 409, "thread-locked"
    title = "The thread is locked (投稿の受付は終了)"
    detail = "The secretariat has ended it."
    remedy = "Ask a question of your own, and name this thread there."


class ThreadIsFull(Refused):
    status, type = 409, "thread-full"
    title = "The thread is too long (投稿数の上限)"
    detail = f"A thread has at most {MOST_POSTS} posts after the question."
    remedy = "Ask a question of your own about what is still open."


class NotYourQuestion(Refused):
    status, type = 403, "thread-not-your-question"
    title = "Only who asked accepts an answer (質問者のみ)"
    detail = "Somebody else asked this question."
    remedy = "Comment on the answer to say that it helped."


class NotAnAnswer(Refused):
    status, type = 409, "thread-not-an-answer"
    title = "This post cannot be accepted (採用できない投稿)"
    detail = "The post {number} is no answer, or it is hidden."
    remedy = "Accept an answer of this thread that is shown."


class CommentsAreFlat(Refused):
    status, type = 422, "thread-comments-are-flat"
    title = "A comment is about the question or an answer (コメントへの返信は不可)"
    detail = "The post {number} is a comment itself, or it is hidden."
    remedy = "Comment on the question or the answer, and mention whom you reply to."


class NobodyToMention(Refused):
    status, type = 422, "thread-mention-unknown"
    title = "Somebody who is mentioned is not here (宛先が不明)"
    detail = "There is no such official any more: {ids}."
    remedy = "Mention officials by the ids that their posts show."
