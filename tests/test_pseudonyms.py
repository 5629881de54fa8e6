"""Who an expert is, is shown by two operations only, to those who may know and said what for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role
from kyodo_platform.settings import Settings
from tests.support.building import ANY, OTHER, OWN, As
from tests.support.databases import Databases
from tests.support.plants_of_talent import show_everybody
from tests.support.running import running
from tests.support.talent.introductions import NOTES
from tests.support.talent.profiles import PERSON
from tests.support.worlds import World
from tests.support.worlds import talent as talent_world
from tests.test_walls import seen_by

STRANGER = "131024"  # a municipality that nobody consented to
ANOTHER = "0193f1a0-0000-7000-8000-00000000000f"  # an expert who is somebody else
PERSONAL = [*PERSON.values(), *NOTES.values()]

Headers = dict[str, str]


@pytest_asyncio.fixture
async def world(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[World]:
    """Talent with one expert, who consented to two municipalities; both have the profile open."""
    async with running(databases, settings_for, "talent") as service:
        yield await talent_world(service, as_)


async def told(world: World, headers: Headers) -> dict[str, set[str]]:
    """The addresses at which a caller reads something about the person, each with what."""
    seen = await seen_by(world, headers)
    found = {url.partition("?")[0]: {text for text in PERSONAL if text in shown} for url, shown in seen.items()}
    return {url: texts for url, texts in found.items() if texts}


def strangers(as_: As) -> dict[str, Headers]:
    """Everybody who may not know, or has not said what for."""
    roles = [role for role in Role if role not in MUNICIPAL_ROLES and role is not Role.EXPERT]
    return {
        **{role.value: as_(role) for role in roles},
        **{f"{role.value} elsewhere": as_(role, STRANGER) for role in MUNICIPAL_ROLES},
        "another expert": as_(Role.EXPERT, person=ANOTHER),
        "an expert without a record": as_(Role.EXPERT),
    }


async def test_all_others_read_pseudonyms_whatever_they_ask(world: World, as_: As) -> None:
    assert {who: found for who, headers in strangers(as_).items() if (found := await told(world, headers))} == {}


async def test_with_consent_and_a_look_the_profile_and_the_own_case_are_open_and_nothing_else(
    world: World, as_: As
) -> None:
    (expert_id,), (case_id,) = world.paths["expert_id"], world.paths["case_id"]
    profile, snapshot = f"/v1/experts/{expert_id}/profile", f"/v1/introductions/{case_id}/snapshot"
    person = set(PERSON.values())
    assert await told(world, as_("officer", OWN)) == {profile: person}
    assert await told(world, as_("officer", OTHER)) == {profile: person, snapshot: {*person, NOTES[OTHER]}}
    assert await told(world, as_("expert", person=expert_id)) == {profile: person, snapshot: person}


async def test_once_withdrawn_nothing_is_open_to_the_municipalities(world: World, as_: As) -> None:
    (expert_id,) = world.paths["expert_id"]
    for purpose in ("introduction", "shared_use"):
        address = f"/v1/experts/{expert_id}/consents/{purpose}/withdrawal"
        headers = as_("expert", person=expert_id) | ANY
        assert (await world.service.client.put(address, json={"everybody": True}, headers=headers)).is_success
    for code in (OWN, OTHER):
        assert await told(world, as_("officer", code)) == {}


async def test_a_profile_that_is_shown_to_everybody_is_noticed(
    world: World, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_everybody(monkeypatch)
    assert await told(world, as_("auditor"))
