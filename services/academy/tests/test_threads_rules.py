"""The rules of a thread, given, when, then."""

from __future__ import annotations

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from kyodo_academy.threads.events import (
    CommentsAreFlat,
    NotAnAnswer,
    NotYourQuestion,
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
from kyodo_academy.threads.model import Thread, Writing
from kyodo_academy.threads.values import MOST_POSTS, QUESTION, PostKind, Reason, Subject, ThreadStatus
from kyodo_events.aggregate import Events
from kyodo_events.errors import Refused
from kyodo_events.testing import given

ASKER, OTHER, THIRD = (f"0193f1a0-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
SEALED = {"text_ja": "v1." + "A" * 86}
WRITTEN = Writing(OTHER, "132039", SEALED, (ASKER,))
ASKED = ThreadQuestionAsked(
    learner_id=ASKER, organisation="tokyo", mentions=(), sealed=SEALED, subject=Subject.AI, tags=("chat",)
)


def added(number: int, kind: PostKind = PostKind.ANSWER, about: int = QUESTION) -> ThreadPostAdded:
    """A post of somebody else that mentions the asker."""
    return ThreadPostAdded(
        learner_id=OTHER,
        organisation="132039",
        mentions=(ASKER,),
        sealed=SEALED,
        number=number,
        kind=kind,
        about=about,
    )


ANSWERED = given(Thread).that(ASKED, added(1))


def test_a_question_begins_a_thread_that_is_open() -> None:
    written = Writing(ASKER, "tokyo", SEALED)
    after = given(Thread).when(lambda thread: thread.ask(written, Subject.AI, ("chat",))).then(ASKED)
    assert (after.status, after.last) == (ThreadStatus.OPEN, QUESTION)


def test_an_answer_alone_leaves_it_open_and_the_accepted_one_does_not() -> None:
    after = given(Thread).that(ASKED).when(lambda thread: thread.answer(WRITTEN)).then(added(1))
    assert after.status is ThreadStatus.OPEN
    accepted = ANSWERED.when(lambda thread: thread.accept(1, ASKER)).then(ThreadAnswerAccepted(number=1))
    assert accepted.status is ThreadStatus.ANSWERED


def test_another_answer_may_be_accepted_and_the_same_one_again_is_nothing() -> None:
    two = ANSWERED.that(added(2), ThreadAnswerAccepted(number=1))
    two.when(lambda thread: thread.accept(1, ASKER)).then()
    assert two.when(lambda thread: thread.accept(2, ASKER)).then(ThreadAnswerAccepted(number=2)).accepted == 2


def test_only_the_asker_accepts() -> None:
    ANSWERED.when(lambda thread: thread.accept(1, OTHER)).refuses(NotYourQuestion())


@pytest.mark.parametrize("number", [QUESTION, 2, 3])
def test_only_an_answer_that_is_shown_is_accepted(number: int) -> None:
    hidden = ThreadPostHidden(number=3, reason=Reason.WRONG, was_accepted=False)
    past = ANSWERED.that(added(2, PostKind.COMMENT, 1), added(3), hidden)
    past.when(lambda thread: thread.accept(number, ASKER)).refuses(NotAnAnswer(number=number))


def test_comments_stay_flat() -> None:
    comment = added(2, PostKind.COMMENT, 1)
    ANSWERED.when(lambda thread: thread.comment(WRITTEN, 1)).then(comment)
    ANSWERED.that(comment).when(lambda thread: thread.comment(WRITTEN, 2)).refuses(CommentsAreFlat(number=2))


def test_a_hidden_answer_is_accepted_no_more() -> None:
    past = ANSWERED.that(ThreadAnswerAccepted(number=1))
    hidden = ThreadPostHidden(number=1, reason=Reason.WRONG, was_accepted=True)
    after = past.when(lambda thread: thread.hide(1, Reason.WRONG)).then(hidden)
    assert (after.status, after.accepted) == (ThreadStatus.OPEN, None)
    given(Thread).that(ASKED, added(1), hidden).when(lambda thread: thread.show_again(1)).then(
        ThreadPostShownAgain(number=1)
    )


def test_an_organisation_reports_a_post_for_a_reason_once_until_it_was_looked_at() -> None:
    reported = ThreadPostReported(municipality="131016", number=1, reason=Reason.OFFENSIVE)
    ANSWERED.when(lambda thread: thread.report(1, Reason.OFFENSIVE, "131016")).then(reported)
    past = ANSWERED.that(reported)
    past.when(lambda thread: thread.report(1, Reason.OFFENSIVE, "131016")).then()
    dismissed = ThreadReportsDismissed(number=1)
    past.when(lambda thread: thread.dismiss_reports(1)).then(dismissed)
    again = past.that(dismissed)
    again.when(lambda thread: thread.dismiss_reports(1)).then()
    again.when(lambda thread: thread.report(1, Reason.OFFENSIVE, "131016")).then(reported)


def test_hiding_settles_what_was_reported() -> None:
    past = ANSWERED.that(
        ThreadPostReported(municipality="131016", number=1, reason=Reason.WRONG),
        ThreadPostHidden(number=1, reason=Reason.WRONG, was_accepted=False),
    )
    assert past.state.reported == frozenset()
    past.when(lambda thread: thread.report(1, Reason.WRONG, "132047")).then()


def test_a_thread_is_moved_and_locked_once() -> None:
    ANSWERED.when(lambda thread: thread.move(Subject.AI)).then()
    ANSWERED.when(lambda thread: thread.move(Subject.DATA)).then(ThreadMoved(subject=Subject.DATA, tags=("chat",)))
    ANSWERED.when(Thread.lock).then(ThreadLocked())
    ANSWERED.that(ThreadLocked()).when(Thread.lock).then()


def test_nothing_is_written_in_a_locked_thread_and_moderation_goes_on() -> None:
    locked = ANSWERED.that(ThreadLocked())
    locked.when(lambda thread: thread.answer(WRITTEN)).refuses(ThreadIsLocked())
    locked.when(lambda thread: thread.comment(WRITTEN, 1)).refuses(ThreadIsLocked())
    locked.when(lambda thread: thread.accept(1, ASKER)).refuses(ThreadIsLocked())
    hidden = ThreadPostHidden(number=1, reason=Reason.WRONG, was_accepted=False)
    locked.when(lambda thread: thread.hide(1, Reason.WRONG)).then(hidden)


def test_a_thread_does_not_grow_for_ever() -> None:
    full = given(Thread).that(ASKED, *(added(number) for number in range(1, MOST_POSTS + 1)))
    full.when(lambda thread: thread.answer(WRITTEN)).refuses(ThreadIsFull())


STEPS = ("answer", "comment", "accept", "hide", "show_again", "report", "dismiss_reports", "lock")


@examples(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 6)), max_size=40))
def test_whatever_happens_the_accepted_post_is_an_answer_that_is_shown(steps: list[tuple[str, int]]) -> None:
    thread = Thread(id="test").fold([ASKED])
    for step, number in steps:
        was_locked, before = thread.locked, thread.last
        thread = _taken(thread, step, number)
        assert thread.accepted is None or thread.posts[thread.accepted] is PostKind.ANSWER
        assert thread.accepted not in thread.hidden
        assert not {about for about, _, _ in thread.reported} & thread.hidden.keys()
        assert not (was_locked and thread.last > before)


def _taken(thread: Thread, step: str, number: int) -> Thread:
    decisions: dict[str, Events] = {
        "answer": thread.answer(WRITTEN),
        "comment": thread.comment(WRITTEN, number),
        "accept": thread.accept(number, ASKER),
        "hide": thread.hide(number, Reason.WRONG),
        "show_again": thread.show_again(number),
        "report": thread.report(number, Reason.WRONG, "131016"),
        "dismiss_reports": thread.dismiss_reports(number),
        "lock": thread.lock(),
    }
    try:
        return thread.fold(list(decisions[step]))
    except Refused:
        return thread
