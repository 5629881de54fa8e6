"""Who a learner is, is known where the learner works and to Tokyo, and to nobody else whatever they ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from kyodo_academy.enrolments.api import EnrolmentOut
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role
from kyodo_platform.settings import Settings
from tests.support.academy.training import PERSON
from tests.support.building import OTHER, As
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.worlds import World
from tests.support.worlds import academy as academy_world
from tests.test_pseudonyms_of_supporters import ANOTHER, STRANGER, Headers, told

PERSONAL = set(PERSON.values())


@pytest_asyncio.fixture
async def world(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[World]:
    """The academy, with a learner of the other municipality who is in the directory, at whom that one looked."""
    async with running(databases, settings_for, "academy") as service:
        yield await academy_world(service, as_)


def strangers(as_: As) -> dict[str, Headers]:
    """Everybody who may not know."""
    roles = [role for role in Role if role not in MUNICIPAL_ROLES | {Role.LEARNER, Role.SECRETARIAT}]
    return {
        **{role.value: as_(role) for role in roles},
        **{f"{role.value} elsewhere": as_(role, STRANGER) for role in MUNICIPAL_ROLES},
        "another learner": as_(Role.LEARNER, person=ANOTHER),
    }


async def test_all_others_read_pseudonyms_whatever_they_ask(world: World, as_: As) -> None:
    shown = {who: await told(world, headers, PERSONAL) for who, headers in strangers(as_).items()}
    assert {who: found for who, found in shown.items() if found} == {}


async def test_the_profile_is_for_the_learner_for_where_the_learner_works_and_for_tokyo(world: World, as_: As) -> None:
    (learner_id,) = world.paths["learner_id"]
    profile = f"/v1/learners/{learner_id}/profile"
    for headers in (as_("learner", person=learner_id), as_("officer", OTHER), as_("secretariat")):
        assert (await told(world, headers, PERSONAL))[profile] == PERSONAL


async def test_a_list_that_gives_names_away_is_noticed(world: World, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    def named(row: EnrolmentOut, _: object) -> None:
        row.status_ja = PERSON["name_ja"]

    monkeypatch.setattr(EnrolmentOut, "model_post_init", named)
    assert "/v1/enrolments" in await told(world, as_("auditor"), PERSONAL)
