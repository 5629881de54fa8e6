"""G8 for officials who are trained: no plaintext about a person rests anywhere, and what was attended stays counted.

The whole world of the academy is searched after personal data came in by every route that takes it, under an
Idempotency-Key each, and in bodies that are refused. Officials registered for a meeting have a key of their own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from conftest import As, Broker
from kyodo_platform.personal.cipher import KeyRing
from kyodo_platform.personal.keys import keys_for_opening
from kyodo_platform.settings import Settings
from tests.support.academy import build
from tests.support.academy.courses import COURSE
from tests.support.academy.directory import ENTRY
from tests.support.academy.e_learning import HELD
from tests.support.academy.threads import QUESTION
from tests.support.building import ANY, OTHER, Building
from tests.support.databases import Databases
from tests.support.erasing import ask, publishing
from tests.support.library_desk import OFFICIAL
from tests.support.plants_of_platform import seal_nothing
from tests.support.rebuilt import differing
from tests.support.running import running
from tests.support.searching import found_in, hear_everything, leaking, tables
from tests.support.supporter_matching.held_sessions import at

PERSON = {
    "name_ja": "見本ヶ原 学子",
    "name_kana": "ミホンガハラ マナビコ",
    "email": "placeholder-of-the-search@example.jp",
    "employee_number": "PLACEHOLDER-000099",
}
CONTACT, ASKED, ANSWERED, COMMENTED = (
    "見本としての内線の控え",
    "見本としての問いの題",
    "見本としての答え",
    "見本としての補足",
)
REPORTED, REMARKED = "見本としての学びの報告", "見本としての報告への講評"
REGISTERED, LISTED, UNKNOWN = "見本ヶ原 会議子", "見本ヶ原 名簿子", "見本としての未知の項目"
OF_THE_LEARNER = [*PERSON.values(), CONTACT, ASKED, ANSWERED, COMMENTED, REPORTED, REMARKED, UNKNOWN]
PLANTED = [*OF_THE_LEARNER, REGISTERED, LISTED]
STAYS = ("certificate", "e_learning_progress", "frozen_month", "quiz_result", "xapi_statement")
FILE = f"名前,メールアドレス,合計時間（分）,ゲスト\n{LISTED},{PERSON['email']},90,いいえ\n"


@asynccontextmanager
async def learners(
    databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> AsyncIterator[tuple[Building, str]]:
    """The academy with somebody who is enrolled, asks and can be found."""
    async with running(databases, settings_for, "academy") as service:
        world = Building(service, as_)
        await build(world)
        yield world, world.paths["learner_id"][0]


async def plant(world: Building, learner_id: str) -> None:
    """Send personal data by every route that takes it, and by requests that are refused."""
    own, thread = f"/v1/learners/{learner_id}", f"/v1/threads/{world.paths['thread_id'][0]}"
    (meeting,) = world.paths["meeting_id"]
    by_the_learner = [
        ("PUT", f"{own}/profile", PERSON),
        ("PUT", f"{own}/directory-entry", ENTRY | {"name_ja": PERSON["name_ja"], "contact_ja": CONTACT}),
        ("POST", "/v1/threads", QUESTION | {"title_ja": ASKED, "text_ja": ASKED}),
        ("POST", f"{thread}/answers", {"text_ja": ANSWERED}),
        ("POST", f"{thread}/comments", {"text_ja": COMMENTED, "about": 0}),
    ]
    for method, path, body in by_the_learner:
        answer = await ask(world, method, path, body, "learner", person=learner_id)
        assert answer.is_success, f"{path}: {answer.text}"
    for wrong in (PERSON | {"nickname": UNKNOWN}, PERSON | {"email": UNKNOWN}):
        assert (await ask(world, "PUT", f"{own}/profile", wrong, "learner", person=learner_id)).status_code == 422
    await plant_report(world, learner_id)
    of_meeting = f"/v1/precedent-meetings/{meeting}/registrations"
    registered = await ask(world, "POST", of_meeting, OFFICIAL | {"name_ja": REGISTERED}, "officer", OTHER)
    assert registered.is_success, registered.text


async def plant_report(world: Building, learner_id: str) -> None:
    """A report about a course, and what was said of it."""
    course_id = (await world.send("POST", "/v1/courses", COURSE))["id"]
    await world.send("PUT", f"/v1/courses/{course_id}/completion-rule", {"rule": {"report": True}})
    report = f"/v1/learners/{learner_id}/reports/{course_id}"
    written = await ask(world, "PUT", report, {"text_ja": REPORTED}, "learner", person=learner_id)
    assert written.is_success, written.text
    returned = await ask(world, "PUT", f"{report}/return", {"remark_ja": REMARKED}, "secretariat")
    assert returned.is_success, returned.text


async def plant_lists(world: Building) -> None:
    """A list of officials, and what an online meeting left of those who were there, of which nothing is kept."""
    row = PERSON | {"name_ja": LISTED, "email": f"one-more-{PERSON['email']}", "employee_number": "A-00099"}
    listed = await ask(world, "POST", "/v1/learner-intakes", {"learners": [row]}, "officer", OTHER)
    assert listed.is_success, listed.text
    *_, held = world.paths["session_id"]
    headers = world.as_("officer", OTHER) | ANY | {"Content-Type": "text/csv", "Idempotency-Key": "a-file"}
    with at(world, HELD):
        path = f"/v1/sessions/{held}/attendance-imports"
        imported = await world.service.client.post(path, content=FILE.encode(), headers=headers)
    assert imported.is_success, imported.text
    assert imported.json()["unknown"], "the file was read"


async def figures(world: Building) -> list[Any]:
    """What is counted of everybody together."""
    paths = ("/v1/kpi", "/v1/kpi/months?fiscal_year=2022", "/v1/kpi/municipalities?fiscal_year=2022")
    answers = [await world.service.client.get(path, headers=world.as_("secretariat")) for path in paths]
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    return [answer.json() for answer in answers]


async def test_no_plaintext_rests_anywhere_and_nothing_opens_after_the_erasure(
    databases: Databases,
    settings_for: Callable[..., Settings],
    as_: As,
    broker: Broker,
    state_dir: Path,
) -> None:
    heard = hear_everything()
    async with learners(databases, settings_for, as_) as (world, learner_id):
        async with publishing(world, broker.bootstrap) as everything:
            await plant(world, learner_id)
            await plant_lists(world)
            published = await everything()
        own, client = f"/v1/learners/{learner_id}", world.service.client
        shown = await client.get(f"{own}/profile", headers=as_("officer", OTHER))
        assert PERSON["name_ja"] in shown.text, "the data is there to be found"
        before, told = await tables(world.service), await figures(world)
        assert {name for name, dump in before.items() if found_in(dump, PLANTED)} == set()
        assert found_in(published, PLANTED) == set()

        erased = await ask(world, "POST", f"{own}/erasure", {}, "learner", person=learner_id)
        assert erased.is_success, erased.text
        after = await tables(world.service)
        assert set(before["event"].split("\n")) < set(after["event"].split("\n"))
        assert {name for name in STAYS if not {*before[name].split("\n")} <= {*after[name].split("\n")}} == set()
        assert await figures(world) == told
        async with world.service.app.state.runtime.database.transaction() as tx:
            assert await keys_for_opening(tx, KeyRing({}), [learner_id]) == {}
        profile = await client.get(f"{own}/profile", headers=as_("secretariat"))
        assert (profile.json()["erased"], profile.json()["name_ja"]) == (True, None)
        (thread,) = world.paths["thread_id"]
        posts = await client.get(f"/v1/threads/{thread}/posts", headers=as_("officer", OTHER))
        assert posts.json()["items"], "what was asked stays in its place"
        assert found_in(posts.text, OF_THE_LEARNER) == set()
        (certificate_id,) = world.paths["certificate_id"]
        paper = await client.get(f"{own}/certificates/{certificate_id}/pdf", headers=as_("secretariat"))
        assert paper.status_code == 410
        assert await differing(world.service) == set()
    servers = [log.read_text() for log in state_dir.rglob("*.log")]
    assert "/profile" in heard.getvalue(), "the requests are logged"
    assert found_in("".join((heard.getvalue(), *servers)), PLANTED) == set()


async def test_the_search_notices_texts_that_are_only_encoded(
    databases: Databases, settings_for: Callable[..., Settings], as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with learners(databases, settings_for, as_) as (world, learner_id):
        seal_nothing(monkeypatch)
        await plant(world, learner_id)
        leaked = await leaking(world.service, PLANTED)
    assert leaked == {"event", "directory_entry", "thread_post", "precedent_meeting_registration"}
