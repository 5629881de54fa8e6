"""No two certificates have the same number, also when they are issued at the same moment, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import MITAKA, MUSASHINO, NOW, SupporterDesk

NUMBER = {"number": "TSS-2026-0001"}


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """The service at its moment."""
    async with running(databases, settings_for, "supporter-matching") as service:
        set_clock(service.app, NOW)
        yield SupporterDesk(service, as_)


async def passed(desk: SupporterDesk, home: str) -> str:
    """A candidate who passed the test; the address of the certificate."""
    body = {"home_municipality": home, "languages": ["ja"], "sessions_per_month": 4}
    supporter_id = (await desk.done("POST", "supporters", body))["id"]
    await desk.learn(supporter_id)
    return f"supporters/{supporter_id}/training/certificate"


async def test_of_many_who_are_certified_under_one_number_at_the_same_moment_one_is(desk: SupporterDesk) -> None:
    paths = [await passed(desk, home) for home in (MUSASHINO, MITAKA) * 3]
    answers = await asyncio.gather(*(desk.send("PUT", path, NUMBER) for path in paths))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    kinds = {answer.json()["type"] for answer in answers if answer.status_code == 409}
    assert kinds == {"/problems/certificate-number-taken"}
    stored = await desk.service.as_owner("SELECT certificate_number FROM trainee WHERE status = 'certified'")
    assert stored == [(NUMBER["number"],)]
    issued = "SELECT count(*) FROM event WHERE type = 'kyodo.supporter-matching.training-certificate-issued'"
    assert await desk.service.as_owner(issued) == [(1,)], "who was refused is not certified either"


async def test_who_is_certified_anew_gets_a_new_number(desk: SupporterDesk) -> None:
    path = await passed(desk, MUSASHINO)
    await desk.done("PUT", path, NUMBER)
    training = path.rpartition("/")[0]
    await desk.done("PUT", f"{training}/revocation", {"reason": "issued_in_error"})
    await desk.learn(training.split("/")[1])
    begun = await desk.client.get(f"/v1/{training}", headers=desk.as_("auditor"))
    assert begun.json()["certificate_number"] is None, "the training before is over, with its certificate"
    tests = await desk.client.get(f"/v1/{training}/tests", headers=desk.as_("secretariat"))
    assert [row["attempt"] for row in tests.json()["items"]] == [1, 1], "both tests stay on record"
    refused = await desk.send("PUT", path, NUMBER)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/certificate-number-taken")
    renewed = await desk.done("PUT", path, {"number": "TSS-2026-0002"})
    assert (renewed["status"], renewed["certificate_number"]) == ("certified", "TSS-2026-0002")
