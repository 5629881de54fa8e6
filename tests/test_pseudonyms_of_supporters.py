"""Who a supporter is, is shown to whoever must know on the day, and to nobody else whatever they ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable

import pytest
import pytest_asyncio

from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role
from kyodo_platform.settings import Settings
from kyodo_supporter_matching.supporters.schemas import SupporterOut
from tests.support.building import OTHER, As
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_matching.activity import PERSON
from tests.support.worlds import World
from tests.support.worlds import supporter_matching as supporter_world
from tests.test_walls import seen_by

STRANGER = "131024"  # a municipality in which nobody lives and nothing takes place
ANOTHER = "0193f1a0-0000-7000-8000-00000000000f"  # a supporter, or a host, who is somebody else

Headers = dict[str, str]


@pytest_asyncio.fixture
async def world(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[World]:
    """Supporter matching, with a supporter who comes to a session of the other municipality, which had a look."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield await supporter_world(service, as_)


async def told(world: World, headers: Headers, texts: Iterable[str] = PERSON.values()) -> dict[str, set[str]]:
    """The addresses at which a caller reads something about the person, each with what."""
    seen = await seen_by(world, headers)
    found = {url.partition("?")[0]: {text for text in texts if text in shown} for url, shown in seen.items()}
    return {url: texts for url, texts in found.items() if texts}


def strangers(as_: As) -> dict[str, Headers]:
    """Everybody who may not know."""
    persons = {Role.SUPPORTER, Role.HOST}
    roles = [role for role in Role if role not in MUNICIPAL_ROLES | persons | {Role.SECRETARIAT}]
    return {
        **{role.value: as_(role) for role in roles},
        **{f"{role.value} elsewhere": as_(role, STRANGER) for role in MUNICIPAL_ROLES},
        "an approver there": as_(Role.APPROVER, OTHER),
        "another supporter": as_(Role.SUPPORTER, person=ANOTHER),
        "another host": as_(Role.HOST, person=ANOTHER),
    }


async def test_all_others_read_pseudonyms_whatever_they_ask(world: World, as_: As) -> None:
    assert {who: found for who, headers in strangers(as_).items() if (found := await told(world, headers))} == {}


async def test_the_name_is_for_the_officer_who_looked_the_rest_for_the_supporter_and_tokyo(
    world: World, as_: As
) -> None:
    (supporter_id,) = world.paths["supporter_id"]
    profile, person = f"/v1/supporters/{supporter_id}/profile", set(PERSON.values())
    for headers in (as_("supporter", person=supporter_id), as_("secretariat")):
        assert await told(world, headers) == {profile: person}
    name = f"/v1/municipalities/{OTHER}/assignments/{world.paths['assignment_id'][0]}/name"
    assert await told(world, as_("officer", OTHER)) == {name: {PERSON["name_ja"]}}


async def test_a_list_that_gives_names_away_is_noticed(world: World, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    def named(row: SupporterOut, _: object) -> None:
        row.pseudonym = PERSON["name_ja"]

    monkeypatch.setattr(SupporterOut, "model_post_init", named)
    assert "/v1/supporters" in await told(world, as_("auditor"))
