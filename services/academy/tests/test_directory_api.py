"""The directory over HTTP on a real PostgreSQL: consent, search, looks on record, withdrawal at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from conftest import As
from kyodo_academy.directory.model import DirectoryEntry, DirectoryEntryWithdrawn, DirectoryEntryWritten, DirectoryLook
from kyodo_academy.directory.values import Help
from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_events.values.skills import SkillRef
from kyodo_platform.settings import Settings
from tests.support.academy.directory import ENTRY
from tests.support.academy_desk import CHIYODA, MITAKA, MUSASHINO, NOW
from tests.support.databases import Databases
from tests.support.exchange_desk import ExchangeDesk
from tests.support.rebuilt import differing
from tests.support.running import running

ME = "0193f1a0-0000-7000-8000-000000000001"
SKILL = SkillRef(scheme="dss-p", version="1.2", code="data_engineer")
SEALED = {"name_ja": "v1." + "A" * 86}
WRITTEN = DirectoryEntryWritten(
    learner_id=ME,
    organisation=MITAKA,
    skills=(SKILL,),
    can_be_asked=(Help.ADVICE,),
    sealed=SEALED,
    consented_on=date(2026, 5, 11),
)


class Directory(ExchangeDesk):
    """Somebody in the directory."""

    async def listed(self, code: str = MITAKA, **changes: Any) -> str:
        learner_id = await self.learner(code)
        await self.did(learner_id, "PUT", f"learners/{learner_id}/directory-entry", ENTRY | changes)
        return learner_id

    async def found(self, query: str = "", *role: str) -> list[str]:
        rows = (await self.sees(f"directory?{query}", *role or ("officer", CHIYODA)))["items"]
        return [row["learner_id"] for row in rows]

    async def contact(self, learner_id: str, *role: str, person: str | None = None) -> httpx.Response:
        return await self.send("GET", f"directory/{learner_id}/contact", None, *role, person=person)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Directory]:
    """The academy."""
    async with running(databases, settings_for, "academy") as service:
        desk = Directory(service, as_)
        desk.at(NOW)
        yield desk


def test_consent_is_of_the_day_on_which_it_was_given() -> None:
    after = (
        given(DirectoryEntry, ME)
        .when(lambda entry: entry.write(MITAKA, (SKILL,), (Help.ADVICE,), SEALED, date(2026, 5, 11)))
        .then(WRITTEN)
    )
    assert after.listed


def test_who_withdrew_is_looked_at_no_more() -> None:
    entry = given(DirectoryEntry, ME).that(WRITTEN)
    gone = entry.when(DirectoryEntry.withdraw).then(DirectoryEntryWithdrawn(learner_id=ME))
    assert (gone.listed, gone.sealed) == (False, {})
    given(DirectoryEntry, ME).when(DirectoryEntry.withdraw).then()
    given(DirectoryLook).when(lambda look: look.begin(gone, CHIYODA, CHIYODA, NOW)).refuses(
        NotFound(what="directory entry", id=ME)
    )


async def test_officials_are_found_by_skill_and_where_they_work(desk: Directory) -> None:
    other_skill = [{"scheme": "dss-p", "version": "1.2", "code": "data_scientist_type"}]
    known = [{"scheme": "dss-p", "version": "1.2", "code": "ba_new_business"}]
    engineer = await desk.listed(MITAKA)
    architect = await desk.listed(MUSASHINO, skills=known, can_be_asked=["lecture", "visit"])
    assert set(await desk.found()) == {engineer, architect}
    assert await desk.found("skill=data_engineer") == [engineer]
    assert await desk.found(f"organisation={MUSASHINO}") == [architect]
    assert await desk.found("can_be_asked=visit") == [architect]
    row = await desk.sees(f"directory/{engineer}", "auditor")
    assert (row["pseudonym"], row["organisation_ja"]) == (f"learner-{engineer}", "三鷹市")
    assert (row["skills"][0]["label_ja"], row["can_be_asked_ja"]) == ("データエンジニア", ["相談"])
    assert row["consented_on"] == "2026-05-11"
    assert not {"name_ja", "contact_ja", "sealed"} & row.keys()
    refused = await desk.by(engineer, "PUT", f"learners/{engineer}/directory-entry", ENTRY | {"skills": other_skill})
    assert refused.status_code == 422
    assert await differing(desk.service) == set()


async def test_a_name_is_read_after_a_look_that_its_owner_sees(desk: Directory) -> None:
    listed, reader = await desk.listed(), await desk.learner(MUSASHINO)
    for role, person in ((("officer", CHIYODA), None), (("secretariat",), None), (("learner",), reader)):
        closed = await desk.contact(listed, *role, person=person)
        assert closed.json()["type"] == "/problems/directory-entry-not-opened"
        await desk.done("POST", f"directory/{listed}/looks", None, *role, person=person)
        opened = (await desk.contact(listed, *role, person=person)).json()
        assert (opened["name_ja"], opened["contact_ja"]) == (ENTRY["name_ja"], ENTRY["contact_ja"])
    colleague = await desk.contact(listed, "officer", MUSASHINO)
    assert colleague.status_code == 409, "a learner's look is the learner's alone"
    seen = (await desk.sees(f"learners/{listed}/directory-looks", "learner", person=listed))["items"]
    assert [(row["municipality"], row["viewer"]) for row in seen] == [
        (CHIYODA, CHIYODA),
        ("tokyo", "tokyo"),
        (MUSASHINO, reader),
    ]
    desk.at(NOW + timedelta(minutes=31))
    assert (await desk.contact(listed, "officer", CHIYODA)).status_code == 409
    assert await differing(desk.service) == set()


async def test_who_withdraws_is_gone_at_once_also_for_open_looks(desk: Directory) -> None:
    listed = await desk.listed()
    await desk.done("POST", f"directory/{listed}/looks", None, "officer", CHIYODA)
    own = f"learners/{listed}/directory-entry"
    assert (await desk.did(listed, "GET", own))["name_ja"] == ENTRY["name_ja"]
    assert (await desk.did(listed, "DELETE", own))["listed"] is False
    assert (await desk.contact(listed, "officer", CHIYODA)).status_code == 404
    assert await desk.found() == []
    again = await desk.did(listed, "PUT", own, ENTRY)
    assert (again["listed"], await desk.found()) == (True, [listed])


@pytest.mark.parametrize("how", ["departure", "erasure"])
async def test_who_leaves_or_is_erased_is_found_no_more(desk: Directory, how: str) -> None:
    listed = await desk.listed()
    await desk.done("POST", f"directory/{listed}/looks", None, "officer", CHIYODA)
    if how == "departure":
        await desk.done("PUT", f"learners/{listed}/departure", None, "officer", MITAKA)
    else:
        await desk.done("POST", f"learners/{listed}/erasure", {"reference": "見本-1"})
    assert await desk.found() == []
    assert (await desk.contact(listed, "officer", CHIYODA)).status_code == 404
    assert (await desk.send("POST", f"directory/{listed}/looks", None, "officer", CHIYODA)).status_code == 404
    assert await differing(desk.service) == set()


async def test_only_the_official_agrees_and_only_officials_search(desk: Directory) -> None:
    learner = await desk.learner(MITAKA)
    own = f"learners/{learner}/directory-entry"
    assert (await desk.send("PUT", own, ENTRY, "officer", MITAKA)).status_code == 403
    assert (await desk.by(await desk.learner(), "PUT", own, ENTRY)).status_code == 404
    assert (await desk.send("GET", "directory", None, "supplier")).status_code == 403
    assert (await desk.contact(learner, "auditor")).status_code == 403, "an auditor reads no personal data"
