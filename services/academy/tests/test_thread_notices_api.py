"""What is new for an official, until it is read; and the digest of seven days."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest_asyncio
from hypothesis import given as examples
from hypothesis import strategies as st

from conftest import As
from kyodo_academy.notices.digest import MOST_LISTED, MOST_READ, Activity, digest
from kyodo_academy.notices.model import Following, ThreadFollowed, ThreadRead, ThreadUnfollowed
from kyodo_academy.threads.values import Subject, ThreadStatus
from kyodo_events.testing import given
from kyodo_platform.settings import Settings
from tests.support.academy_desk import CHIYODA, MITAKA, NOW
from tests.support.databases import Databases
from tests.support.exchange_desk import ASKED, ExchangeDesk
from tests.support.rebuilt import differing
from tests.support.running import running

ME, THREAD = "0193f1a0-0000-7000-8000-000000000001", "0193f1a0-0000-7000-8000-000000000002"
KEY = {"learner_id": ME, "thread_id": THREAD}


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[ExchangeDesk]:
    """The academy."""
    async with running(databases, settings_for, "academy") as service:
        yield ExchangeDesk(service, as_)


def test_following_begins_after_the_newest_post_and_ends() -> None:
    followed = ThreadFollowed(**KEY, since=3)
    given(Following).when(lambda one: one.follow(ME, THREAD, 3)).then(followed)
    following = given(Following).that(followed)
    following.when(lambda one: one.follow(ME, THREAD, 5)).then()
    following.when(lambda one: one.unfollow(ME, THREAD)).then(ThreadUnfollowed(**KEY))
    given(Following).when(lambda one: one.unfollow(ME, THREAD)).then()


def test_reading_goes_forward_and_no_further_than_the_thread() -> None:
    read = ThreadRead(**KEY, up_to=3)
    given(Following).when(lambda one: one.read(ME, THREAD, 9, 3)).then(read)
    given(Following).that(read).when(lambda one: one.read(ME, THREAD, 2, 5)).then()


async def test_why_somebody_is_told(desk: ExchangeDesk) -> None:
    asker, follower, other = await desk.learner(), await desk.learner(CHIYODA), await desk.learner(MITAKA)
    thread = await desk.asked(asker)
    await desk.answered(thread, other, "見本")
    await desk.did(follower, "PUT", f"learners/{follower}/threads/{thread}/following")
    assert await desk.notices(follower) == [], "what was there before is no news"
    await desk.answered(thread, other, "見本", follower)
    await desk.answered(thread, follower, "見本")
    await desk.did(other, "POST", f"threads/{thread}/comments", {"text_ja": "見本", "about": 3})
    assert await desk.notices(asker) == [(thread, 1, "answer"), (thread, 2, "answer"), (thread, 3, "answer")]
    assert await desk.notices(follower) == [(thread, 2, "mention"), (thread, 4, "news")], "and never of own posts"
    assert await desk.notices(other) == []
    assert await differing(desk.service) == set()


async def test_what_is_read_or_hidden_is_no_news_any_more(desk: ExchangeDesk) -> None:
    asker, other = await desk.learner(), await desk.learner(MITAKA)
    thread = await desk.asked(asker)
    for _ in range(3):
        await desk.answered(thread, other)
    read = await desk.did(asker, "PUT", f"learners/{asker}/threads/{thread}/reading", {"up_to": 1})
    assert read == {"thread_id": thread, "follows": False, "read_up_to": 1}
    await desk.done("PUT", f"threads/{thread}/posts/2/hiding", {"reason": "wrong"})
    assert await desk.notices(asker) == [(thread, 3, "answer")]


async def test_who_follows_no_more_is_told_of_mentions_alone(desk: ExchangeDesk) -> None:
    asker, follower = await desk.learner(), await desk.learner(CHIYODA)
    thread = await desk.asked(asker)
    following = f"learners/{follower}/threads/{thread}/following"
    await desk.did(follower, "PUT", following)
    await desk.did(follower, "DELETE", following)
    await desk.answered(thread, asker, "見本")
    await desk.answered(thread, asker, "見本", follower)
    assert await desk.notices(follower) == [(thread, 2, "mention")]


async def test_notices_are_the_persons_own(desk: ExchangeDesk) -> None:
    asker, other = await desk.learner(), await desk.learner()
    for path in (f"learners/{asker}/notices", f"learners/{asker}/digest"):
        assert (await desk.by(other, "GET", path)).status_code == 404
        assert (await desk.send("GET", path, None, "officer", "132039")).status_code == 403
        assert (await desk.send("GET", path)).status_code == 403


async def test_the_digest_of_a_week_over_http(desk: ExchangeDesk) -> None:
    desk.at(NOW)
    asker, other = await desk.learner(), await desk.learner(MITAKA)
    old = await desk.asked(asker)
    desk.at(NOW + timedelta(days=7))
    new = await desk.asked(other, title_ja="見本の新しい質問", subject="data")
    await desk.answered(old, other)
    desk.at(NOW + timedelta(days=14))
    await desk.answered(new, asker)
    path = f"learners/{asker}/digest?from_day={(NOW + timedelta(days=4)).date()}"
    week = await desk.sees(path, "learner", person=asker)
    assert (week["posts"], week["by_subject"], week["complete"]) == (2, {"ai": 1, "data": 1}, True)
    assert [(row["thread_id"], row["title_ja"]) for row in week["for_you"]] == [(old, ASKED["title_ja"])]
    assert [row["thread_id"] for row in week["new"]] == [new]
    assert [row["title_ja"] for row in week["unanswered"]] == ["見本の新しい質問"]
    assert (week["from_day"], week["until_day"]) == ("2026-05-15", "2026-05-21")
    await desk.done("POST", f"learners/{other}/erasure", {"reference": "見本-1"})
    assert (await desk.sees(path, "learner", person=asker))["new"][0]["title_ja"] is None


ACTIVITIES = st.builds(
    Activity,
    thread_id=st.uuids().map(str),
    subject=st.sampled_from(Subject),
    status=st.sampled_from(ThreadStatus),
    asked_at=st.integers(0, 300).map(lambda days: NOW + timedelta(days=days)),
    learner_id=st.just(ME),
    posts=st.integers(1, 50),
    answers=st.integers(0, 2),
    is_new=st.booleans(),
    concerns_you=st.booleans(),
)


@examples(st.lists(ACTIVITIES, max_size=40, unique_by=lambda one: one.thread_id))
def test_a_digest_is_bounded_and_the_same_in_every_order(active: list[Activity]) -> None:
    found = digest(active)
    assert found == digest(list(reversed(active)))
    assert all(len(listed) <= MOST_LISTED for listed in (found.for_you, found.new, found.busiest, found.unanswered))
    assert found.posts == sum(one.posts for one in active) == sum(found.by_subject.values())
    assert all(one.status is ThreadStatus.OPEN and not one.answers for one in found.unanswered)
    assert [one.posts for one in found.busiest] == sorted((one.posts for one in active), reverse=True)[:MOST_LISTED]


def test_a_digest_says_where_there_was_more() -> None:
    one = Activity(THREAD, Subject.AI, ThreadStatus.OPEN, NOW, ME, 1, 0, is_new=True, concerns_you=True)
    assert digest([one] * MOST_READ).complete
    more = digest([one] * (MOST_READ + 1))
    assert (more.complete, more.posts) == (False, MOST_READ)
