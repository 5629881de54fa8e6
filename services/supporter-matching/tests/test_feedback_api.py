"""Feedback over HTTP, on a real PostgreSQL: said both ways, read by the supporter, and by others in sums alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.database import EVERYONE
from kyodo_platform.settings import Settings
from kyodo_supporter_matching.feedback.views import feedbacks
from kyodo_supporter_matching.matching.facts import Window, instance_of
from kyodo_supporter_matching.matching.values import Instance, Weights
from tests.support.aftercare_desk import AFTERWARDS, HOME, Aftercare
from tests.support.databases import Databases
from tests.support.rebuilt import rebuilt
from tests.support.running import running
from tests.support.searching import leaking
from tests.support.supporter_desk import CHIYODA, MUSASHINO, SupporterDesk

BY, OF = "会場の見本ヶ丘さんが親切だった", "見本ヶ丘さんは根気強かった"
OF_SESSION = {"rating": {"session": 5, "venue": 3, "tags": ["good_access"]}, "comment_ja": BY}
OF_SUPPORTER = {"rating": {"score": 4, "tags": ["patient", "punctual"]}, "comment_ja": OF}
SUMS = "session-feedback/2026/3"


@pytest_asyncio.fixture
async def aftercare(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Aftercare]:
    """Musashino, with a hall."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield Aftercare(await SupporterDesk(service, as_).with_venue())


async def says(one: Aftercare, supporter: str, body: Any = OF_SESSION) -> httpx.Response:
    """What a supporter says of the session."""
    path = f"supporters/{supporter}/assignments/{one.attended[supporter]}/feedback"
    return await one.desk.send("PUT", path, body, "supporter", person=supporter)


async def rates(one: Aftercare, supporter: str, body: Any = OF_SUPPORTER) -> httpx.Response:
    """What the municipality says of a supporter."""
    return await one.officer("PUT", f"assignments/{one.attended[supporter]}/feedback", body)


async def own(one: Aftercare, supporter: str) -> list[dict[str, Any]]:
    return await one.items(f"supporters/{supporter}/feedback", "supporter", person=supporter)


async def sums(one: Aftercare, *role: str) -> list[dict[str, Any]]:
    return await one.items(SUMS, *role)


async def test_a_supporter_reads_what_was_said_both_ways(aftercare: Aftercare) -> None:
    one = await aftercare.held()
    (supporter,) = one.attended
    given = await says(one, supporter)
    assert given.json()["until"] == "2026-12-21"
    assert BY not in given.text
    assert (await rates(one, supporter)).is_success
    (row,) = await own(one, supporter)
    assert (row["session_score"], row["venue_score"], row["host_score"], row["said_by_ja"]) == (5, 3, None, BY)
    assert (row["supporter_score"], row["supporter_tags_ja"], row["said_of_ja"], row["rated_by"]) == (
        *(4, ["根気強い", "時間を守る"], OF),
        "municipality",
    )
    (seen,) = await one.items(f"supporters/{supporter}/feedback", "secretariat")
    assert seen == row
    for role in (("auditor",), ("officer", MUSASHINO), ("approver", MUSASHINO)):
        assert (await one.get(f"supporters/{supporter}/feedback", *role)).status_code == 403


async def test_it_is_changed_for_two_weeks_and_there_is_one_of_each(aftercare: Aftercare) -> None:
    one = await aftercare.held()
    (supporter,) = one.attended
    await says(one, supporter)
    one.later(days=14)
    assert (await says(one, supporter, {"rating": {"session": 1, "venue": 1}})).is_success
    (row,) = await own(one, supporter)
    assert (row["session_score"], row["session_tags_ja"], row["said_by_ja"]) == (1, [], None)
    before = await one.events()
    one.later(days=15)
    late = await says(one, supporter)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/feedback-over")
    assert await one.events() == before
    assert len(await own(one, supporter)) == 1
    one.later(days=14)
    assert (await rates(one, supporter)).is_success
    assert all(table.none for table in (await rebuilt(one.desk.service, feedbacks)).values())


async def test_only_what_was_attended_is_rated_by_those_whom_it_concerns(aftercare: Aftercare) -> None:
    one = await aftercare.held()
    ((supporter, assignment),) = one.attended.items()
    stranger = await aftercare.desk.supporter()
    before = await one.events()
    one.attended[stranger] = assignment
    assert (await says(one, stranger)).status_code == 404
    assert (await one.officer("PUT", f"assignments/{assignment}/feedback", OF_SUPPORTER, CHIYODA)).status_code == 404
    with_host = await says(one, supporter, {"rating": {"session": 5, "venue": 3, "host": 4}})
    assert (with_host.status_code, with_host.json()["type"]) == (422, "/problems/no-host-to-rate")
    for rating in ({"session": 6, "venue": 1}, {"session": 5}, {"session": 5, "venue": 3, "tags": ["handsome"]}):
        assert (await says(one, supporter, {"rating": rating})).status_code == 422
    await one.desk.done("PUT", f"{HOME}/assignments/{assignment}/no-show", None, "officer", MUSASHINO)
    for refused in (await says(one, supporter), await rates(one, supporter)):
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/assignment-not-attended")
    assert await one.events() == before + 1, "the no-show alone"
    assert await one.desk.service.count("feedback") == 0
    assert await one.desk.service.count("personal_key") == 0


