"""The exercise clock: a stated moment counts where exercises are held, and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from kyodo_platform.exercise import HEADER
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.running import Running, running
from tests.support.services import SAMPLE

As = Callable[..., dict[str, str]]
THEN = "2023-02-14T10:00:00+09:00"


@pytest_asyncio.fixture(params=[True, False])
async def service(
    request: pytest.FixtureRequest, databases: Databases, settings_for: Callable[..., Settings]
) -> AsyncIterator[Running]:
    """An installation for exercises, and one for real."""
    async with running(databases, settings_for, SAMPLE, exercise=request.param) as found:
        yield found


async def test_a_stated_moment_counts_in_exercises_only(service: Running, as_: As) -> None:
    headers = as_("secretariat") | {HEADER: THEN}
    answer = await service.client.post("/v1/books", json={"title": "a"}, headers=headers)
    listed = await service.client.get("/v1/books", headers=as_("auditor"))
    opened = datetime.fromisoformat(listed.json()["items"][0]["opened_at"])
    if service.app.state.runtime.settings.exercise:
        assert answer.headers[HEADER] == "2023-02-14T01:00:00+00:00"
        assert opened == datetime.fromisoformat(THEN)
    else:
        assert HEADER not in answer.headers
        assert abs(opened - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("given", ["yesterday", "2023-02-14T10:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_a_moment_that_cannot_be_meant(service: Running, as_: As, given: str) -> None:
    answer = await service.client.get("/v1/books", headers=as_("auditor") | {HEADER: given})
    expected = 400 if service.app.state.runtime.settings.exercise else 200
    assert answer.status_code == expected
