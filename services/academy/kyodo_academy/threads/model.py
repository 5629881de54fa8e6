"""A thread: one question with all that is said about it. `QUESTION` is the number of the question itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from kyodo_academy.threads.events import (
    CommentsAreFlat,
    NotAnAnswer,
    NotYourQuestion,
    Texts,
    ThreadAnswerAccepted,
    ThreadIsFull,
    ThreadIsLocked,
    ThreadLocked,
    ThreadMoved,
    ThreadPostAdded,
    ThreadPostHidden,
    ThreadPostReported,
    ThreadPostShownAgain,
    ThreadQuestionAsked,
    ThreadReportsDismissed,
)
from kyodo_academy.threads.values import MOST_POSTS, QUESTION, PostKind, Reason, Subject, ThreadStatus
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, require


@dataclass(frozen=True, slots=True)
class Writing:
    """What somebody writes: sealed already, as the writer of an organisation, with whom it mentions."""

    learner_id: str
    organisation: str
    sealed: Texts
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thread(Aggregate, category="thread"):
    """One thread. `reported` are the open reports, as (post, reason, organisation)."""

    asker_id: str = ""
    subject: Subject = Subject.OTHER
    tags: tuple[str, ...] = ()
    posts: Mapping[int, PostKind] = field(default_factory=dict)
    hidden: Mapping[int, Reason] = field(default_factory=dict)
    reported: frozenset[tuple[int, Reason, str]] = frozenset()
    accepted: int | None = None
    locked: bool = False

    @property
    def status(self) -> ThreadStatus:
        """How it stands."""
        if self.locked:
            return ThreadStatus.LOCKED
        return ThreadStatus.OPEN if self.accepted is None else ThreadStatus.ANSWERED

    @property
    def last(self) -> int:
        """The number of the newest post."""
        return len(self.posts) - 1

    # decisions of those who write

    def ask(self, written: Writing, subject: Subject, tags: tuple[str, ...]) -> Events:
        """Begin the thread."""
        yield ThreadQuestionAsked(**_of(written), subject=subject, tags=tags)

    def answer(self, written: Writing) -> Events:
        """Answer the question."""
        yield self._added(written, PostKind.ANSWER, QUESTION)

    def comment(self, written: Writing, about: int) -> Events:
        """Say something about the question or an answer; never about a comment, so that a thread reads in one go."""
        commented = self._post(about)
        require(commented is not PostKind.COMMENT and about not in self.hidden, CommentsAreFlat(number=about))
        yield self._added(written, PostKind.COMMENT, about)

    def accept(self, number: int, learner_id: str) -> Events:
        """Take an answer as the one that helped, or another one in its place."""
        require(self.asker_id == learner_id, NotYourQuestion())
        self._require_open()
        is_answer = self._post(number) is PostKind.ANSWER
        require(is_answer and number not in self.hidden, NotAnAnswer(number=number))
        if number != self.accepted:
            yield ThreadAnswerAccepted(number=number)

    def report(self, number: int, reason: Reason, organisation: str) -> Events:
        """Tell the secretariat about a post; an organisation does so once for a reason."""
        self._post(number)
        if number not in self.hidden and (number, reason, organisation) not in self.reported:
            yield ThreadPostReported(municipality=organisation, number=number, reason=reason)

    # decisions of those who moderate

    def hide(self, number: int, reason: Reason) -> Events:
        """Show a post no more, also in a locked thread; that settles what was reported about it."""
        self._post(number)
        if self.hidden.get(number) is not reason:
            yield ThreadPostHidden(number=number, reason=reason, was_accepted=number == self.accepted)

    def show_again(self, number: int) -> Events:
        """Take that back. Whether it is accepted is the asker's to say again."""
        self._post(number)
        if number in self.hidden:
            yield ThreadPostShownAgain(number=number)

    def dismiss_reports(self, number: int) -> Events:
        """Leave a post as it is although it was reported."""
        self._post(number)
        if any(number == about for about, _, _ in self.reported):
            yield ThreadReportsDismissed(number=number)

    def move(self, subject: Subject) -> Events:
        """Sort it elsewhere."""
        if subject is not self.subject:
            yield ThreadMoved(subject=subject, tags=self.tags)

    def lock(self) -> Events:
        """End it for good."""
        if not self.locked:
            yield ThreadLocked()

    def _added(self, written: Writing, kind: PostKind, about: int) -> ThreadPostAdded:
        self._require_open()
        require(self.last < MOST_POSTS, ThreadIsFull())
        return ThreadPostAdded(**_of(written), number=self.last + 1, kind=kind, about=about)

    def _post(self, number: int) -> PostKind:
        require(number in self.posts, NotFound(what="post", id=str(number)))
        return self.posts[number]

    def _require_open(self) -> None:
        require(not self.locked, ThreadIsLocked())

    # what events did

    @evolve
    def asked(self, event: ThreadQuestionAsked) -> Self:
        posts = {QUESTION: PostKind.QUESTION}
        return replace(self, asker_id=event.learner_id, subject=event.subject, tags=event.tags, posts=posts)

    @evolve
    def added(self, event: ThreadPostAdded) -> Self:
        return replace(self, posts={**self.posts, event.number: event.kind})

    @evolve
    def has_accepted(self, event: ThreadAnswerAccepted) -> Self:
        return replace(self, accepted=event.number)

    @evolve
    def was_reported(self, event: ThreadPostReported) -> Self:
        return replace(self, reported=self.reported | {(event.number, event.reason, event.municipality)})

    @evolve
    def reports_dismissed(self, event: ThreadReportsDismissed) -> Self:
        return replace(self, reported=self._unsettled(event.number))

    @evolve
    def was_hidden(self, event: ThreadPostHidden) -> Self:
        return replace(
            self,
            hidden={**self.hidden, event.number: event.reason},
            reported=self._unsettled(event.number),
            accepted=None if event.was_accepted else self.accepted,
        )

    @evolve
    def shown_again(self, event: ThreadPostShownAgain) -> Self:
        return replace(self, hidden={number: why for number, why in self.hidden.items() if number != event.number})

    @evolve
    def moved(self, event: ThreadMoved) -> Self:
        return replace(self, subject=event.subject)

    @evolve
    def was_locked(self, event: ThreadLocked) -> Self:
        return replace(self, locked=True)

    def _unsettled(self, settled: int) -> frozenset[tuple[int, Reason, str]]:
        return frozenset(report for report in self.reported if report[0] != settled)


def _of(written: Writing) -> dict[str, Any]:
    return {
        "learner_id": written.learner_id,
        "organisation": written.organisation,
        "mentions": written.mentions,
        "sealed": written.sealed,
    }
