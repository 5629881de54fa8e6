"""How far an official has read a thread, and whether the official follows it: one stream for both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Final, Self
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.event import Event
from kyodo_events.values.texts import Id

NOTHING: Final = -1
"""In place of a post's number, where none was read."""

UpTo = Annotated[int, Field(strict=True, ge=NOTHING)]


class NoticeKind(StrEnum):
    """Why somebody is told of a post; of several reasons the first one counts."""

    MENTION = "mention"
    ANSWER = "answer"
    NEWS = "news"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"mention": "あなた宛ての投稿", "answer": "質問への回答", "news": "フォロー中の新着"}[self.value]


class _OfReader(Event):
    """Something about one official and one thread."""

    learner_id: Id
    thread_id: Id


class ThreadFollowed(_OfReader, type="kyodo.academy.thread-followed", words="フォローした"):
    """What comes after the post `since` is news."""

    since: UpTo


class ThreadUnfollowed(_OfReader, type="kyodo.academy.thread-unfollowed", words="フォローを解除した"):
    """It is news no more; whoever is mentioned is told nevertheless."""


class ThreadRead(_OfReader, type="kyodo.academy.thread-read", words="投稿{up_to}まで既読にした"):
    """All up to this post was read."""

    up_to: UpTo


@dataclass(frozen=True)
class Following(Aggregate, category="thread-following"):
    """One official and one thread."""

    follows: bool = False
    read_up_to: int = NOTHING

    def follow(self, learner_id: str, thread_id: str, last: int) -> Events:
        """Be told of what comes after the newest post."""
        if not self.follows:
            yield ThreadFollowed(learner_id=learner_id, thread_id=thread_id, since=last)

    def unfollow(self, learner_id: str, thread_id: str) -> Events:
        """Be told no more."""
        if self.follows:
            yield ThreadUnfollowed(learner_id=learner_id, thread_id=thread_id)

    def read(self, learner_id: str, thread_id: str, up_to: int, last: int) -> Events:
        """Have read it so far; never less far than before, nor further than it goes."""
        reached = min(up_to, last)
        if reached > self.read_up_to:
            yield ThreadRead(learner_id=learner_id, thread_id=thread_id, up_to=reached)

    @evolve
    def has_followed(self, event: ThreadFollowed) -> Self:
        return replace(self, follows=True)

    @evolve
    def has_unfollowed(self, event: ThreadUnfollowed) -> Self:
        return replace(self, follows=False)

    @evolve
    def has_read(self, event: ThreadRead) -> Self:
        return replace(self, read_up_to=event.up_to)


def following_id(thread_id: str, learner_id: str) -> str:
    """The id of what an official has to do with a thread: there is one."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:thread-following:{thread_id}:{learner_id}"))
