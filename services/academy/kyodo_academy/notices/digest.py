"""The digest of a period: what happened in the threads, as a pure function over rows.

It is bounded whatever happened: each list has at most `MOST_LISTED` threads, and at most `MOST_READ` threads are read,
the busiest ones; `complete` says whether there were more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kyodo_academy.threads.values import Subject, ThreadStatus

MOST_LISTED: Final = 10
MOST_READ: Final = 500


@dataclass(frozen=True, slots=True)
class Activity:
    """What happened in one thread in the period."""

    thread_id: str
    subject: Subject
    status: ThreadStatus
    asked_at: datetime
    learner_id: str
    posts: int
    answers: int
    is_new: bool
    concerns_you: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """The lists of a digest. A thread may stand in several of them."""

    for_you: tuple[Activity, ...]
    new: tuple[Activity, ...]
    busiest: tuple[Activity, ...]
    unanswered: tuple[Activity, ...]
    posts: int
    by_subject: dict[Subject, int]
    complete: bool


def digest(active: Sequence[Activity]) -> Digest:
    """The digest of the threads in which something was said; `active` holds one more than `MOST_READ` if more were."""
    read = sorted(active, key=lambda one: (-one.posts, one.thread_id))[:MOST_READ]
    new = sorted((one for one in read if one.is_new), key=lambda one: (one.asked_at, one.thread_id))
    waiting = [one for one in new if not one.answers and one.status is ThreadStatus.OPEN]
    by_subject: Counter[Subject] = Counter()
    for one in read:
        by_subject[one.subject] += one.posts
    return Digest(
        for_you=tuple([one for one in read if one.concerns_you][:MOST_LISTED]),
        new=tuple(new[-MOST_LISTED:]),
        busiest=tuple(read[:MOST_LISTED]),
        unanswered=tuple(waiting[:MOST_LISTED]),
        posts=by_subject.total(),
        by_subject=dict(sorted(by_subject.items())),
        complete=len(active) <= MOST_READ,
    )