async def test_a_host_rates_at_the_own_sessions_and_is_rated(aftercare: Aftercare) -> None:
    hosts = [await aftercare.host(name) for name in ("見本町会", "別の町会")]
    one = await aftercare.held(kind="community_class", host_id=hosts[0])
    ((supporter, assignment),) = one.attended.items()
    answers = [
        await one.desk.send("PUT", f"hosts/{host}/assignments/{assignment}/feedback", OF_SUPPORTER, "host", person=host)
        for host in reversed(hosts)
    ]
    assert [answer.status_code for answer in answers] == [404, 200]
    assert (await says(one, supporter, {"rating": {"session": 5, "venue": 3, "host": 2}})).is_success
    (row,) = await own(one, supporter)
    assert (row["rated_by"], row["host_score"]) == ("host", 2)


async def test_a_municipality_reads_sums_of_five_supporters_or_more(aftercare: Aftercare) -> None:
    one = await aftercare.held(supporters=5)
    *four, fifth = one.attended
    for supporter in four:
        await says(one, supporter)
    other = Aftercare(one.desk)
    other.attended[four[0]] = await _attended_again(other, four[0])
    await says(other, four[0], {"rating": {"session": 1, "venue": 1, "tags": ["hard_to_find"]}})
    early = await one.get(SUMS, "officer", MUSASHINO)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/feedback-sums-not-yet")
    one.later(days=75)
    (row,) = await sums(one, "officer", MUSASHINO)
    assert [row[name] for name in ("supporters", "ratings", "session_mean")] == [None] * 3, "five ratings, by four"
    assert row["hidden_ja"] == "少人数のため非表示"
    assert set(row["tags"].values()) == {None}

    one.later()
    await says(one, fifth)
    one.later(days=75)
    (row,) = await sums(one, "officer", MUSASHINO)
    assert (row["supporters"], row["ratings"], row["session_mean"], row["venue_mean"]) == (5, 6, 4.33, 2.67)
    assert (row["tags"]["good_access"], row["tags"]["hard_to_find"], row["tags"]["well_prepared"]) == (5, None, 0)
    assert not any(text in str(row) for text in (BY, *one.attended, *one.attended.values()))
    assert await sums(one, "officer", CHIYODA) == []
    tokyo = await sums(one, "auditor")
    assert [(line["municipality"], line["supporters"]) for line in tokyo] == [(None, 5), (MUSASHINO, 5)]
    text = await one.desk.client.get(f"/v1/{SUMS}", headers=one.desk.as_("auditor") | {"Accept": "text/csv"})
    assert "活動の評価（平均）" in text.text


async def _attended_again(one: Aftercare, supporter: str) -> str:
    """The same supporter at another session; the assignment."""
    one.later(days=-2)
    session = await one.desk.session("2026-12-08")
    assignment = await one.desk.offered(session, supporter)
    assert (await one.desk.answer(assignment, supporter, "acceptance")).is_success
    one.later(days=1)
    await one.desk.done("PUT", f"{HOME}/assignments/{assignment}/attendance", {"minutes": 60}, "officer", MUSASHINO)
    return assignment


async def test_no_text_is_readable_at_rest_and_none_opens_after_the_erasure(aftercare: Aftercare) -> None:
    one = await aftercare.held()
    (supporter,) = one.attended
    await says(one, supporter)
    await rates(one, supporter)
    assert await leaking(one.desk.service, [BY, OF]) == set()
    await one.desk.done("POST", f"supporters/{supporter}/erasure", {"reference": "第5-126号"})
    (row,) = await one.items(f"supporters/{supporter}/feedback", "secretariat")
    assert (row["said_by_ja"], row["said_of_ja"], row["session_score"], row["supporter_score"]) == (None, None, 5, 4)
    before = await one.events()
    late = await rates(one, supporter)
    assert (late.status_code, late.json()["type"]) == (410, "/problems/person-erased")
    assert await one.events() == before


async def test_the_search_notices_texts_that_are_kept(aftercare: Aftercare, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await aftercare.held()
    (supporter,) = one.attended
    monkeypatch.setattr(
        "kyodo_platform.personal.persons.seal",
        lambda _key, _person, _field, text: "v1." + text.encode().hex().ljust(90, "0"),
    )
    await says(one, supporter)
    assert await leaking(one.desk.service, [BY, OF]) == {"event", "feedback"}


async def test_feedback_changes_no_matching(aftercare: Aftercare) -> None:
    """A round is planned from the same facts before and after the worst that can be said of a supporter."""
    one = await aftercare.held()
    (supporter,) = one.attended
    await aftercare.desk.supporter()
    await aftercare.desk.session("2026-12-14", needs=[{"seats": 1}])
    before = await _facts(one)
    assert [candidate.supporter_id for candidate in before.candidates if candidate.supporter_id == supporter]
    assert (await rates(one, supporter, {"rating": {"score": 1, "tags": ["needs_practice"]}})).is_success
    assert (await says(one, supporter, {"rating": {"session": 1, "venue": 1}})).is_success
    assert await _facts(one) == before


async def _facts(one: Aftercare) -> Instance:
    """All that a round is planned from."""
    window = Window(AFTERWARDS, AFTERWARDS + timedelta(days=30), AFTERWARDS)
    async with one.desk.service.app.state.runtime.database.transaction(EVERYONE) as tx:
        return await instance_of(tx, window, Weights(), seed=1)
